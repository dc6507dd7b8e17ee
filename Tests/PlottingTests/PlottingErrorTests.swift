import Plotting
import TestSupport
import Testing

/// Figures that cannot be, and what is said of them.
@Suite struct PlottingErrorTests {
  @Test func aNumberThatIsNotFiniteIsNamed() {
    expect("series \"EnKF\": y[1] is nan, but must be finite; leave out what is missing.") {
      try Examples.linePlot(y: [1, .nan, 2])
    }
    expect("series \"EnKF\": high[2] is inf, but must be finite; leave out what is missing.") {
      try Examples.linePlot(high: [4, 4, .infinity])
    }
    expect("panel \"\"[1, 2] is nan, but must be finite; leave out what is missing.") {
      try Examples.heatMap(values: [[1, 2, 3], [4, 5, .nan]])
    }
    expect("panel \"wild\"[0, 1] is -inf, but must be finite; leave out what is missing.") {
      try Examples.sphereMap(values: [[0, -.infinity], [0, 1]])
    }
    expect("x[1] is nan, but must be finite; leave out what is missing.") {
      try Examples.heatMap(x: [0, .nan, 2])
    }
    expect("panel \"p\"[0] is nan, but must be finite; leave out what is missing.") {
      try Bars(xAxis: "x", yAxis: "y", panels: [.init(title: "p", heights: [.nan])])
    }
  }

  @Test func aLogarithmicAxisTakesPositiveNumbersOnly() {
    expect("series \"a\": x[0] is 0.0, but must be positive on a logarithmic axis.") {
      try LinePlot(panels: [
        .init(
          xAxis: Axis("x", isLogarithmic: true), yAxis: "y",
          series: [.init("a", x: [0, 1], y: [1, 2])])
      ])
    }
    expect("ticks of axis \"x\"[1] is -1.0, but must be positive on a logarithmic axis.") {
      try LinePlot(panels: [
        .init(
          xAxis: Axis("x", isLogarithmic: true, ticks: [1, -1]), yAxis: "y",
          series: [.init("a", x: [1], y: [1])])
      ])
    }
  }

  @Test func sizesThatDifferAreNamed() {
    expect("series \"EnKF\": y has 2 numbers, but needs 3.") {
      try Examples.linePlot(y: [1, 2])
    }
    expect("series \"EnKF\": low has 0 numbers, but needs 3.") {
      try Examples.linePlot(low: [])
    }
    expect("panel \"\", by rows, has 1 numbers, but needs 2.") {
      try Examples.heatMap(values: [[1, 2, 3]])
    }
    expect("panel \"wild\", row 1, has 1 numbers, but needs 2.") {
      try Examples.sphereMap(values: [[1, 2], [3]])
    }
  }

  @Test func aBandWhoseEndsCrossIsNamed() {
    expect("series \"EnKF\": the band at [0] goes from 9.0 down to 3.5; its lower end comes first.")
    {
      try Examples.linePlot(low: [9, 1, 1])
    }
  }

  @Test func nothingToDrawIsAnError() {
    expect("panels: found 0, but a figure needs at least 1.") { try LinePlot(panels: []) }
    expect("panels: found 0, but a figure needs at least 1.") {
      try SphereMap(panels: [], color: ColorScale("c"))
    }
    expect("panels: found 0, but a figure needs at least 1.") {
      try Bars(xAxis: "x", yAxis: "y", panels: [])
    }
    expect("panels: found 0, but a figure needs at least 1.") {
      try HeatMap(xAxis: "x", yAxis: "y", x: [0, 1], y: [0, 1], panels: [])
    }
    expect("curves of panel \"p\": found 0, but a figure needs at least 1.") {
      try LinePlot(panels: [.init(title: "p", xAxis: "x", yAxis: "y", series: [])])
    }
    expect("points of series \"a\": found 0, but a figure needs at least 1.") {
      try LinePlot(panels: [.init(xAxis: "x", yAxis: "y", series: [.init("a", x: [], y: [])])])
    }
    expect("bars of panel \"EnKF\": found 0, but a figure needs at least 1.") {
      try Examples.bars(counts: [])
    }
    expect("numbers of y: found 1, but a figure needs at least 2.") {
      try Examples.heatMap(y: [1], values: [[1, 2, 3]])
    }
    expect("longitudes of panel \"wild\": found 0, but a figure needs at least 2.") {
      try Examples.sphereMap(values: [[], []])
    }
  }

  @Test func aHeatMapNeedsEqualStepsThatRise() {
    expect(
      "x[1] is not one step above the number before it; a heat map needs equal steps that rise."
    ) {
      try Examples.heatMap(x: [0, 1, 4])
    }
    expect(
      "y[1] is not one step above the number before it; a heat map needs equal steps that rise."
    ) {
      try Examples.heatMap(y: [2, 1])
    }
  }

  @Test func barsAndCellsNeedLinearAxes() async {
    let bars = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try Bars(
        xAxis: "rank", yAxis: Axis("count", isLogarithmic: true), panels: [.init(heights: [1])])
    }
    expectMessage("Bars: a bar has no length on a logarithmic axis.", of: bars)
    let cells = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try HeatMap(
        xAxis: Axis("x", isLogarithmic: true), yAxis: "y", x: [1, 2], y: [1, 2],
        values: [[1, 2], [3, 4]], color: ColorScale("value"))
    }
    expectMessage(
      "HeatMap: equal steps are not equal on a logarithmic axis; give the logarithms.", of: cells)
  }

  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ figure: () throws -> any Figure
  ) {
    let error = #expect(throws: PlottingError.self, sourceLocation: sourceLocation) {
      _ = try figure()
    }
    #expect(error?.description == message, sourceLocation: sourceLocation)
  }
}
