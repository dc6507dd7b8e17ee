import Plotting
import Runs
import Testing

@testable import LSEF

@Suite struct ScoreFigureTests {
  private let sizes: [Double] = [5, 10, 20]
  private let network = ScoreCurve(
    scheme: "LSEF", score: [0.3, 0.2, 0.1], low: [0.2, 0.1, 0], high: [0.4, 0.3, 0.2])

  @Test func eachSchemeIsACurveWithItsBand() throws {
    let drawn = try scoreFigure(
      title: "Figure 2", xLabel: "ensemble size", xs: sizes, curves: [network], logX: true)
    let figure = try #require(drawn.figure as? LinePlot)
    let panel = figure.panels[0]
    #expect(figure.title == "Figure 2" && panel.xAxis.isLogarithmic && panel.xAxis.ticks == sizes)
    #expect(panel.yAxis.including == 0)
    #expect(
      panel.series == [
        .init("LSEF", x: sizes, y: [0.3, 0.2, 0.1], low: [0.2, 0.1, 0], high: [0.4, 0.3, 0.2])
      ])
    #expect(
      drawn.csv
        == "scheme,ensemble size,score,low,high\nLSEF,5.0,0.3,0.2,0.4\nLSEF,10.0,0.2,0.1,0.3\n"
        + "LSEF,20.0,0.1,0.0,0.2\n")
  }

  @Test func aSchemeHasOneColourAndMarkInAllFigures() throws {
    let names = [
      ("LSEF", SchemeAppearance.lsef), ("EnKF", .enkf), ("Hybrid-B", .hybrid), ("Mean-B", .mean),
      ("Shape", .shape),
    ]
    for (name, appearance) in names {
      let cycle = CycleExperiment.Scheme(rawValue: name)
      let inStatic = StaticScheme(rawValue: name.hasSuffix("-B") ? name : name + "-B")
      #expect(cycle?.appearance == appearance && inStatic?.appearance == appearance)
    }
    #expect(Set(CycleExperiment.Scheme.allCases.map(\.appearance)).count == 6)
    var curve = network
    curve.place = SchemeAppearance.shape.place
    let drawn = try scoreFigure(title: "", xLabel: "N", xs: sizes, curves: [curve])
    let figure = try #require(drawn.figure as? LinePlot)
    // The fifth colour and mark of the palette, also for a single curve.
    #expect(figure.script.contains("pt 11 ps 0.7 lc rgb '#e69f00' title 'LSEF'"))
  }

  @Test func failedRunsLeaveGapsAndEmptyCells() throws {
    let partly = ScoreCurve(
      scheme: "EnKF", score: [nil, 0.5, 0.4], low: [nil, 0.4, 0.3], high: [nil, 0.6, 0.5])
    let none: [Double?] = [nil, nil, nil]
    let failed = ScoreCurve(scheme: "free", score: none, low: none, high: none)
    let drawn = try scoreFigure(
      title: "", xLabel: "N", xs: sizes, curves: [partly, failed, network])
    let series = try #require(drawn.figure as? LinePlot).panels[0].series
    #expect(series.map(\.name) == ["EnKF", "LSEF"] && series[0].x == [10, 20])
    #expect(drawn.csv.contains("EnKF,5.0,,,\n") && drawn.csv.contains("free,20.0,,,\n"))
  }

  /// As for one world, whose score has no interval.
  @Test func scoresWithoutIntervalsAreACurveWithoutABand() throws {
    let none: [Double?] = [nil, nil, nil]
    let single = ScoreCurve(scheme: "EnKF", score: [0.6, 0.5, 0.4], low: none, high: none)
    let drawn = try scoreFigure(title: "", xLabel: "N", xs: sizes, curves: [single])
    let series = try #require(drawn.figure as? LinePlot).panels[0].series
    #expect(series == [.init("EnKF", x: sizes, y: [0.6, 0.5, 0.4])])
    #expect(drawn.csv.contains("EnKF,5.0,0.6,,\n"))
  }

  @Test func sizesThatDifferAndNumbersThatAreNoneAreNamed() {
    let short = ScoreCurve(scheme: "a", score: [1, 2], low: [1, 2, 3], high: [1, 2, 3])
    #expect(throws: PlottingError.size(what: "scheme \"a\": score", given: 2, expected: 3)) {
      try scoreFigure(title: "", xLabel: "N", xs: sizes, curves: [short])
    }
    let wrong = ScoreCurve(scheme: "a", score: [1, .nan, 1], low: [1, 1, 1], high: [1, 1, 1])
    #expect(throws: PlottingError.notFinite(what: "series \"a\": y", index: [1], value: "nan")) {
      try scoreFigure(title: "", xLabel: "N", xs: sizes, curves: [wrong])
    }
    #expect(throws: PlottingError.tooFew(what: "curves of panel \"\"", given: 0, needed: 1)) {
      try scoreFigure(title: "", xLabel: "N", xs: sizes, curves: [])
    }
  }
}
