import Plotting
import Runs
import Testing

@Suite struct NumberedFigureTests {
  private func drawn() throws -> NumberedFigure {
    let series = LinePlot.Series("a", x: [5, 10], y: [1, 2], low: [0, 1], high: [2, 3])
    let panel = LinePlot.Panel(xAxis: "N", yAxis: "score", series: [series])
    return NumberedFigure(figure: try LinePlot(panels: [panel]), csv: "N,score\n5,1\n10,2\n")
  }

  @Test func withoutGnuplotTheScriptIsLeftToBeDrawnElsewhere() throws {
    let files = try drawn().files(named: "figure5", canDraw: false)
    #expect(files.map(\.name) == ["figure5.csv", "figure5.gnuplot"])
  }

  @Test(.enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"))
  func withGnuplotThePictureIs() throws {
    let files = try drawn().files(named: "figure5")
    #expect(files.map(\.name) == ["figure5.csv", "figure5.svg"])
  }
}
