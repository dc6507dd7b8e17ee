import EightSchools
import Plugins

var registry = PluginRegistry()
registry.register(EightSchoolsPlugin())
PPLCommand.main(registry, as: "eight-schools")
