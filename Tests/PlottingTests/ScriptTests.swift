import Testing

@testable import Plotting

@Suite struct ScriptTests {
  @Test func dataAreWrittenWithAllTheirDigits() throws {
    let script = try Examples.linePlot(y: [1.0 / 3, 1e-7, 2], low: [], high: []).script
    #expect(
      script.contains(
        "$data0_0 << EOD\n5.0 0.3333333333333333\n10.0 1e-07\n20.0 2.0\nEOD\n"))
  }

  @Test func aBandIsDrawnBelowAllCurves() throws {
    let script = try Examples.linePlot().script
    #expect(script.contains("5.0 3.0 2.5 3.5\n"))
    let plots = script.split(separator: "\n").filter { $0.hasPrefix("plot ") }
    try #require(plots.count == 2)
    #expect(plots[0].hasPrefix("plot $data0_0 using 1:3:4 with filledcurves lc rgb '#0072b2'"))
    #expect(
      plots[0].contains(
        "$data0_0 using 1:2 with linespoints lw 2 dt 1 pt 7 ps 0.7 lc rgb '#0072b2'"))
    #expect(plots[0].contains("$data0_1 using 1:2 with lines lw 2 dt 1 lc rgb '#d55e00'"))
    #expect(plots[1].hasPrefix("plot $data1_0 using 1:2 with points"))
    #expect(!plots[1].contains("filledcurves"))
  }

  @Test func theKeyHasTheRoomThatItsNamesNeed() throws {
    func script(_ names: [String]) throws -> String {
      let series = names.map { LinePlot.Series($0, x: [0, 1], y: [0, 1]) }
      return try LinePlot(panels: [.init(xAxis: "x", yAxis: "y", series: series)]).script
    }
    #expect(try script(["a", "b", "c", "d"]).contains("maxcols 3\nset bmargin 7\n"))
    #expect(try script([Examples.awkward, "b", "c"]).contains("maxcols 1\nset bmargin 8\n"))
    #expect(try script(["", ""]).contains("set bmargin 5\n"))
    #expect(try script(["", ""]).contains("notitle"))
  }

  @Test func axesAreLogarithmicWhereTheySaySo() throws {
    let logarithmic = try Examples.linePlot().script
    #expect(logarithmic.contains("set logscale x\nset xtics ('5' 5.0, '10' 10.0, '20' 20.0)"))
    let linear = try Examples.linePlot(logarithmic: false).script
    #expect(linear.contains("unset logscale x\n") && !linear.contains("\nset logscale x\n"))
    // The second panel has its own axes.
    #expect(
      linear.contains("unset logscale x\nset xtics autofreq") && linear.contains("set logscale y"))
  }

  @Test func rangesReachAllDataAndBandsAndTheIncludedNumber() {
    let linear = Axis("x", including: 0).commands("x", over: [2, 10], margin: 0.1)
    #expect(linear.last == "set xrange [-1.0:11.0]")
    let constant = Axis("x").commands("x", over: [5, 5], margin: 0.1)
    #expect(constant.last == "set xrange [4.5:5.5]")
  }

  @Test func quotesAndLineEndsCannotLeaveTheirString() {
    #expect(Script.quoted("it's `ls` @x {y}") == "'it''s `ls` @x {y}'")
    #expect(Script.quoted("a\nsystem 'b'\r\n\u{0}c") == "'a system ''b''   c'")
  }

  @Test func aHeatMapPutsCellsAtTheirCoordinates() throws {
    let script = try Examples.heatMap().script
    #expect(script.contains("$data0 << EOD\n1.0 2.0 3.0\n4.0 5.0 6.0\nEOD\n"))
    #expect(script.contains("plot $data0 matrix using (0.0+1.0*$1):(10.0+10.0*$2):3 with image"))
    #expect(script.contains("set xrange [-0.5:2.5]") && script.contains("set yrange [5.0:25.0]"))
    #expect(script.contains("set cbrange [1.0:6.0]"))
  }

  @Test func mapsShareOneScaleWithZeroInItsMiddle() throws {
    let script = try Examples.sphereMap().script
    #expect(
      script.split(separator: "\n").filter { $0.hasPrefix("set cbrange") } == [
        "set cbrange [-3.0:3.0]"
      ])
    #expect(script.contains("plot $data0 matrix using (120.0*$1):(90-90.0*$2):3 with image"))
    #expect(script.contains("set xrange [-60.0:300.0]\nset yrange [-135.0:135.0]"))
  }

  @Test func aMapBeginsAtItsFirstLongitudeAndMayLackThePoles() throws {
    let script = try SphereMap(
      panels: [.init(values: [[1, 2], [3, 4], [5, 6]])], color: ColorScale("v", .sequential),
      west: -180, hasPoles: false, marks: [.init(latitude: 40, longitude: 350)]
    ).script
    #expect(script.contains("$marks << EOD\n-10.0 40.0\nEOD"))
    #expect(script.contains("with image, $marks using 1:2 with points"))
    #expect(
      script.contains("plot $data0 matrix using (-180.0+180.0*$1):(60.0-60.0*$2):3 with image"))
    #expect(script.contains("set xrange [-270.0:90.0]\nset yrange [-90.0:90.0]"))
  }

  @Test func aGivenRangeOfColoursStands() throws {
    let commands = ColorScale("v", .sequential, range: 0...4).commands(over: [9])
    #expect(commands.contains("set cbrange [0.0:4.0]"))
    #expect(ColorScale("v").commands(over: [9]).contains("set cbrange [8.1:9.9]"))
    #expect(ColorScale("v", .diverging).commands(over: [0]).contains("set cbrange [-1.0:1.0]"))
  }

  @Test func aRankHistogramShowsTheCountOfEqualRanks() throws {
    let script = try Examples.bars().script
    #expect(script.contains("$data0 << EOD\n0.0 4.0\n1.0 6.0\n2.0 5.0\nEOD\n"))
    #expect(script.contains("with boxes lc rgb '#0072b2', 5.0 with lines"))
    #expect(script.contains("set xtics ('0' 0.0, '1' 1.0, '2' 2.0)"))
  }
}
