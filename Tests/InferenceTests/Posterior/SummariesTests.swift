import Inference
import PPL
import TestSupport
import Testing

struct SummariesTests {
  @Test func quantilesInterpolateAsNumPyDoes() {
    let x: Tensor = [8, 1, 4, 2]
    // numpy.quantile([1, 2, 4, 8], ...): position 3 p among the order statistics.
    for (level, expected) in [(0, 1), (0.3, 1.9), (0.5, 3), (0.75, 5), (0.9, 6.8), (1, 8.0)] {
      expectClose(x.quantile(level, along: 0), Tensor(expected), relative: 1e-15)
    }
    #expect(Tensor([5]).quantile(0.3, along: 0).scalar == 5)
  }

  @Test func quantilesAreTakenAlongAnAxis() {
    let x = Tensor(rows: [[3, 1, 2], [6, 5, 4]])
    #expect(x.quantile(0.5, along: 0).scalars == [4.5, 3, 3])
    #expect(x.quantile(0.5, along: 1).scalars == [2, 5])
    #expect(x.quantile(0.5, along: -1).scalars == [2, 5])
    let cube = Tensor.arange(24).reshaped(to: [2, 3, 4])
    #expect(cube.quantile(1, along: 1).shape == [2, 4])
    #expect(cube.quantile(1, along: 1).scalars == [8, 9, 10, 11, 20, 21, 22, 23])
  }

  @Test func aQuantileOfWhatIsNoNumberIsNone() {
    let x = Tensor(rows: [[1, .nan], [2, 3], [0, 1]])
    let median = x.quantile(0.5, along: 0).scalars
    #expect(median[0] == 1 && median[1].isNaN)
  }

  @Test func infinitiesHaveTheirRank() {
    let x: Tensor = [.infinity, 1, .infinity, -.infinity, 2]
    #expect(x.quantile(0, along: 0).scalar == -.infinity)
    #expect(x.quantile(0.5, along: 0).scalar == 2)
    #expect(x.quantile(0.75, along: 0).scalar == .infinity)
    #expect(x.quantile(0.9, along: 0).scalar == .infinity)
  }

  @Test func theStandardDeviationDividesByTheNumberOfElements() {
    let x = Tensor(rows: [[1, 2], [3, 6]])
    #expect(x.standardDeviation(along: [0]).scalars == [1, 2])
  }

  @Test func aSummaryHasMeanDeviationAndTheEndsOfTheCentralNineTenths() throws {
    let draws = Draws(
      count: 5, sites: [("a", [1, 2, 3, 4, 5]), ("b", Tensor.arange(10).reshaped(to: [5, 2]))])
    let a = try #require(draws.summaries(of: "a").first)
    expectClose([a.mean, a.sd, a.q05, a.q95], [3, 2.squareRoot(), 1.2, 4.8], relative: 1e-14)
    #expect(draws.summaries(of: "b").map(\.mean) == [4, 5])
  }

  @Test func aTableHasALineForEachElement() throws {
    let draws = Draws(
      count: 3, sites: [("a", [1, 2, 3]), ("grid", Tensor.arange(12).reshaped(to: [3, 2, 2]))])
    #expect(
      draws.table()
        == """
                       mean       sd      5 %     95 %
        a              2.00     0.82     1.10     2.90
        grid[0, 0]     4.00     3.27     0.40     7.60
        grid[0, 1]     5.00     3.27     1.40     8.60
        grid[1, 0]     6.00     3.27     2.40     9.60
        grid[1, 1]     7.00     3.27     3.40    10.60
        """)
    #expect(try draws.table(of: ["a"]).split(separator: "\n").count == 2)
  }

  @Test func aTableOfASiteThatIsNotThereNamesThoseThatAre() {
    let draws = Draws(count: 3, sites: [("a", [1, 2, 3]), ("b", [4, 5, 6])])
    let error = #expect(throws: InferenceError.unknownSite("c", known: ["a", "b"])) {
      try draws.table(of: ["a", "c"])
    }
    #expect(error?.description == "no site is named \"c\"; there are \"a\", \"b\".")
  }

  @Test func quantilesOfNothingAreRefused() async {
    let level = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1]).quantile(1.5, along: 0)
    }
    expectMessage("quantile: the level is 1.5, but must be in [0, 1].", of: level)
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([0, 2]).quantile(0.5, along: 0)
    }
    expectMessage("quantile: there are no elements along axis 0 of shape [0, 2].", of: empty)
    let recorded = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(of: { $0.quantile(0.5, along: 0) }, at: [1, 2])
    }
    expectMessage("quantile: sorting cannot be recorded.", of: recorded)
  }
}
