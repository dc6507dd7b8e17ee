import LSEF
import Plugins
import SpatialExtremes
import TwinBenchmarks

var registry = PluginRegistry()
registry.register(SpatialExtremes())
registry.register(LSEF())
registry.register(TwinBenchmarks())
PPLCommand.main(registry)
