import Distributions
import PPL
import TestSupport
import Testing

/// A family as a function of its parameters, in the order of `Tests/Reference/tails.json`.
private struct Magnitudes: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable ([Tensor]) -> any Distribution
  /// Which arguments are differentiated: the point is 0, the first parameter 1.
  let slopes: [Int]
  var testDescription: String { name }
}

private let magnitudes: [Magnitudes] = [
  Magnitudes(name: "StudentT", make: { StudentT($0[0], $0[1], $0[2]) }, slopes: [0, 1, 2, 3]),
  Magnitudes(name: "Gamma", make: { Gamma(shape: $0[0], rate: $0[1]) }, slopes: [0, 1, 2]),
  Magnitudes(
    name: "InverseGamma", make: { InverseGamma(shape: $0[0], rate: $0[1]) }, slopes: [0, 1, 2]),
  Magnitudes(name: "Beta", make: { Beta($0[0], $0[1]) }, slopes: [0, 1, 2]),
  Magnitudes(name: "Poisson", make: { Poisson(rate: $0[0]) }, slopes: [1]),
  Magnitudes(
    name: "Binomial", make: { Binomial(totalCount: $0[0], probabilities: $0[1]) }, slopes: [2]),
  Magnitudes(
    name: "NegativeBinomial2",
    make: { NegativeBinomial2(mean: $0[0], concentration: $0[1]) }, slopes: [1, 2]),
  Magnitudes(
    name: "BetaBinomial", make: { BetaBinomial($0[0], $0[1], totalCount: $0[2]) }, slopes: [1, 2]),
  Magnitudes(
    name: "BetaNegativeBinomial",
    make: { BetaNegativeBinomial($0[0], $0[1], totalCount: $0[2]) }, slopes: [1, 2, 3]),
]

