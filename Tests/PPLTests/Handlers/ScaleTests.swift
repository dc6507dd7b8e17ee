import PPL
import Testing

@Suite struct ScaleTests {
  private let model = Model { p in
    p.sample("x", Gaussian(0, 1), observed: 0)
    p.factor("f", -1)
  }

  @Test func logDensitiesAreMultiplied() throws {
    let density = try model.scaled(by: 3).trace().logDensity()
    expectClose(density, Tensor(-3 * halfLogTwoPi - 3))
  }

  @Test func scalesMultiply() throws {
    #expect(try model.scaled(by: 3).scaled(by: 2).trace()["x"]?.scale?.scalar == 6)
  }

  @Test func aFactorThatIsNotPositiveIsNamed() {
    #expect(
      failure(of: model.scaled(by: 0))?.description
        == "site \"x\": scaled(by:) got a factor that is 0.0, but must be positive.")
  }
}
