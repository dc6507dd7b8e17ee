import ExtremesCycle
import Plugins

var registry = PluginRegistry()
registry.register(ExtremesCyclePlugin())
PPLCommand.main(registry, as: "extremes-cycle")
