import ArgumentParser
import Assimilation
import Foundation
import LinearAlgebra
import NetCDF
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import Tables

/// The tool `ppl lsef analyse`: the analysis of observations with the covariances of an ensemble by LSEF.
struct AnalyseTool: Tool {
  let name = "analyse"
  let summary =
    "Analysis and analysis ensemble from a background, an ensemble and observations, by local spectra."

  struct Options: ParsableArguments, Sendable {
    @OptionGroup var input: EnsembleOptions
    @Option(
      help: ArgumentHelp(
        "The background field, on the grid and in the unit of the ensemble; the ensemble mean if not given.",
        valueName: "file"))
    var background: String?
    @Option(
      help: ArgumentHelp(
        "The observations: CSV with the columns latitude and longitude (or x), value, variance and, if it is known, unit.",
        valueName: "file"))
    var observations: String
    init() {}
  }

  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let own = try options.input.estimated()
    let background = try Self.background(options, own)
    let observations = try Self.observations(options.observations, own)
    let prior = SquareRootCovariance(try own.estimate.model().squareRoot())
    // The members keep their deviations from their mean, about the background.
    var members = own.members
    members.shiftRows(from: own.members.columnMeans, to: background)
    let filter = ControlFilter("LSEF", prior: prior, members: members.rows)
    var state = FilterState(estimate: background, ensemble: members)
    let innovations = try filter.analyse(&state, observations, key: RandomKey(run.seed))
    let report = AnalysisReport(
      own: own, options: options, seed: run.seed, background: background, prior: members,
      observations: observations, chiSquare: innovations?.chiSquare,
      analysis: state.estimate, members: state.ensemble ?? members)
    return RunReport(
      table: report.table, numbers: report.numbers,
      files: run.output == nil ? [] : try report.files)
  }

  private static func background(
    _ options: Options, _ own: EstimatedEnsemble
  ) throws -> [Double] {
    guard let path = options.background else { return own.members.columnMeans }
    let flag = "--background"
    let file = try EnsembleFile(path, variable: options.input.variable, flag: flag)
    guard file.grid.isSame(as: own.grid) else {
      throw ToolFailure.grids(flag: flag, other: "--ensemble")
    }
    try checkUnit(file.unit, flag, own)
    let fields = try file.only(flag)
    guard fields.rows == 1 else {
      throw DataError(
        flag: flag, file: path, found: "there are \(fields.rows) members",
        remedy: "give one field, or leave out --background for the ensemble mean")
    }
    return fields.scalars
  }

  /// Refuses a unit other than that of the ensemble; a file without a unit has that of the ensemble.
  private static func checkUnit(
    _ unit: String?, _ flag: String, _ own: EstimatedEnsemble
  ) throws(ToolFailure) {
    if let unit, let other = own.file.unit, unit != other {
      throw .units(flag: flag, unit: unit, other: "--ensemble", otherUnit: other)
    }
  }

  /// The observations at the nearest points of the grid.
  static func observations(_ path: String, _ own: EstimatedEnsemble) throws -> Observations {
    let table = try CSVTable(contentsOf: URL(filePath: path))
    let columns =
      own.grid.kind == .sphere
      ? [
        try table.requireColumn("latitude", "lat"), try table.requireColumn("longitude", "lon"),
      ]
      : [try table.requireColumn(own.grid.coordinates[0].name, "x", "position", "longitude", "lon")]
    let value = try table.requireColumn("value")
    let variance = try table.requireColumn("variance")
    let unit = table.column("unit")
    var (points, values, variances): ([Int], [Double], [Double]) = ([], [], [])
    for row in table.rows {
      var place: [Double] = []
      for column in columns { place.append(try table.double(row, column)) }
      if own.grid.kind == .sphere, abs(place[0]) > 90 {
        throw table.error(
          row, columns[0], found: "the latitude is \(place[0])",
          remedy: "give degrees from -90 to 90")
      }
      if let unit { try checkUnit(table.text(row, unit), "--observations", own) }
      let error = try table.double(row, variance)
      guard error > 0 else {
        throw table.error(
          row, variance, found: "the variance of the error is \(error)",
          remedy: "give a positive variance, in the squared unit of the field")
      }
      values.append(try table.double(row, value))
      variances.append(error)
      points.append(own.grid.nearest(place))
    }
    guard !points.isEmpty else {
      throw table.error(found: "there is no observation", remedy: "give a row for each")
    }
    return try Observations(points: points, values: values, variances: variances)
  }
}

/// The report of `ppl lsef analyse`.
struct AnalysisReport {
  let own: EstimatedEnsemble
  let options: AnalyseTool.Options
  let seed: UInt64
  let background: [Double]
  /// The members before the analysis, about the background.
  let prior: Matrix
  let observations: Observations
  let chiSquare: Double?
  let analysis: [Double]
  let members: Matrix

  private var grid: EnsembleGrid { own.grid }

