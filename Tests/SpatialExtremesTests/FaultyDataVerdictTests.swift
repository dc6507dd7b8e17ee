import Inference
import PPL
import SpainSynthetic
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// Fits to data that cannot be right say that they have not converged, and one to the data as they are that it has.
struct FaultyDataVerdictTests {
  /// The same data with other maxima.
  private func changed(
    _ data: StationMaxima, _ change: (_ station: Int, _ year: Int, _ maximum: Double) -> Double
  ) -> StationMaxima {
    var data = data
    let years = data.years.count
    data.maxima = data.maxima.enumerated().map { place, maximum in
      maximum.map { change(place / years, place % years, $0) }
    }
    return data
  }

  private func convergence(
    _ data: StationMaxima, steps: Int, seed: UInt64 = 0
  ) throws -> Convergence {
    let model = GEVMultiplicative(data)
    let guide = AutoNormal(model.posterior, initialization: .values(model.start))
    let svi = SVI(
      model.posterior, guide: guide,
      optimizer: ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3)))
    return try svi.run(steps: steps, key: RandomKey(seed), progress: .silent).convergence
  }

  @Test func maximaThatAreAllEqualDoNotConverge() throws {
    let data = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"), options: .init())
    let verdict = try convergence(changed(data) { _, _, _ in 36.5 }, steps: 3_000)
    #expect(!verdict.isConverged, "\(verdict)")
  }

  @Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  struct Panel {
    private let tests = FaultyDataVerdictTests()

    /// Twelve thousand steps, as `make panel` takes them.
    @Test func thePanelConverges() throws {
      let verdict = try tests.convergence(SharedData.panel(), steps: 12_000, seed: 1)
      #expect(verdict.isConverged, "\(verdict)")
    }

    @Test func thePanelCutAtThreeHundredStepsHasNotConverged() throws {
      #expect(try !tests.convergence(SharedData.panel(), steps: 300, seed: 1).isConverged)
    }

    @Test func oneStationInFahrenheitLeavesNoFiniteLoss() throws {
      let data = try tests.changed(SharedData.panel()) { s, _, t in s == 3 ? 1.8 * t + 32 : t }
      #expect(try !tests.convergence(data, steps: 2_000).hasFiniteLosses)
    }

    @Test func oneCellOfTenTimesItsValueLeavesNoFiniteLoss() throws {
      let data = try tests.changed(SharedData.panel()) { s, y, t in s == 3 && y == 7 ? 10 * t : t }
      #expect(try !tests.convergence(data, steps: 2_000).hasFiniteLosses)
    }

    /// The field follows a station of 310 degrees in the end: after 6,000 steps the fit has converged, to a wrong map.
    @Test func oneStationInKelvinHasNotConvergedByThreeThousandSteps() throws {
      let data = try tests.changed(SharedData.panel()) { s, _, t in s == 3 ? t + 273.15 : t }
      #expect(try !tests.convergence(data, steps: 3_000).isConverged)
    }
  }
}
