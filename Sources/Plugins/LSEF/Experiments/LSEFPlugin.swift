import Plotting
import Plugins
import SpectralFields
import SpectrumEstimator

/// The plugin of LSEF: the spectrum network and the experiments of the paper.
public struct LSEF: Plugin {
  public let name = "lsef"
  public let summary =
    "Locally stationary covariances of ensembles on the sphere and the circle, from local spectra."
  /// The models of the plugin.
  public let models: [any FittableModel] = [SpectrumCommand()]
  /// The experiments of the plugin.
  public let experiments: [any Experiment] = [
    StaticCommand(), CycleCommand(), TheoryCommand(),
  ]

  /// The plugin, which has no settings.
  public init() {}
}

extension FieldError: @retroactive PluginError {}
extension EstimatorError: @retroactive PluginError {}
