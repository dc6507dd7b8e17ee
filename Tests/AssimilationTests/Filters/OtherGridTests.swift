import Assimilation
import Autodiff
import LinearAlgebra
import Testing

/// A localization or a prior of another grid than the state's is refused, be it smaller or larger.
@Suite struct OtherGridTests {
  private static let n = 8
  private static let initial = InitialDistribution.normal(
    mean: Array(repeating: 1, count: n), variance: 2)

  private static func localized(_ points: Int) -> [any Filter] {
    let ring = Ring(points: points)
    let localization = Localization(.gaspariCohn(1), on: ring)
    return [
      EnKF(members: 4, localization: localization), DEnKF(members: 4, localization: localization),
      EnSRF(members: 4, localization: localization),
      LETKF(members: 4, taper: .gaspariCohn(1), on: ring),
    ]
  }

  private static func withControl(_ points: Int) -> [(String, any Filter)] {
    let (ring, mean) = (Ring(points: points), Matrix(cyclic: [3] + (1..<points).map { _ in 1 }))
    let taper = Taper.gaspariCohn(1)
    return [
      ("the localization of the prior", ControlFilter.enKF(members: 4, taper: taper, on: ring)),
      ("the static covariance", ControlFilter.meanB(mean)),
      (
        "the localization of the prior",
        ControlFilter.hybridB(members: 4, taper: taper, on: ring, mean: mean)
      ),
      (
        "the static covariance",
        ControlFilter.hybridB(members: 4, taper: taper, on: Ring(points: n), mean: mean)
      ),
    ]
  }

  @Test(arguments: [5, 12], 0..<4) func localizations(_ points: Int, _ filter: Int) throws {
    try expectRefused(Self.localized(points)[filter], "the localization", points)
  }

  @Test(arguments: [5, 12], 0..<4) func priors(_ points: Int, _ filter: Int) throws {
    let (what, filter) = Self.withControl(points)[filter]
    try expectRefused(filter, what, points)
  }

  private func expectRefused(_ filter: any Filter, _ what: String, _ points: Int) throws {
    let start = try filter.start(Self.initial, key: RandomKey(1))
    var state = start
    // The last of these points is not on the smaller grid.
    let observations = try Observations(points: [1, 7], values: [1, 2], variance: 1)
    let expected = AnalysisError.otherGrid(of: what, points: points, expected: Self.n)
    #expect(throws: expected, "\(filter.name)") {
      try filter.analyse(&state, observations, key: RandomKey(2))
    }
    #expect(state == start)
    // In a twin it is the reason of the failure, with all measures that come before the analysis.
    let twin = try TwinExperiment(
      LinearAdvection(points: Self.n), initial: Self.initial,
      observing: .every(1, points: [1, 7], variance: 1), steps: 3, key: RandomKey(3))
    let run = try twin.run(filter, key: RandomKey(4))
    #expect(run.failure?.cycle == 1 && run.failure?.reason == expected.description)
  }

  @Test func theMessageSaysWhichGridsTheyAre() {
    #expect(
      AnalysisError.otherGrid(of: "the localization", points: 5, expected: 8).description
        == "the localization is of a grid of 5 points, but the state has 8; make it on the state's grid."
    )
  }

  @Test func sizesAreThereToBeCompared() {
    let ring = Ring(points: 5)
    #expect(Localization(.none, on: ring).pointCount == 5)
    #expect(LocalizedEnsembleCovariance(.none, on: ring).pointCount == 5)
    #expect(DenseCovariance(Matrix(rows: 3, columns: 3)).pointCount == 3)
  }
}
