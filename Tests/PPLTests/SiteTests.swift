import PPL
import Testing

@Suite struct SiteTests {
  private func site(_ distribution: any Distribution, _ value: Tensor) -> Site {
    var site = Site(.sample, "x")
    site.distribution = distribution
    site.value = value
    return site
  }

  @Test func theLogDensityIsSummedOverTheBatch() {
    let site = site(Gaussian(.zeros([3]), 1), .zeros([3]))
    expectClose(site.logProb(), .full(-halfLogTwoPi, [3]))
    expectClose(site.logDensity(), Tensor(-3 * halfLogTwoPi))
  }

  @Test func theMaskComesBeforeTheScale() {
    var site = site(Gaussian(.zeros([2]), 1), Tensor([.nan, 0]))
    site.mask = Tensor([0, 1])
    site.scale = 10
    expectClose(site.logProb(), Tensor([0, -10 * halfLogTwoPi]))
  }

  @Test func aValueForgetsWhatAnEarlierOneWasDrawnFrom() {
    var site = site(LogGaussian(), 1)
    site.draw = Draw(value: 1, base: 0)
    #expect(site.base != nil)
    site.value = 2
    #expect(site.base == nil)
  }

  @Test func theLogDensityOfADrawUsesItsBase() {
    var site = site(LogGaussian(), 1)
    // A base that contradicts the value shows which of the two is used.
    site.draw = Draw(value: 1, base: 3)
    expectClose(site.logDensity(), Tensor(-4.5 - halfLogTwoPi - 3))
  }

  @Test func theSupportIsThatOfTheDistributionOrTheParameter() throws {
    let model = Model { p in
      p.sample("x", LogGaussian(), observed: 1)
      p.parameter("w", initially: 0.5, in: .unitInterval)
    }
    let trace = try model.trace()
    #expect(trace["x"]?.support.name == "positive")
    #expect(trace["w"]?.support.name == "in [0, 1]")
  }

  @Test func sitesWithoutADistributionHaveNoLogDensity() {
    #expect(Site(.deterministic, "d").logDensity() == nil)
    #expect(Site(.sample, "no value").logDensity() == nil)
  }
}
