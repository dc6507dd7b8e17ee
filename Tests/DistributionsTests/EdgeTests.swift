import Distributions
import Foundation
import PPL
import TestSupport
import Testing

/// What every family of single numbers gives at the ends: of a probability, of its support and of the numbers.
@Suite struct EdgeTests {
  private static let all = (families + continuousFamilies + discreteFamilies)
    .filter { $0.make($0.parameters).eventShape.isEmpty }
  private static let withCDF = all.filter { $0.make($0.parameters) is any HasCDF }
  private static let withQuantiles = all.filter {
    $0.make($0.parameters) is any HasQuantiles
  }

  /// The values of `f` at one number for each element of the batch.
  private static func values(
    _ f: (Tensor) -> Tensor, at x: Double, of distribution: any Distribution
  ) -> [Double] {
    f(.full(x, distribution.batchShape)).scalars
  }

  @Test(arguments: withQuantiles) func aQuantileOfNoProbabilityIsNotANumber(_ family: Family) {
    guard let distribution = family.make(family.parameters) as? any HasQuantiles else {
      return
    }
    for p in [-0.1, -Double.leastNonzeroMagnitude, 1.0.nextUp, 1.5, -.infinity, .infinity, .nan] {
      let quantiles = Self.values({ distribution.icdf($0) }, at: p, of: distribution)
      #expect(quantiles.allSatisfy { $0.isNaN }, "icdf(\(p)) is \(quantiles)")
    }
    for l in [Double.leastNonzeroMagnitude, 0.1, .infinity, .nan] {
      let lower = Self.values({ distribution.icdf(logCDF: $0) }, at: l, of: distribution)
      let upper = Self.values({ distribution.icdf(logSurvival: $0) }, at: l, of: distribution)
      #expect(lower.allSatisfy { $0.isNaN }, "icdf(logCDF: \(l)) is \(lower)")
      #expect(upper.allSatisfy { $0.isNaN }, "icdf(logSurvival: \(l)) is \(upper)")
    }
  }

  @Test(arguments: withCDF) func theDistributionFunctionOfNoNumberIsNone(_ family: Family) {
    guard let distribution = family.make(family.parameters) as? any HasCDF else { return }
    let p = Self.values(distribution.cdf, at: .nan, of: distribution)
    #expect(p.allSatisfy { $0.isNaN }, "cdf(nan) is \(p)")
    guard let distribution = distribution as? any HasQuantiles else { return }
    let lower = Self.values(distribution.logCDF, at: .nan, of: distribution)
    let upper = Self.values(distribution.logSurvival, at: .nan, of: distribution)
    #expect(lower.allSatisfy { $0.isNaN }, "logCDF(nan) is \(lower)")
    #expect(upper.allSatisfy { $0.isNaN }, "logSurvival(nan) is \(upper)")
  }

  @Test(arguments: withCDF) func theDistributionFunctionRunsFromZeroToOne(_ family: Family) {
    guard let distribution = family.make(family.parameters) as? any HasCDF else { return }
    // A distribution that is cut or inflated sums two rounded numbers to one.
    func agree(_ values: [Double], _ p: Double) -> Bool {
      values.allSatisfy { abs($0 - p) < 3e-16 }
    }
    for (x, p) in [(-Double.infinity, 0.0), (.infinity, 1)] {
      let values = Self.values(distribution.cdf, at: x, of: distribution)
      #expect(agree(values, p), "cdf(\(x)) is \(values)")
      guard let distribution = distribution as? any HasQuantiles else { continue }
      let lower = Self.values(distribution.logCDF, at: x, of: distribution)
      let upper = Self.values(distribution.logSurvival, at: x, of: distribution)
      #expect(agree(lower.map { exp($0) }, p), "logCDF(\(x)) is \(lower)")
      #expect(agree(upper.map { exp($0) }, 1 - p), "logSurvival(\(x)) is \(upper)")
    }
  }

  @Test(arguments: all) func noDensityIsLeftBeyondAllNumbers(_ family: Family) {
    let distribution = family.make(family.parameters)
    // A censored value is a bound: a probability, which may be one.
    let isBound = distribution.name.contains("Censored")
    for x in [-Double.infinity, .infinity] {
      let densities = Self.values(distribution.logProb, at: x, of: distribution)
      #expect(
        densities.allSatisfy { $0 == -.infinity || (isBound && $0 == 0) },
        "logProb(\(x)) is \(densities)")
    }
  }

  @Test(arguments: withQuantiles) func theEndsOfTheSupportHaveADensity(_ family: Family) {
    guard let distribution = family.make(family.parameters) as? any HasQuantiles else {
      return
    }
    for p in [0.0, 1] {
      let end = distribution.icdf(.full(p, distribution.batchShape))
      #expect(!end.scalars.contains { $0.isNaN }, "icdf(\(p)) is \(end)")
      #expect(
        distribution.cdf(end).scalars.allSatisfy { abs($0 - p) < 1e-15 },
        "cdf of icdf(\(p)) is \(distribution.cdf(end))")
      let densities = distribution.logProb(end).scalars
      #expect(!densities.contains { $0.isNaN }, "logProb at \(end) is \(densities)")
      let lower = distribution.icdf(logCDF: .full(p == 0 ? -.infinity : 0, distribution.batchShape))
      let upper = distribution.icdf(
        logSurvival: .full(p == 0 ? 0 : -.infinity, distribution.batchShape))
      #expect(lower.scalars == end.scalars, "icdf(logCDF: log \(p)) is \(lower), not \(end)")
      #expect(
        upper.scalars == end.scalars, "icdf(logSurvival: log(1 - \(p))) is \(upper), not \(end)")
    }
  }
}
