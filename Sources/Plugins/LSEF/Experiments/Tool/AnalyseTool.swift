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
        "The observations: CSV or NetCDF with latitude and longitude (or x), value, variance and, if it is known, the unit.",
        valueName: "file"))
    var observations: String
    init() {}
  }

  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let own = try options.input.estimated(run, control)
    let background = try Self.background(options, own)
    let observations = try GriddedObservations(
      options.observations, on: own.grid, unit: own.file.unit, variable: own.file.variable)
    // The members keep their deviations from their mean, about the background.
    var members = own.members
    members.shiftRows(from: own.members.columnMeans, to: background.field)
    let found = try observations.analysis(
      of: background.field, members: members, squareRoot: own.estimate.model().squareRoot(),
      key: RandomKey(run.seed))
    let report = AnalysisReport(
      own: own, options: options, seed: run.seed, background: background.field, prior: members,
      observations: observations, chiSquare: found.chiSquare, analysis: found.control,
      members: found.members,
      conversions: [background.conversion].compactMap(\.self) + observations.conversions)
    return RunReport(
      table: report.table, numbers: report.numbers,
      files: run.output == nil ? [] : try report.files)
  }

  private static func background(
    _ options: Options, _ own: EstimatedEnsemble
  ) throws -> (field: [Double], conversion: String?) {
    guard let path = options.background else { return (own.members.columnMeans, nil) }
    let flag = "--background"
    let file = try EnsembleFile(path, variable: options.input.variable, flag: flag)
    guard file.grid.isSame(as: own.grid) else {
      throw ToolFailure.grids(flag: flag, other: "--ensemble")
    }
    let fields = try file.only(flag)
    guard fields.rows == 1 else {
      throw DataError(
        flag: flag, file: path, found: "there are \(fields.rows) members",
        remedy: "give one field, or leave out --background for the ensemble mean")
    }
    guard let unit = file.unit, let other = own.file.unit, unit != other else {
      return (fields.scalars, nil)
    }
    let change = try GriddedObservations.conversion(unit, to: other, flag: flag)
    return (fields.scalars.map { change.factor * $0 + change.offset }, change.words)
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
  let observations: GriddedObservations
  let chiSquare: Double?
  let analysis: [Double]
  let members: Matrix
  /// The conversions of units that were made, in words.
  let conversions: [String]

  private var grid: EnsembleGrid { own.grid }

  /// The mean squares of observations less a field.
  private func fit(_ field: [Double]) -> Double {
    let sum = zip(observations.values, observations.values(of: field)).reduce(0.0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
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
        format: "chi-square of the innovations: %.5g for %d observed places", $0,
        observations.placeCount)
    }
    return
      ([heading, ""] + table.lines + [""] + [chi].compactMap(\.self) + conversions + own.remarks)
      .joined(separator: "\n")
  }

  var numbers: JSONObject {
    JSONObject([
      ("members", members.rows), ("points", grid.places.count),
      ("observations", observations.count), ("observed_places", observations.placeCount),
      ("chi_square", chiSquare), ("unit", own.unit),
      ("rms_background", fit(background)), ("rms_analysis", fit(analysis)),
      ("spread_background", spread(prior, background)),
      ("spread_analysis", spread(members, analysis)),
      ("unlike_training", own.unlikeFraction), ("remarks", conversions + own.remarks),
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
      let (before, after) = (observations.values(of: background), observations.values(of: analysis))
      for (k, y) in observations.values.enumerated() {
        csv.append(
          observations.places[k].map { .number($0) } + [
            .text(own.unit), .number(y), .number(observations.variances[k]),
            .number(y - before[k]), .number(y - after[k]),
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
          "Analysis less background in \(own.unit); zero is no change. On a map, circles are observations.",
          grid.figure(
            [fields[2]], label: "increment, \(own.unit)", .diverging, marking: observations.places)
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
      ] + (own.trained?.files(seed: seed) ?? [])
    }
  }
}