/// Log densities and their slopes from the smallest to the largest parameters against 60-digit arithmetic.
@Suite struct MagnitudeTests {
  @Test(arguments: magnitudes)
  private func logDensitiesKeepTheirDigitsAtAnyMagnitude(_ family: Magnitudes) throws {
    try forEachRow(family) { at, row in
      let expected = try #require(row["logProb"]?.double)
      let found = logProb(family, at)
      // A log density that is a small difference of the logarithms of its arguments has their rounding: log(1e300) is
      // 691, so 1e-13 of a nat.
      let tolerance = max(1e-10 * abs(expected), 2e-13) + rounding(family, at)
      #expect(
        found == expected || abs(found - expected) <= tolerance,
        "\(family.name) \(at): \(found), not \(expected)")
    }
  }

  @Test(arguments: magnitudes)
  private func slopesKeepTheirDigitsAtAnyMagnitude(_ family: Magnitudes) throws {
    try forEachRow(family) { at, row in
      let expected = try #require(row["slopes"]).doubles
      let isCount = family.slopes[0] > 0
      let arguments = at.map { Tensor($0) }
      for i in family.slopes {
        let found = gradient(
          of: { (x: Tensor) in
            var arguments = arguments
            arguments[i] = x
            return family.make(Array(arguments.dropFirst())).logProb(arguments[0])
          }, at: arguments[i]
        ).scalar
        let exact = expected[i - (isCount ? 1 : 0)]
        // Where a slope vanishes, what cancels in it is a few quotients of the density's parts by the argument.
        let scale = slopeScale(family, at, i)
        #expect(
          found == exact || abs(found - exact) <= max(1e-10 * abs(exact), 1e-14 * scale),
          "\(family.name) \(at), argument \(i): \(found), not \(exact)")
      }
    }
  }

  private func logProb(_ family: Magnitudes, _ at: [Double]) -> Double {
    family.make(at.dropFirst().map { Tensor($0) }).logProb(Tensor(at[0])).scalar
  }

  /// What half a unit in the last place of one argument makes of the log density, which no formula can tell from it: for
  /// products such as rate times x, or n times p, that are rounded once.
  private func rounding(_ family: Magnitudes, _ at: [Double]) -> Double {
    switch family.name {
    case "Gamma": 1.2e-16 * abs(at[2] * at[0] - at[1])
    case "InverseGamma": 1.2e-16 * abs(at[2] / at[0] - at[1])
    case "Beta": 1.2e-16 * abs(at[0] * at[2] - (1 - at[0]) * at[1])
    case "Binomial": 1.2e-16 * abs(at[0] - at[1] * at[2])
    default: 0
    }
  }

  private func slopeScale(_ family: Magnitudes, _ at: [Double], _ i: Int) -> Double {
    switch (family.name, i) {
    // The logarithm of 1 + z²/ν, and z²/ν.
    case ("StudentT", 1): 1 / at[1] + min(1, square(at[0] - at[2]) / at[1])
    case ("StudentT", _): 0
    case ("Gamma", 0): at[1] / at[0]
    case ("Gamma", 1), ("InverseGamma", 1), ("Beta", 1), ("Beta", 2): 1
    case ("Gamma", 2), ("InverseGamma", 2): at[1] / at[2]
    case ("InverseGamma", 0): at[1] / at[0]
    case ("Beta", 0): (at[1] + at[2]) / at[0]
    case ("Binomial", 2): at[1] / min(at[2], 1 - at[2])
    case ("BetaBinomial", _), ("BetaNegativeBinomial", _): (at[0] + 1) / at[i] + at[3] / at[i]
    default: 0
    }
  }

  private func square(_ x: Double) -> Double { x * x }

  private func forEachRow(
    _ family: Magnitudes, _ body: ([Double], JSONValue) throws -> Void
  ) throws {
    let reference = try #require(Reference.json("tails.json")["distributions"])
    let rows = try #require(reference[family.name]).elements
    #expect(rows.count >= 6)
    for row in rows { try body(try #require(row["at"]).doubles, row) }
  }
}

/// The larger distributions that are built of the same parts, in closed form.
@Suite struct LargeParameterTests {
  @Test func entropiesOfLargeParametersAreThoseOfTheirNormalLimit() {
    expectClose(Gamma(shape: 1e15, rate: 1).entropy, 18.68832673, relative: 1e-9)
    // ½ log(2πe v) with the variance v, up to terms of order 1/shape.
    let half = 0.5 * (1 + log(Tensor(2 * Double.pi)))
    for size in [1e10, 1e15, 1e100] {
      let a = Tensor(size)
      let gamma = Gamma(shape: a, rate: 2)
      expectClose(gamma.entropy, half + 0.5 * log(gamma.variance), relative: 1e-9)
      let inverse = InverseGamma(shape: a, rate: 2)
      expectClose(inverse.entropy, half + 0.5 * log(inverse.variance), relative: 1e-9)
      let beta = Beta(a, 3 * a)
      let logVariance = log(Tensor(3.0 / 64)) - log(a)
      expectClose(beta.entropy, half + 0.5 * logVariance, relative: 1e-9)
      let dirichlet = Dirichlet(stack([a, 3 * a], along: -1))
      expectClose(dirichlet.entropy, half + 0.5 * logVariance, relative: 1e-9)
      expectClose(StudentT(a, 0, 1).entropy, half, relative: 1e-9)
      let t = MultivariateStudentT(a, Tensor([0, 0]), choleskyFactor: .identity(2))
      expectClose(t.entropy, 2 * half, relative: 1e-9)
    }
  }

  @Test func studentsDistributionOfManyDegreesIsNormal() {
    expectClose(StudentT(1e15, 0, 1).logProb(1), -1.4189385332046727, relative: 1e-14)
    let z = Tensor([-9, -2, -1e-3, 0, 0.4, 3])
    for nu in [1e17, 1e18, 1e300] {
      let distribution = StudentT(Tensor(nu), 0, 1)
      expectClose(distribution.logCDF(z), Normal(0, 1).logCDF(z), relative: 1e-10)
      expectClose(distribution.logSurvival(z), Normal(0, 1).logSurvival(z), relative: 1e-10)
      expectClose(distribution.cdf(z), Normal(0, 1).cdf(z), relative: 1e-10)
      let p = Tensor([1e-300, 1e-10, 0.25, 0.5, 0.75, 0.99])
      expectClose(distribution.icdf(p), Normal(0, 1).icdf(p), relative: 1e-10)
    }
    expectClose(StudentT(1e18, 0, 1).icdf(0.75), 0.6744897502, relative: 1e-9)
    let vector = MultivariateStudentT(1e15, Tensor([0, 0]), choleskyFactor: .identity(2))
    expectClose(vector.logProb(Tensor([1, 0])), -2.3378770664093453, relative: 1e-14)
  }

  @Test func squaresThatOverflowStillHaveALogDensity() {
    // (ν + 1)/2 = 1 and ν = 1: -log(π) - 2 log|x|, for one dimension and as its multivariate distribution.
    let expected = -1.1447298858494002 - 2 * 160 * log(Tensor(10))
    expectClose(StudentT(1, 0, 1).logProb(1e160), expected, relative: 1e-14)
    let vector = MultivariateStudentT(1, Tensor([0]), choleskyFactor: Tensor(rows: [[1]]))
    expectClose(vector.logProb(Tensor([1e160])), expected, relative: 1e-14)
    let slope = gradient(of: { StudentT(1, 0, 1).logProb($0) }, at: 1e160)
    expectClose(slope, -2e-160, relative: 1e-13, absolute: 0)
    let slopes = gradient(of: { vector.logProb($0) }, at: Tensor([1e160]))
    expectClose(slopes, Tensor([-2e-160]), relative: 1e-13, absolute: 0)
    #expect(StudentT(3, 0, 1).logProb(Tensor(Double.infinity)).scalar == -.infinity)
  }

  @Test func countsOfLargeMeansFollowTheNormalLimit() {
    expectClose(Poisson(rate: 1e15).logProb(1e15), -18.18832673, relative: 1e-9)
    expectClose(BetaBinomial(3e14, 7e14, totalCount: 20).logProb(5), -1.721134847, relative: 1e-9)
    // -½ log(2π v), v the variance 1e15 / 4 · … of each part given the other.
    let multinomial = Multinomial(totalCount: 1e15, probabilities: Tensor([0.25, 0.75]))
    let binomial = Binomial(totalCount: 1e15, probabilities: 0.25)
    expectClose(
      multinomial.logProb(Tensor([2.5e14, 7.5e14])), binomial.logProb(2.5e14), relative: 1e-12)
    let logits = Multinomial(totalCount: 1e15, logits: log(Tensor([1, 3])))
    expectClose(
      logits.logProb(Tensor([2.5e14, 7.5e14])), binomial.logProb(2.5e14), relative: 1e-12)
    let polya = DirichletMultinomial(Tensor([3e14, 7e14]), totalCount: 20)
    expectClose(polya.logProb(Tensor([5, 15])), -1.721134847, relative: 1e-9)
    let far = Binomial(totalCount: 3, logits: Tensor([-800, 800]))
    expectClose(far.logProb(1), log(Tensor(3)) + Tensor([-800, -1600]), relative: 1e-14)
    expectClose(
      Multinomial(totalCount: 3, logits: Tensor([-800, 0])).logProb(Tensor([1, 2])),
      log(Tensor(3)) - 800, relative: 1e-14)
  }

  @Test func theNormalizerOfLKJIsADifferenceOfLogGammas() {
    // For two dimensions log Z = log(π)/2 + log Γ(η) - log Γ(η + 1/2), which tends to log(π/η)/2.
    for size in [1e10, 1e15, 1e100] {
      let distribution = LKJCholesky(dimension: 2, concentration: Tensor(size))
      let atIdentity = distribution.logProb(.identity(2))
      expectClose(atIdentity, 0.5 * log(Tensor(size / .pi)), relative: 1e-11)
    }
  }

  @Test func divergencesOfLargeParametersDoNotCancel() throws {
    let beta = try #require(klDivergence(Beta(1e12, 1e12), Beta(1.000001e12, 1e12)))
    expectClose(beta, 0.2499998750, relative: 1e-9)
    let a = Tensor([1e12, 1e12])
    let dirichlet = try #require(
      klDivergence(Dirichlet(a), Dirichlet(Tensor([1.000001e12, 1e12]))))
    expectClose(dirichlet, 0.2499998750, relative: 1e-9)
    // ½ d²/shape, the next term being d³ / (6 shape²) = 2e-7 of it.
    let gamma = try #require(
      klDivergence(Gamma(shape: 1e12, rate: 1), Gamma(shape: 1.000001e12, rate: 1)))
    expectClose(gamma, 0.5 - 1e-6 / 6, relative: 1e-10)
  }

  @Test func theSlopeOfLogBetaDoesNotCancel() {
    // ψ(a) - ψ(a + b) → log(a / (a + b)), and for small b → -b/a.
    let slope = gradient(of: { logBeta($0, 1) }, at: 1e15)
    expectClose(slope, -1e-15, relative: 1e-12, absolute: 0)
  }
}
