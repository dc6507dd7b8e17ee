import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

/// The messages of mistakes in a program that uses analyses.
struct AnalysisPreconditionTests {
  @Test func priorsSayWhatTheyNeed() async {
    let dense = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DenseCovariance(Matrix(rows: 2, columns: 3)) }
    expectMessage("DenseCovariance: 2 rows and 3 columns.", of: dense)
    let sizes = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (two, three) = (Matrix(rows: 2, columns: 2), Matrix(rows: 3, columns: 3))
      _ = HybridCovariance(DenseCovariance(two), DenseCovariance(three))
    }
    expectMessage("HybridCovariance: 2 points and 3.", of: sizes)
    let weight = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let two = DenseCovariance(Matrix(rows: 2, columns: 2))
      _ = HybridCovariance(two, two, weight: 1.5)
    }
    expectMessage("the weight is 1.5, but must be in [0, 1].", of: weight)
  }

  @Test func tapersSayWhatTheyNeed() async {
    let zero = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Localization(.gaspariCohn(0), on: Ring(points: 4)) }
    expectMessage("Taper: the length is 0.0, but must be positive; .none does not damp.", of: zero)
    let undefined = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Taper.secondOrderAutoregressive(.nan)(1) }
    expectMessage("Taper: the length is nan, but must be positive;", of: undefined)
  }

  @Test func scoresAndTuningSayWhatTheyNeed() async {
    let cells = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = meanSquaredError([1], [1, 2], areas: [1]) }
    expectMessage("1 and 2 numbers for 1 cells.", of: cells)
    let resamples = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = try Score(errors: [1], optimum: [1], resamples: 0, key: RandomKey(0)) }
    expectMessage("the number of resamples is 0.", of: resamples)
    let replicates = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = try LocalizationTuning([], on: Ring(points: 4), lengths: [1]) }
    expectMessage("needs a replicate and a length at least.", of: replicates)
  }
}
