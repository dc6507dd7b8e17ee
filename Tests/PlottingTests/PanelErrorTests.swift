import Plotting
import Testing

/// Panels that cannot be drawn, and what is said of them.
@Suite struct PanelErrorTests {
  private func message(
    _ layer: PlotLayer, x: Axis = "x", y: Axis = "y"
  ) -> String {
    do throws(PlottingError) {
      _ = try PanelGrid(
        panels: [PlotPanel(title: "p", xAxis: x, yAxis: y, layers: [layer])], width: 4, height: 3)
      return ""
    } catch { return error.description }
  }

  @Test func aBandOverUnsortedXIsRefused() throws {
    #expect(
      message(.band("b", x: [1, 3, 2], low: [0, 0, 0], high: [1, 1, 1]))
        == "layer \"b\" of panel \"p\": x[2] is not above the number before it, but a band needs x in rising order; sort its points."
    )
    let error = #expect(throws: PlottingError.self) {
      try LinePlot(panels: [
        .init(
          xAxis: "x", yAxis: "y",
          series: [.init("s", x: [2, 1], y: [0, 0], low: [0, 0], high: [1, 1])])
      ])
    }
    #expect(error?.description.hasPrefix("series \"s\": x[1] is not above") == true)
  }

  @Test func nothingToDrawIsRefused() {
    #expect(
      message(.line("l", x: [], y: []))
        == "points of layer \"l\" of panel \"p\": found 0, but a figure needs at least 1.")
    #expect(throws: PlottingError.tooFew(what: "panels", given: 0, needed: 1)) {
      try PanelGrid(panels: [], width: 4, height: 3)
    }
    #expect(throws: PlottingError.tooFew(what: "layers of panel \"\"", given: 0, needed: 1)) {
      try PanelGrid(
        panels: [PlotPanel(xAxis: "x", yAxis: "y", layers: [])], width: 4, height: 3)
    }
  }

  @Test func numbersWithoutAPlaceOnTheirAxisAreRefused() {
    let line = PlotLayer.line("l", x: [0, 2], y: [1, 1])
    #expect(
      message(line, x: Axis("T", .returnPeriod))
        == "layer \"l\" of panel \"p\": x[0] is 0.0, but must be above 1 on an axis of return periods."
    )
    #expect(
      message(line, x: Axis("x", .logarithmic))
        == "layer \"l\" of panel \"p\": x[0] is 0.0, but must be positive on a logarithmic axis.")
    #expect(message(line, x: Axis("x", .symlog(threshold: 0))).contains("must be positive"))
    #expect(
      message(.points(x: [.nan], y: [1])).contains("x[0] is nan, but must be finite"))
    #expect(
      message(.cells(x: [0, 1], y: [0, 1], values: [[.infinity, 0], [0, 0]]))
        .contains("must be finite"))
  }

  @Test func limitsAreFiniteAndHaveAWidth() {
    let line = PlotLayer.line(x: [0, 2], y: [1, 1])
    #expect(
      message(line, x: Axis("x", .linear, limits: 0...Double.infinity)).contains(
        "limits of axis \"x\"[1] is inf, but must be finite"))
    #expect(
      message(line, y: Axis("y", .linear, limits: 2...2))
        == "limits of axis \"y\" are both 2.0, but the first must be below the last.")
    #expect(
      message(line, y: Axis("y", .linear, ticks: [1, 2], tickLabels: ["a"]))
        == "texts of ticks of axis \"y\" has 1 numbers, but needs 2.")
  }

  @Test func sizesAndEndsThatDoNotFitAreRefused() {
    #expect(
      message(.line("l", x: [1], y: [1, 2]))
        == "layer \"l\" of panel \"p\": y has 2 numbers, but needs 1.")
    #expect(
      message(.errorBars("e", x: [1], y: [1], low: [2], high: [1]))
        == "layer \"e\" of panel \"p\": the band at [0] goes from 2.0 down to 1.0; its lower end comes first."
    )
    #expect(throws: PlottingError.badSize(what: "width", inches: 0.5)) {
      try PanelGrid(
        panels: [PlotPanel(xAxis: "x", yAxis: "y", layers: [.diagonal()])], width: 0.5, height: 3)
    }
  }
}
