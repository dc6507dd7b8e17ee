import Assimilation
import Autodiff
import TestSupport
import Testing

struct ScoreTests {
  @Test func errorsAreWeightedByArea() {
    #expect(meanSquaredError([1, 2], [0, 0], areas: [3, 1]) == 1.75)
  }

  @Test func theScoreIsTheRelativeDifferenceOfRootMeanSquares() throws {
    let (errors, optimum) = ([1.0, 4, 4], [1.0, 1, 2])
    let score = try Score(errors: errors, optimum: optimum, key: RandomKey(1))
    expectClose([score.value], [1.5 - 1], relative: 1e-14)
    #expect(try #require(score.interval).contains(score.value))
    let plotted = try Score.asPlotted(errors: errors, optimum: optimum, key: RandomKey(1))
    expectClose([plotted.value], [(33.0 / 6).squareRoot() - 1], relative: 1e-14)
    let interval = try #require(plotted.interval)
    expectClose(
      [interval.lowerBound + interval.upperBound], [2 * plotted.value], relative: 1e-13)
  }

  @Test func oneReplicateHasAScoreAndNoInterval() throws {
    let score = try Score(errors: [4], optimum: [1], key: RandomKey(1))
    #expect(score.value == 1 && score.interval == nil)
    let plotted = try Score.asPlotted(errors: [4], optimum: [1], key: RandomKey(1))
    #expect(plotted.value == 3 && plotted.interval == nil)
  }

  @Test func theOptimumHasTheScoreZeroWithoutDoubt() throws {
    let errors = [1.0, 2, 3]
    let score = try Score(errors: errors, optimum: errors, resamples: 100, key: RandomKey(2))
    #expect(score.value == 0 && score.interval == 0...0)
  }

  @Test func theIntervalIsThatOfAllResamplesOfTwoReplicates() throws {
    // Means of two are 1, 2.5 or 4 with probabilities 1/4, 1/2, 1/4, over an optimum of 1.
    let score = try Score(errors: [1, 4], optimum: [1, 1], key: RandomKey(3))
    let interval = try #require(score.interval)
    expectClose([interval.lowerBound, interval.upperBound], [0, 1], relative: 1e-14)
    let plotted = try Score.asPlotted(errors: [1, 4], optimum: [1, 1], key: RandomKey(3))
    let half = try #require(plotted.interval).upperBound - plotted.value
    expectClose([half], [1.5], relative: 1e-14)
  }

  @Test func theIntervalCoversAsOftenAsItSays() throws {
    // Errors that vary about 2 with an optimum of 1: the true score is sqrt(2) - 1.
    var covered = 0
    for trial in 0..<200 {
      let errors = RandomKey(UInt64(trial)).uniform([60], in: 1..<3).scalars
      let score = try Score(
        errors: errors, optimum: errors.map { _ in 1 }, resamples: 400,
        key: RandomKey(UInt64(1000 + trial)))
      covered += try #require(score.interval).contains(2.0.squareRoot() - 1) ? 1 : 0
    }
    // 180 of 200 expected, with a deviation of 4.2; a little less with 60 replicates.
    #expect((160...197).contains(covered))
  }

  @Test func errorsThatCannotBeComparedAreRefused() {
    let key = RandomKey(4)
    #expect(throws: AnalysisError.size(what: "optimum", given: 1, expected: 2)) {
      try Score(errors: [1, 1], optimum: [1], key: key)
    }
    #expect(throws: AnalysisError.size(what: "errors", given: 0, expected: 1)) {
      try Score(errors: [], optimum: [], key: key)
    }
    #expect(throws: AnalysisError.notFinite(what: "errors", index: [0], value: "nan")) {
      try Score(errors: [.nan], optimum: [1], key: key)
    }
    #expect(throws: AnalysisError.negative(what: "errors", index: [0], value: -1)) {
      try Score(errors: [-1], optimum: [1], key: key)
    }
    #expect(throws: AnalysisError.zero(what: "optimum", index: [1])) {
      try Score.asPlotted(errors: [1, 1], optimum: [1, 0], key: key)
    }
  }
}
