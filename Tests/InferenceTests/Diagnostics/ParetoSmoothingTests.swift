import Foundation
import TestSupport
import Testing

@testable import Inference

/// Pareto smoothed importance weights against ArviZ (`Tests/Reference/make_diagnostics.py`).
struct ParetoSmoothingTests {
  @Test func weightsAndShapeAreThoseOfArviZ() throws {
    let cases = try #require(Reference.json("model_comparison.json")["psis"]).elements
    #expect(cases.count == 8)
    for one in cases {
      let name = one["name"]?.string ?? ""
      let found = ParetoSmoothing(
        logRatios: try #require(one["ratios"]).doubles,
        relativeEfficiency: try #require(one["efficiency"]?.double))
      let khat = one["khat"]?.double ?? .infinity
      // Sums in another order differ in the last digits.
      #expect(found.khat == khat || abs(found.khat - khat) < 1e-9, "\(name): \(found.khat)")
      let expected = try #require(one["log_weights"]).doubles
      for (own, other) in zip(found.logWeights, expected) {
        #expect(abs(own - other) < 1e-9 * max(1, abs(other)), "\(name)")
      }
      #expect(abs(found.weights.reduce(0, +) - 1) < 1e-12, "\(name)")
      let size = one["efficiency"]!.double! / expected.reduce(0) { $0 + exp(2 * $1) }
      #expect(abs(found.effectiveSampleSize / size - 1) < 1e-9, "\(name)")
    }
  }

  @Test func theFitRecoversTheShapeOfItsQuantiles() {
    // With 4,000 excesses the prior of the shape, worth ten of them, moves it by less than 0.002; the error of the fit is
    // about (1 + k) / sqrt(4,000) = 0.02 for random ones, and less for quantiles.
    for shape in [-0.3, 0.2, 0.7, 1.2] {
      let excesses = (0..<4_000).map { i in
        let p = (Double(i) + 0.5) / 4_000
        return 2 * expm1(-shape * log1p(-p)) / shape
      }
      let fit = GeneralizedParetoFit(sorted: excesses)
      #expect(abs(fit.shape - shape) < 0.02, "\(shape): \(fit.shape)")
      #expect(abs(fit.scale / 2 - 1) < 0.02, "\(shape): \(fit.scale)")
    }
  }

  @Test func drawsWithoutDensityHaveNoWeight() {
    let ratios = (0..<200).map { (i: Int) -> Double in
      switch i % 7 {
      case 0: .nan
      case 1: -.infinity
      default: sin(Double(i))
      }
    }
    let found = ParetoSmoothing(logRatios: ratios)
    for (ratio, weight) in zip(ratios, found.weights) {
      #expect(ratio.isFinite ? weight > 0 : weight == 0)
    }
    #expect(found.khat.isFinite && abs(found.weights.reduce(0, +) - 1) < 1e-12)
    for ratios in [[], [-.infinity, -.infinity], [.nan], [.infinity, 0]] as [[Double]] {
      let none = ParetoSmoothing(logRatios: ratios)
      #expect(none.khat == .infinity && none.logWeights.allSatisfy(\.isNaN))
      #expect(none.effectiveSampleSize == 0)
    }
  }

  @Test func theThresholdOfFewDrawsIsLower() {
    #expect(abs(ParetoSmoothing.threshold(draws: 100) - 0.5) < 1e-15)
    #expect(ParetoSmoothing.threshold(draws: 4_000) == 0.7)
  }
}
