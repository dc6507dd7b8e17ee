import Assimilation
import Autodiff
import FilterTestSupport
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct LocalizationTuningTests {
  private let lengths = [0.01, 0.1, 0.3, 0.6, 1, 4]

  private func replicates(_ seeds: Range<UInt64>) throws -> [LocalizationTuning.Replicate] {
    let W = exampleSquareRoot(60)
    return try seeds.map { seed in
      let fields = Matrix.product(
        normalMatrix(9, 60, seed: seed), W, transposingSecond: true)
      let truth = Array(fields.row(0))
      return LocalizationTuning.Replicate(
        truth: truth, members: fields.taking(rows: Array(1..<9)),
        observations: try .drawn(
          from: truth, areas: unitCircle(60).cellAreas, count: 30, variance: 1,
          key: RandomKey(100 + seed)))
    }
  }

  private func tuning(_ seeds: Range<UInt64>) throws -> LocalizationTuning {
    try LocalizationTuning(replicates(seeds), on: unitCircle(60), lengths: lengths)
  }

  @Test func theBestLengthIsNeitherNoneNorAll() throws {
    let tuning = try tuning(0..<6)
    #expect([0.3, 0.6, 1].contains(tuning.best))
    #expect(tuning.errors.count == 6 && tuning.errors[0] > tuning.errors.min() ?? 0)
  }

  @Test func theTuningOfAllIsTheMeanOfTheirErrors() throws {
    let seeds: [Range<UInt64>] = [0..<2, 10..<12, 20..<22]
    let parts = try seeds.map(tuning)
    let all = try seeds.flatMap(replicates)
    let whole = try LocalizationTuning(all, on: unitCircle(60), lengths: lengths)
    let mean = LocalizationTuning(mean: parts)
    #expect(mean.lengths == lengths)
    // Sums of six in another order.
    expectClose(mean.errors, whole.errors, relative: 1e-13)
    #expect(LocalizationTuning(mean: [whole]) == whole)
  }

  @Test func tuningsOfOtherLengthsHaveNoMean() async {
    let none = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LocalizationTuning(mean: []) }
    expectMessage("LocalizationTuning: needs tunings of the same lengths.", of: none)
    let others = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let field = Matrix(rows: 2, columns: 4, [1, 2, 3, 4, 4, 3, 2, 1])
      let replicate = LocalizationTuning.Replicate(
        truth: [0, 0, 0, 0], members: field,
        observations: try Observations(points: [0], values: [1], variance: 1))
      _ = LocalizationTuning(
        mean: try [[0.5], [1.0]].map {
          try LocalizationTuning([replicate], on: Ring(points: 4), lengths: $0)
        })
    }
    expectMessage("LocalizationTuning: needs tunings of the same lengths.", of: others)
  }
}
