import LSEF
import Plugins
import SpatialExtremes

var registry = PluginRegistry()
registry.register(SpatialExtremes())
registry.register(LSEF())
PPLCommand.main(registry)
