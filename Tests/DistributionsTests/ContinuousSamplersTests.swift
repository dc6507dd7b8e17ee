import Autodiff
import TestSupport
import Testing

@testable import Distributions

/// Real numbers drawn from keys, the gamma ones against the digits of JAX 0.10 (`Tests/Reference/prng.json`); that they
/// follow their distributions is tested with the distributions.
struct ContinuousSamplersTests {
  @Test func recordedDrawsAreTheEagerOnes() {
    let shapes = Tensor([0.2, 1, 30])
    expectSameBitsReplayed(
      { inputs in
        let key = RandomKey(words: inputs[0])
        let (a, _) = key.split()
        return [
          a.exponential([2]), a.gumbel([2]), a.cauchy([2]),
          key.gamma([3], alpha: shapes), key.logGamma([3], alpha: shapes),
        ]
      }, at: [RandomKey(2024).words])
  }

  @Test func drawsLieInTheirRange() {
    let exponential = RandomKey(1).exponential([10_000]).scalars
    #expect(exponential.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(isFinite(RandomKey(1).gumbel([10_000])).all().scalar == 1)
    #expect(isFinite(RandomKey(1).cauchy([10_000])).all().scalar == 1)
  }

  @Test func gammaDrawsAreThoseOfJAX() throws {
    for (key, alpha, value) in try Self.golden("gamma_float64") {
      let draw = GammaSampler.draw(alpha: alpha, key: key)
      // A normal's last digits, magnified by cubing and by the power 1 / alpha.
      #expect(abs(draw / value - 1) <= 1e-13, "\(draw) for \(value)")
    }
  }

  @Test func logGammaDrawsAreThoseOfJAX() throws {
    for (key, alpha, value) in try Self.golden("loggamma_float64") {
      let draw = GammaSampler.logDraw(alpha: alpha, key: key)
      #expect(abs(draw - value) <= 1e-13 * max(1, abs(value)), "\(draw) for \(value)")
    }
  }

  /// The draws of a field of `prng.json`: the key of each element, its shape parameter and its value.
  private static func golden(_ field: String) throws -> [(Threefry, Double, Double)] {
    let section = try #require(
      try Reference.kept("prng.json", as: JSONValue.self)["partitionable_True"])
    let seeds = try #require(section["keys"]).members.map(\.name)
    #expect(seeds.count == 5)
    return try seeds.flatMap { name in
      let key = Threefry(seed: try #require(UInt64(name.dropFirst("PRNGKey(".count).dropLast())))
      return try #require(section[name]?[field]).elements.flatMap { row in
        let alpha = try #require(row["alpha"]?.double)
        return try #require(row["value"]).doubles.enumerated().map {
          (key.child(UInt64($0.offset)), alpha, $0.element)
        }
      }
    }
  }

  @Test func theLogarithmOfAGammaDrawOutlivesItsUnderflow() {
    let key = Threefry(seed: 9)
    #expect(GammaSampler.draw(alpha: 1e-5, key: key) == 0)
    let logDraw = GammaSampler.logDraw(alpha: 1e-5, key: key)
    #expect(logDraw.isFinite && logDraw < -745)
  }

  @Test func gammaDrawsOfDegenerateShapesAreTheirLimits() {
    let key = Threefry(seed: 9)
    #expect(GammaSampler.draw(alpha: 0, key: key) == 0)
    #expect(GammaSampler.logDraw(alpha: 0, key: key) == -.infinity)
    #expect(GammaSampler.draw(alpha: -0.5, key: key).isNaN)
    #expect(GammaSampler.logDraw(alpha: .nan, key: key).isNaN)
  }

  // MARK: Gamma draws move with their shape

  @Test(arguments: [0.3, 1, 2.5, 20, 400])
  func theGradientOfAGammaDrawIsThatOfItsQuantile(shape: Double) {
    for seed in 0..<8 {
      let key = RandomKey(UInt64(seed))
      let draw: (Tensor) -> Tensor = { key.gamma([], alpha: $0) }
      let p = regularizedGammaP(Tensor(shape), draw(Tensor(shape)))
      // A level at the end of (0, 1) has no digits left for differences.
      guard p.scalar > 1e-3, p.scalar < 0.999 else { continue }
      func quantile(_ a: Double) -> Double { regularizedGammaPInverse(Tensor(a), p).scalar }
      let h = 1e-4 * shape
      let slope = (quantile(shape + h) - quantile(shape - h)) / (2 * h)
      // The error of a central difference is of the order of h² / shape².
      let found = gradient(of: draw, at: Tensor(shape)).scalar
      expectClose([found], [slope], relative: 1e-6)
      let logSlope = gradient(of: { key.logGamma([], alpha: $0) }, at: Tensor(shape)).scalar
      expectClose([logSlope], [slope / draw(Tensor(shape)).scalar], relative: 1e-6)
    }
  }

  @Test func theLogarithmOfAGammaDrawHasAGradientBelowTheSmallestNumber() {
    // P(a, x) = x^a / Gamma(a + 1) for tiny x, so log x = (log p + log Gamma(a + 1)) / a.
    for (seed, shape) in [(1, 1e-5), (2, 1e-4), (3, 1e-3), (4, 1e-3), (5, 1e-3)] {
      let key = RandomKey(UInt64(seed))
      let y = key.logGamma([], alpha: Tensor(shape)).scalar
      #expect(y < -30)
      let slope = (digamma(Tensor(shape + 1)).scalar - y) / shape
      let found = gradient(of: { key.logGamma([], alpha: $0) }, at: Tensor(shape)).scalar
      expectClose([found], [slope], relative: 1e-9)
    }
    #expect(exp(RandomKey(1).logGamma([], alpha: 1e-5)).scalar == 0)
  }
}
