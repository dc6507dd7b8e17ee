import Foundation
import Plugins
import SpatialExtremes
import TestSupport
import Testing

@Suite struct PluginRegistryTests {
  @Test func modelsAreFoundByName() throws {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    #expect(registry.plugins.map(\.name) == ["spatial-extremes"])
    #expect(try registry.model(named: "gev-multiplicative").name == "gev-multiplicative")
  }

  @Test func anEmptyRegistrySaysSo() {
    let error = #expect(throws: UnknownModel.self) { try PluginRegistry().model(named: "gev") }
    #expect(error?.description == "no model is named \"gev\"; there are: none.")
  }

  @Test func twoPluginsOfOneNameAreAMistakeInTheProgram() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var registry = PluginRegistry()
      registry.register(SpatialExtremes())
      registry.register(SpatialExtremes())
    }
    expectMessage("PluginRegistry: there are two plugins named \"spatial-extremes\".", of: exit)
  }
}
