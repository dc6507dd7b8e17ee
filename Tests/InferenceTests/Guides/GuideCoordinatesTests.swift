import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

@Suite struct GuideCoordinatesTests {
  private static let conjugate = ConjugateRegression(scales: [1, 1_000, 0.001], shared: 5)
  private static let lowRank = GaussianApproximation(
    mean: conjugate.mean.scalars,
    factor: MassMatrix(
      scales: sqrt(conjugate.covariance.diagonal()).scalars,
      vectors: .init(rows: 1, columns: 3, [0.6, 0, 0.8]), eigenvalues: [2]))

  private func fitted(
    _ coordinates: GuideCoordinates
  ) -> [(name: String, guide: any Guide, isFull: Bool)] {
    let model = Self.conjugate.model
    return [
      ("mean field", AutoDiagonalNormal(model, coordinates: coordinates), false),
      ("full", AutoMultivariateNormal(model, coordinates: coordinates), true),
      ("low rank", AutoLowRankMultivariateNormal(model, coordinates: coordinates), false),
    ]
  }

  /// Units of a thousand and a thousandth, and a correlation of 0.96: a hundred steps from the Laplace approximation, which is
  /// this posterior, move by the noise of the draws alone, of some hundredths.
  @Test func everyGuideBeginsAtTheLaplaceApproximation() throws {
    let sd = sqrt(Self.conjugate.covariance.diagonal())
    for (name, guide, _) in fitted(.preconditioned) {
      let svi = SVI(Self.conjugate.model, guide: guide, optimizer: Adam(learningRate: 1e-3))
      let fit = try svi.run(steps: 20, key: RandomKey(1), progress: .silent)
      let draws = try fit.draws(4_000, key: RandomKey(2))["beta"]
      let shift = (draws.mean(along: [0]) - Self.conjugate.mean) / sd
      #expect(shift.scalars.allSatisfy { $0.magnitude < 0.08 }, "\(name): \(shift)")
      let ratio = draws.standardDeviation(along: [0]) / sd
      #expect(ratio.scalars.allSatisfy { abs($0 - 1) < 0.06 }, "\(name): \(ratio)")
    }
  }

  /// The density of a draw, the quantiles and the draws of x = mean + T z belong to one distribution, for dense and low-rank T.
  @Test(arguments: [GuideCoordinates.preconditioned, .standardized(lowRank)])
  func drawsAndQuantilesAgree(coordinates: GuideCoordinates) throws {
    for (name, guide, _) in fitted(coordinates) {
      let svi = SVI(Self.conjugate.model, guide: guide, optimizer: Adam(learningRate: 0.05))
      let fit = try svi.run(steps: 40, key: RandomKey(1), progress: .silent)
      let draws = try fit.draws(8_000, key: RandomKey(2))["beta"]
      let quantiles = try #require(try fit.quantiles([0.5, 0.841344746068543])?["beta"])
      let (mean, sd) = (draws.mean(along: [0]), draws.standardDeviation(along: [0]))
      let shift = (mean - quantiles[0]) / sd
      // Four standard errors of 8,000 draws.
      #expect(shift.scalars.allSatisfy { $0.magnitude < 0.045 }, "\(name): \(shift)")
      let ratio = (quantiles[1] - quantiles[0]) / sd
      #expect(ratio.scalars.allSatisfy { abs($0 - 1) < 0.035 }, "\(name): \(ratio)")
    }
  }

  /// The loss of a fit at the exact posterior is minus the evidence at every draw, so that the density of the guide has its
  /// normalizer.
  @Test func theLossAtThePosteriorIsTheEvidence() throws {
    let model = Self.conjugate.model
    let evidence = try { () throws -> Double in
      let density = try LogDensity(model)
      let found = try GaussianApproximation.atMode(of: density)
      var gradient = [0.0, 0, 0]
      return try density.evaluator().value(at: found.mean, gradient: &gradient)
        - found.logDensity(at: found.mean)
    }()
    for guide in [
      AutoMultivariateNormal(model, coordinates: .preconditioned) as any Guide,
      AutoDiagonalNormal(model, coordinates: .preconditioned),
    ] {
      let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 1e-9))
      let fit = try svi.run(steps: 3, key: RandomKey(3), progress: .silent)
      for loss in fit.losses { expectClose([loss], [-evidence], relative: 1e-9) }
    }
  }

  @Test func anApproximationOfAnotherSizeIsAnError() throws {
    let wrong = GaussianApproximation(mean: [0], factor: MassMatrix(variances: [1]))
    let guide = AutoDiagonalNormal(Self.conjugate.model, coordinates: .standardized(wrong))
    #expect {
      try guide.prepared(key: RandomKey(0))
    } throws: {
      "\($0)".contains("the approximation of the coordinates has 1 numbers, but the model has 3")
    }
  }
}
