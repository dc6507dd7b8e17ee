import LSEF
import Plugins
import SpatialExtremes

var registry = PluginRegistry()
registry.register(SpatialExtremes())
registry.register(LSEFPlugin())
PPLCommand.main(registry)