  /// The mean squares of observations less a field.
  private func fit(_ field: [Double]) -> Double {
    let sum = observations.points.indices.reduce(0.0) {
      let difference = observations.values[$1] - field[observations.points[$1]]
      return $0 + difference * difference
    }
    return (sum / Double(observations.count)).squareRoot()
  }

  /// The root of the mean over the domain of the squared deviations of members about a field.
  private func spread(_ members: Matrix, _ centre: [Double]) -> Double {
    let areas = grid.domain.cellAreas
    let squares = members.columnSquares(about: centre)
    let sum = zip(squares, areas).reduce(0.0) { $0 + $1.0 * $1.1 }
    return (sum / areas.reduce(0, +)).squareRoot()
  }

  var table: String {
    var table = TextTable([.leading(34)] + Array(repeating: .trailing(14), count: 2))
    table.append(["", "background", "analysis"])
    func row(_ title: String, _ a: Double, _ b: Double) {
      table.append([title] + [a, b].map { String(format: "%.5g", $0) })
    }
    row("RMS to observations, \(own.unit)", fit(background), fit(analysis))
    row("spread of members, \(own.unit)", spread(prior, background), spread(members, analysis))
    let heading =
      "Analysis of \(observations.count) observations with \(members.rows) members of \(own.file.variable) on a \(grid.domain.label)"
    let chi = chiSquare.map {
      String(
        format: "chi-square of the innovations: %.5g for %d observed points", $0,
        Set(observations.points).count)
    }
    return ([heading, ""] + table.lines + [""] + [chi].compactMap(\.self) + own.remarks)
      .joined(separator: "\n")
  }

  var numbers: JSONObject {
    JSONObject([
      ("members", members.rows), ("points", grid.places.count),
      ("observations", observations.count), ("observed_points", Set(observations.points).count),
      ("chi_square", chiSquare), ("unit", own.unit),
      ("rms_background", fit(background)), ("rms_analysis", fit(analysis)),
      ("spread_background", spread(prior, background)),
      ("spread_analysis", spread(members, analysis)),
      ("unlike_training", own.unlikeFraction), ("remarks", own.remarks),
    ])
  }

  private var fields: [NamedField] {
    let unit = own.unit
    func deviations(_ members: Matrix, _ centre: [Double]) -> [Double] {
      members.columnSquares(about: centre).map { $0.squareRoot() }
    }
    return [
      NamedField("background", unit, "background", background),
      NamedField("analysis", unit, "analysis", analysis),
      NamedField("increment", unit, "increment", zip(analysis, background).map(-)),
      NamedField("background_spread", unit, "spread before", deviations(prior, background)),
      NamedField("analysis_spread", unit, "spread after", deviations(members, analysis)),
    ]
  }

  var files: [OutputFile] {
    get throws {
      let fields = fields
      var content = grid.content(title: "Analysis of \(own.file.variable) by LSEF")
      for field in fields {
        content.add(field.name, [field.values], on: grid, unit: field.unit, longName: field.title)
      }
      content.addDimension("member", members.rows)
      content.addVariable(
        "member", dimensions: ["member"], numbers: (1...members.rows).map(Double.init),
        storage: .int32, attributes: ["standard_name": "realization"])
      content.add(
        "analysis_member", (0..<members.rows).map { Array(members.row($0)) }, on: grid,
        along: ["member"], unit: own.unit, longName: "members of the analysis ensemble")
      var csv = CSVWriter(
        header: grid.coordinates.map(\.name) + [
          "unit", "value", "variance", "innovation", "residual",
        ])
      for (k, point) in observations.points.enumerated() {
        let y = observations.values[k]
        csv.append(
          grid.places[point].map { .number($0) } + [
            .text(own.unit), .number(y), .number(observations.variances[k]),
            .number(y - background[point]), .number(y - analysis[point]),
          ])
      }
      let figures = try [
        (
          "analysis_map", "Analysis",
          "Background and analysis in \(own.unit), with \(observations.count) observations.",
          grid.figure([fields[0], fields[1]], label: "\(own.file.variable), \(own.unit)")
        ),
        (
          "increment_map", "Increment",
          "Analysis less background in \(own.unit); zero is no change.",
          grid.figure([fields[2]], label: "increment, \(own.unit)", .diverging)
        ),
      ].compactMap { name, title, caption, content in
        content.map { CaptionedFigure(name: name, title: title, caption: caption, content: $0) }
      }
      return try figureFiles(figures) + [
        OutputFile("analysis.csv", text: grid.table(fields)),
        OutputFile("observations.csv", text: csv.text),
        OutputFile("analysis.nc", netCDF: content),
        OutputFile(RunFileName.results, json: numbers),
        OutputFile(
          RunFileName.run,
          json: JSONObject([
            ("model", "lsef analyse"), ("seed", seed), ("options", options.record),
            ("calibration", own.estimate.calibration),
          ])),
      ]
    }
  }
}
