import Distributions
import PPL
import TestSupport
import Testing

/// Cauchy distributions and their truncations at all magnitudes, against mpmath (`Tests/Reference/make_edges.py`).
@Suite struct HeavyTailTests {
  private let functions: JSONValue

  init() throws { functions = try #require(try Reference.json("edges.json")["functions"]) }

  /// Agreement of `f` with the rows under this name.
  private func expect(
    _ name: String, within tolerance: Double = 1e-14, absolute: Double = 0,
    _ f: ([Tensor]) -> Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let rows = try #require(functions[name]).elements.map(\.doubles)
    #expect(rows.count >= 5, sourceLocation: sourceLocation)
    for row in rows {
      let found = f(row.dropLast().map { Tensor($0) }).scalar
      expectClose(
        [found], [row[row.count - 1]], relative: tolerance, absolute: absolute,
        "\(name) \(row.dropLast())",
        sourceLocation: sourceLocation)
    }
  }

  @Test func theCauchyDensityDoesNotOverflow() throws {
    try expect("Cauchy.logProb") { Cauchy(0, 2).logProb($0[0]) }
    try expect("Cauchy.logProbSlope") { x in
      gradient(of: { Cauchy(0, 2).logProb($0) }, at: x[0])
    }
    try expect("HalfCauchy.logProb") { HalfCauchy(2).logProb($0[0]) }
    #expect(abs(Cauchy(0, 1).logProb(1e160).scalar + 737.9719596) < 1e-7)
  }

  @Test func probabilitiesOfCauchyDistributionsKeepTheirDigitsOnBothSides() throws {
    try expect("Cauchy.cdf") { Cauchy(0, 2).cdf($0[0]) }
    try expect("Cauchy.logCDF") { Cauchy(0, 2).logCDF($0[0]) }
    try expect("Cauchy.logCDF") { Cauchy(0, 2).logSurvival(-$0[0]) }
    try expect("HalfCauchy.cdf") { HalfCauchy(2).cdf($0[0]) }
    try expect("HalfCauchy.logCDF") { HalfCauchy(2).logCDF($0[0]) }
    try expect("HalfCauchy.logSurvival") { HalfCauchy(2).logSurvival($0[0]) }
  }

  @Test func quantilesOfCauchyDistributionsKeepTheirDigitsOnBothSides() throws {
    try expect("Cauchy.icdf") { Cauchy(0, 2).icdf($0[0]) }
    try expect("HalfCauchy.icdf") { HalfCauchy(2).icdf($0[0]) }
    // A logarithm of 700 is known to 1e-13, and so is the quantile relative to itself.
    for (name, quantile) in Self.quantiles { try expect(name, within: 2e-13) { quantile($0[0]) } }
    #expect(abs(Cauchy(0, 1).icdf(1e-16).scalar / -3.183098862e15 - 1) < 1e-9)
    #expect(Cauchy(0, 1).icdf(Tensor([0, 1])).scalars == [-.infinity, .infinity])
    #expect(HalfCauchy(1).icdf(Tensor([0, 1])).scalars == [0, .infinity])
  }

  private static let quantiles: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("Cauchy.icdf(logCDF:)", { Cauchy(0, 2).icdf(logCDF: $0) }),
    ("Cauchy.icdf(logSurvival:)", { Cauchy(0, 2).icdf(logSurvival: $0) }),
    ("HalfCauchy.icdf(logCDF:)", { HalfCauchy(2).icdf(logCDF: $0) }),
    ("HalfCauchy.icdf(logSurvival:)", { HalfCauchy(2).icdf(logSurvival: $0) }),
  ]

  @Test func truncatedCauchyDistributionsKeepTheirDigits() throws {
    // Logarithms of up to 230 and back; next to the median of the base the rounding of a probability of a half.
    try expect("TruncatedCauchy.icdf", within: 2e-13, absolute: 1e-15) {
      TruncatedCauchy(0, 2, low: $0[0]).icdf($0[1])
    }
    try expect("TruncatedCauchy.logProb", within: 1e-13) {
      TruncatedCauchy(0, 2, low: $0[0]).logProb($0[1])
    }
    try expect("TruncatedHalfCauchy.icdf", within: 2e-13) {
      Truncated(HalfCauchy(2), low: $0[0]).icdf($0[1])
    }
  }

  @Test func slopesOfCauchyDistributionsAreThoseOfTheirProbabilities() {
    let x = Tensor([-60, -2.1, -0.3, 0, 1.9, 2.1, 1e4])
    expectGradient(of: { Cauchy($0[1], $0[2]).cdf($0[0]) }, at: [x, 0.1, 2])
    expectGradient(of: { Cauchy($0[1], $0[2]).logCDF($0[0]) }, at: [x, 0.1, 2])
    let positive = Tensor([0.01, 1.9, 2.1, 1e4])
    expectGradient(of: { HalfCauchy($0[1]).logCDF($0[0]) }, at: [positive, 2])
    expectGradient(of: { HalfCauchy($0[1]).logSurvival($0[0]) }, at: [positive, 2])
    let p = Tensor([0.01, 0.2, 0.3, 0.5, 0.7, 0.8, 0.99])
    expectGradient(of: { Cauchy($0[1], $0[2]).icdf($0[0]) }, at: [p, 0.1, 2], tolerance: 1e-6)
    expectGradient(of: { HalfCauchy($0[1]).icdf($0[0]) }, at: [p, 2], tolerance: 1e-6)
  }

  @Test func mixturesHaveASlopeInAWeightOfZero() throws {
    func slopes(_ row: [Tensor], _ density: (Tensor, Tensor) -> Tensor) -> Tensor {
      gradient(of: { density(row[0], $0) }, at: stack(Array(row.dropFirst()), along: -1))
    }
    for index in 0..<3 {
      try expect("Mixture.slope\(index)", within: 1e-13) { row in
        slopes(row) { x, w in
          MixtureSameFamily(Categorical(probabilities: w), Normal([0, 1, 2], 1)).logProb(x)
        }[.at(index)]
      }
      try expect("Mixture.slope\(index)", within: 1e-13) { row in
        slopes(row) { x, w in
          Mixture(Categorical(probabilities: w), Normal(0, 1), Normal(1, 1), Normal(2, 1)).logProb(
            x)
        }[.at(index)]
      }
    }
  }

  @Test func relaxedTossesHaveADensityUpToTheirEnds() throws {
    try expect("RelaxedBernoulli.logProb", within: 1e-12) {
      RelaxedBernoulli(temperature: $0[0], logits: $0[1]).logProb($0[2])
    }
    for x in [0.0, 1] {
      let x = Tensor(x)
      #expect(RelaxedBernoulli(temperature: 0.5, logits: 1).logProb(x).scalar == .infinity)
      #expect(RelaxedBernoulli(temperature: 2, logits: 1).logProb(x).scalar == -.infinity)
    }
  }
}
