import Foundation
import Testing

@testable import Plotting

/// Panels of every kind of layer, and what is drawn of them.
@Suite struct PanelGridTests {
  static func grid(title: String = "All kinds") throws -> PanelGrid {
    let x: [Double] = [1, 2, 3]
    return try PanelGrid(
      title: title,
      panels: [
        PlotPanel(
          title: "map", xAxis: Axis("", .linear, limits: 0...4, ticks: [1], tickLabels: ["1°E"]),
          yAxis: Axis("", .linear, limits: 0...2),
          layers: [
            .polygons([[[0, 0], [1, 0], [1, 1]]], color: "#fdf9ec"),
            .cells(x: [1, 2], y: [1, 2], values: [[1, .nan], [3, 4]]),
            .polylines([[[0, 0], [1, 1]], [[2, 2], [3, 1]]], dash: .dotted),
            .coloredPoints(x: x, y: [1, 1, 1], values: [1, 2, 4]),
          ], color: ColorScale("mu, °C"), aspect: 2, background: "#e8f3fa"),
        PlotPanel(
          title: "lines", xAxis: Axis("T, years", .returnPeriod),
          yAxis: Axis("loss", .symlog(threshold: 100)),
          layers: [
            .band("band", x: [2, 10, 100], low: [0, 1, 2], high: [1, 2, 1000]),
            .line("line", x: [2, 10, 100], y: [0, 1, 100]),
            .errorBars(x: [2], y: [50], low: [0], high: [100]), .vertical(at: 10),
            .horizontal(at: 1000),
          ]),
        PlotPanel(
          xAxis: "value", yAxis: "density",
          layers: [.histogram([0.1, 0.2, 0.9, 2], bins: 2, over: 0...1), .text("n", x: 0.5, y: 1)]),
        PlotPanel(
          xAxis: "truth", yAxis: "estimate", layers: [.points(x: x, y: x), .diagonal("1:1")]),
      ], columns: 2, width: 10, height: 6)
  }

  @Test func linesBreakBetweenPartsAndPolygonsAreClosed() throws {
    let script = try Self.grid().script
    #expect(script.contains("$p0_2 << EOD\n0.0 0.0\n1.0 1.0\n\n2.0 2.0\n3.0 1.0\n\nEOD\n"))
    #expect(script.contains("$p0_0 << EOD\n0.0 0.0\n1.0 0.0\n1.0 1.0\n0.0 0.0\n\nEOD\n"))
  }

  @Test func aMaskedCellIsNoNumber() throws {
    let script = try Self.grid().script
    #expect(script.contains("$p0_1 << EOD\n1.0 NaN\n3.0 4.0\nEOD\n"))
    // The colours are those of the values that are shown.
    #expect(script.contains("set cbrange [1.0:4.0]"))
  }

  @Test func discsOfSevenPointsHaveABlackEdge() throws {
    let script = try Self.grid().script
    #expect(script.contains("$p0_3 using 1:2:3 with points pt 7 ps 0.875 lc palette"))
    #expect(script.contains("$p0_3 using 1:2 with points pt 7 ps 1.025 lc rgb '#000000'"))
  }

  /// -log(-log(1 - 1/T)) of 2, 10 and 100.
  @Test func returnPeriodsAreAtTheirReducedVariates() throws {
    let script = try Self.grid().script
    #expect(AxisScale.returnPeriod.place(2) == -log(-log(0.5)))
    #expect(abs(AxisScale.returnPeriod.place(100) - 4.600149226776579) < 1e-14)
    #expect(script.contains("set xtics ('2' 0.36651292058166435, '5' "))
    #expect(script.contains(", '100' 4.600149226776"))
  }

  /// 1000 is a factor of ten beyond the threshold, which is as long as the threshold itself.
  @Test func aSymlogAxisIsLinearToItsThreshold() throws {
    let scale = AxisScale.symlog(threshold: 100)
    #expect([50, 100, 1000, -1000].map(scale.place) == [0.5, 1, 2, -2])
    #expect(try Self.grid().script.contains("set ytics ('0' 0.0, '100' 1.0, '1000' 2.0)"))
  }

  @Test func aHistogramIsADensityOfAllValues() throws {
    let histogram = Histogram([0.1, 0.2, 0.9, 2], bins: 2, over: 0...1)
    #expect(histogram.edges == [0, 0.5, 1])
    // Three of four values are inside: the bars have that area.
    #expect(histogram.densities == [1, 0.5])
    #expect(Histogram([1], bins: 2, over: 0...1).densities == [0, 2])
  }

  @Test func theOneToOneLineEndsAtTheAxes() throws {
    let script = try Self.grid().script
    #expect(script.contains("$p3_1 << EOD\n0.96 0.96\n3.04 3.04\nEOD\n"))
  }

  /// A panel of 4 by 2 degrees whose y are twice as long is square.
  @Test func theAspectHolds() throws {
    let script = try Self.grid().script
    func margin(_ side: String) throws -> Double {
      let line = try #require(
        script.split(separator: "\n").first { $0.hasPrefix("set \(side)margin at screen ") })
      return try #require(Double(line.split(separator: " ").last ?? ""))
    }
    let width = try (margin("r") - margin("l")) * 960
    let height = try (margin("t") - margin("b")) * 576
    #expect(abs(width - height) < 1e-9)
  }

  @Test(
    .enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"),
    arguments: FigureFormat.allCases)
  func everyFormatIsDrawn(format: FigureFormat) throws {
    let drawing = try Self.grid().drawing(as: format)
    #expect(format.isComplete(drawing))
    let start: [FigureFormat: [UInt8]] = [
      .svg: Array("<?xml".utf8), .png: [0x89, 0x50, 0x4e, 0x47], .pdf: Array("%PDF".utf8),
    ]
    #expect(drawing.starts(with: start[format] ?? []))
    // The width of a PNG is in its bytes 16 to 19: 10 inches of 192 pixels.
    if format == .png {
      #expect(drawing[16..<20].reduce(0) { 256 * $0 + Int($1) } == 1920)
    }
  }

  @Test(.enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"))
  func theDrawingShowsTitlesLabelsAndNames() throws {
    let svg = try Self.grid(title: "T_1 {x}").svg()
    for text in ["T_1 {x}", "map", "mu, °C", "1°E", "T, years", "band", "1:1", "estimate", "1000"] {
      #expect(svg.contains(">\(text)<") || svg.contains("<![CDATA[\(text)]]>"), "\(text)")
    }
  }
}
