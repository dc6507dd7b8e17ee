import Inference
import Plotting

/// An error of a plugin, shown as it describes itself, with exit status 2.
public protocol PluginError: Error, CustomStringConvertible {}

extension Divergence: PluginError {}
extension ChangedSites: PluginError {}
extension PlottingError: PluginError {}
