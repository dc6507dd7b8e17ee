import Assimilation
import Autodiff
import FilterTestSupport
import LinearAlgebra
import TestSupport
import Testing

@Suite struct RelaxedFilterTests {
  private let forecast = Ensemble(members: normalMatrix(6, 9, seed: 5))

  private func analysed(_ filter: some EnsembleFilter) throws -> Ensemble {
    var ensemble = forecast
    let y = try Observations(points: [1, 2, 4], values: [3, -2, 1], variances: [0.5, 1, 0.1])
    try filter.update(&ensemble, y, key: RandomKey(1))
    return ensemble
  }

  private func deviations(_ ensemble: Ensemble) -> [Double] {
    ensemble.anomalies.columnVariances.map { $0.squareRoot() }
  }

  @Test func noRelaxationIsTheFilter() throws {
    let plain = try analysed(ETKF(members: 6))
    for relaxation in [Relaxation.toPriorPerturbations(0), .toPriorSpread(0)] {
      let relaxed = try analysed(RelaxedFilter(ETKF(members: 6), relaxation))
      #expect(relaxed.mean == plain.mean)
      expectClose(
        relaxed.anomalies.scalars, plain.anomalies.scalars, relative: 0, absolute: 1e-14)
    }
  }

  @Test func perturbationsAndSpreadAreMixedLinearly() throws {
    let plain = try analysed(ETKF(members: 6))
    let perturbed = try analysed(RelaxedFilter(ETKF(members: 6), .toPriorPerturbations(0.3)))
    var mixture = plain.anomalies
    mixture.scale(by: 0.7)
    mixture.add(forecast.anomalies, scaledBy: 0.3)
    expectClose(perturbed.anomalies.scalars, mixture.scalars, relative: 0, absolute: 1e-14)
    let spread = try analysed(RelaxedFilter(ETKF(members: 6), .toPriorSpread(0.3)))
    expectClose(
      deviations(spread), zip(deviations(plain), deviations(forecast)).map { 0.7 * $0 + 0.3 * $1 },
      relative: 1e-12)
    let whole = try analysed(RelaxedFilter(ETKF(members: 6), .toPriorSpread(1)))
    expectClose(deviations(whole), deviations(forecast), relative: 1e-12)
  }

  @Test func rotationsFollowTheRelaxation() throws {
    let plain = try analysed(RelaxedFilter(ETKF(members: 6), .toPriorPerturbations(0.4)))
    let rotated = try analysed(
      RelaxedFilter(ETKF(members: 6), .toPriorPerturbations(0.4), rotation: .random))
    let covariance = { (ensemble: Ensemble) in
      Matrix.product(ensemble.anomalies, ensemble.anomalies, transposingFirst: true).scalars
    }
    expectClose(covariance(rotated), covariance(plain), relative: 0, absolute: 1e-12)
    #expect(rotated.anomalies != plain.anomalies)
    let error = #expect(throws: FilterError.self) {
      try analysed(
        RelaxedFilter(ETKF(members: 6, rotation: .random), .toPriorPerturbations(0.4)))
    }
    #expect(
      error?.description
        == "ETKF, RTPP needs members that stay themselves in the analysis, but ETKF rotates them; give ETKF the rotation "
        + ".none, and ETKF, RTPP that rotation if it has one.")
  }

  @Test(arguments: [
    (
      Relaxation.toPriorPerturbations(1.5),
      "ETKF, RTPP: the coefficient is 1.5, but must be in [0, 1]."
    ),
    (
      .toPriorSpread(-1),
      "ETKF, RTPS: the coefficient is -1.0, but must be finite and not negative."
    ),
  ])
  func coefficientsOutOfRangeAreRefused(relaxation: Relaxation, message: String) {
    let error = #expect(throws: FilterError.self) {
      try analysed(RelaxedFilter(ETKF(members: 6), relaxation))
    }
    #expect(error?.description == message)
  }

  @Test func settingsAreThoseOfTheFilter() {
    let filter = RelaxedFilter(ETKF(members: 6, inflation: 1.1), .toPriorSpread(0.3))
    #expect(filter.members == 6 && filter.inflation == 1.1 && filter.localization == nil)
    #expect(filter.name == "ETKF, RTPS" && filter.relaxation.coefficient == 0.3)
  }
}
