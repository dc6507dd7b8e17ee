import Plugins
import SpatialExtremes

var registry = PluginRegistry()
registry.register(SpatialExtremes())
PPLCommand.main(registry)
