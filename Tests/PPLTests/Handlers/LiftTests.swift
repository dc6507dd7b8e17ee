import PPL
import Testing

@Suite struct LiftTests {
  @Test func aParameterBecomesRandom() throws {
    let model = Model { p in
      p.parameter("rate", initially: 1)
      p.parameter("other", initially: 2)
    }
    let trace = try model.lifting(["rate": Gaussian(0, 1)]).seeded(by: RandomKey(0)).trace()
    #expect(trace["rate"]?.kind == .sample)
    #expect(words(trace["rate"]?.key) == words(RandomKey(0).split().1))
    #expect(trace["other"]?.kind == .parameter)
    expectClose(trace.logDensity(), try #require(trace["rate"]?.logDensity()))
  }

  @Test func aNameThatNoParameterHasIsNamed() {
    let model = Model { p in
      p.parameter("rate", initially: 1)
      p.sample("x", Gaussian(0, 1), observed: 0)
    }
    #expect(
      failure(of: model.lifting(["rates": Gaussian(0, 1)]))?.description
        == "lifting(_:): no site is named \"rates\"; did you mean \"rate\"?")
    #expect(
      failure(of: model.lifting(["x": Gaussian(0, 1)]))?.description
        == "lifting(_:): no site is named \"x\"; the sites are \"rate\".")
  }
}
