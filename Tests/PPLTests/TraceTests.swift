import PPL
import Testing

@Suite struct TraceTests {
  private let model = Model { p in
    let a = p.sample("a", Gaussian(0, 1))
    let b = p.deterministic("b", a + 1)
    p.plate("n", 2) { p in p.sample("y", Gaussian(b, 1), observed: Tensor([1, 2])) }
    p.factor("f", -3)
  }

  @Test func sitesStandInTheOrderOfTheModel() throws {
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace.names == ["a", "b", "n", "y", "f"])
    #expect(trace.latent.map(\.name) == ["a"])
    #expect(Set(trace.values.keys) == ["a", "b", "y"])
    #expect(trace["nothing"] == nil)
  }

  @Test func theLogDensityIsTheSumOverTheSites() throws {
    let trace = try model.substituting(["a": 0.5]).trace()
    let parts = trace.logDensities()
    #expect(parts.map(\.name) == ["a", "y", "f"])
    // -0.5²/2; -(1 - 1.5)²/2 - (2 - 1.5)²/2; -3.
    let expected = [-0.125 - halfLogTwoPi, -0.25 - 2 * halfLogTwoPi, -3]
    for (part, value) in zip(parts, expected) { expectClose(part.value, Tensor(value)) }
    expectClose(trace.logDensity(), Tensor(expected.reduce(0, +)))
  }

  @Test func aSiteRecordedAgainKeepsItsPlace() {
    var trace = Trace()
    trace.record(Site(.parameter, "a"))
    trace.record(Site(.parameter, "b"))
    var again = Site(.parameter, "a")
    again.value = 3
    trace.record(again)
    #expect(trace.names == ["a", "b"])
    #expect(trace["a"]?.value?.scalar == 3)
  }

  @Test func anEmptyModelHasLogDensityZero() throws {
    #expect(try Model { _ in }.trace().logDensity().scalar == 0)
  }
}
