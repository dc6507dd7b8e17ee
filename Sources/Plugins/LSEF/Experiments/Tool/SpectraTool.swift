import ArgumentParser
import Foundation
import LinearAlgebra
import NetCDF
import PPL
import Plotting
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import Tables

/// The tool `ppl lsef spectra`: local spectra of an ensemble, with maps and covariances.
struct SpectraTool: Tool {
  let name = "spectra"
  let summary =
    "Local spectra of an ensemble with intervals, maps of variance and length scale, covariances with places."

  struct Options: ParsableArguments, Sendable {
    @OptionGroup var input: EnsembleOptions
    @Option(
      parsing: .unconditionalSingleValue,
      help: ArgumentHelp(
        "A place whose spectrum and covariances are shown, as in \"Madrid=40.4,-3.7\" or \"x=12.5\"; may be repeated.",
        valueName: "name=place"))
    var at: [String] = []
    init() {}
  }

  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let own = try options.input.estimated(run, control)
    let places = try options.at.map { try NamedPlace($0, on: own.grid) }
    let report = SpectraReport(
      own: own, seed: run.seed, places: places, options: options, model: try own.estimate.model())
    return RunReport(
      table: report.table, numbers: report.numbers,
      files: run.output == nil ? [] : try report.files)
  }
}

/// A place of `--at`: its name, and the nearest point of the grid.
struct NamedPlace {
  let name: String
  let point: Int

  /// The place of a text.
  ///
  /// - Throws: `ToolFailure.place` for a text that is no place of the grid.
  init(_ text: String, on grid: EnsembleGrid) throws(ToolFailure) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let numbers = (parts.last ?? "").split(separator: ",").map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    let place = numbers.compactMap(\.self)
    let isValid =
      place.count == numbers.count && place.count == grid.coordinates.count
      && place.allSatisfy(\.isFinite) && (grid.kind != .sphere || abs(place[0]) <= 90)
    guard isValid else {
      throw .place(
        text, needed: grid.coordinates.map { "\($0.name) in \($0.unit)" }.joined(separator: ", "))
    }
    (name, point) = (parts.count == 2 ? parts[0] : text, grid.nearest(place))
  }
}

/// The report of `ppl lsef spectra`.
struct SpectraReport {
  let own: EstimatedEnsemble
  let seed: UInt64
  let places: [NamedPlace]
  let options: SpectraTool.Options
  let model: ConvolutionModel

  private var grid: EnsembleGrid { own.grid }
  private var estimate: LocalSpectrumEstimate { own.estimate }

  /// The rows of the covariance at the places, `[places, n]`.
  var covariances: Matrix {
    let V = model.modalSquareRoot()
    return Matrix.product(V.taking(rows: places.map(\.point)), V, transposingSecond: true)
  }

  /// The maps: variance with its interval and the sample variance, and the length scale with its interval.
  var maps: [NamedField] {
    let (scales, calibration) = (estimate.scales, estimate.calibration)
    let lengths = scales.lengths.map { $0 * grid.perRadian }
    func scaled(_ values: [Double], _ factor: Double) -> [Double] { values.map { $0 * factor } }
    var fields = [
      NamedField("variance", own.squaredUnit, "variance", scales.variances),
      NamedField("length_scale", grid.lengthUnit, "length scale", lengths),
      NamedField(
        "sample_variance", own.squaredUnit, "variance of the members", estimate.sampleVariances),
    ]
    guard let calibration else { return fields }
    for (end, error) in [
      ("q05", \SpectrumCalibration.Interval.low), ("q95", \SpectrumCalibration.Interval.high),
    ] {
      let deviation = calibration.deviation[keyPath: error]
      fields.append(
        NamedField(
          "variance_\(end)", own.squaredUnit, "variance, \(end)",
          scaled(scales.variances, deviation * deviation)))
      fields.append(
        NamedField(
          "length_scale_\(end)", grid.lengthUnit, "length scale, \(end)",
          scaled(lengths, calibration.length[keyPath: error])))
    }
    return fields
  }

  // MARK: For people

  var table: String {
    var table = TextTable([.leading(22)] + Array(repeating: .trailing(12), count: 3))
    table.append(["", "least", "median", "largest"])
    for field in maps where ["variance", "length_scale", "sample_variance"].contains(field.name) {
      let ascending = field.values.sorted()
      let shown = [ascending[0], ascending[ascending.count / 2], ascending[ascending.count - 1]]
      table.append(["\(field.title), \(field.unit)"] + shown.map { String(format: "%.5g", $0) })
    }
    let heading =
      "Local spectra of \(own.members.rows) members of \(own.file.variable) on a \(grid.domain.label)"
    return ([heading, ""] + table.lines + [""] + own.remarks).joined(separator: "\n")
  }

  var numbers: JSONObject {
    let areas = grid.domain.cellAreas
    func mean(_ values: [Double]) -> Double {
      zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 } / areas.reduce(0, +)
    }
    let fields = maps.prefix(3).map {
      ($0.name, JSONObject([("mean", mean($0.values)), ("unit", $0.unit)]))
    }
    return JSONObject(
      [
        ("members", own.members.rows), ("points", grid.places.count),
        ("domain", grid.domain.label), ("unlike_training", own.unlikeFraction),
        ("remarks", own.remarks),
      ] + fields.map { ($0.0, $0.1 as (any Encodable & Sendable)?) })
  }

  // MARK: Files

  var files: [OutputFile] {
    get throws {
      let figures = try figures
      return try figureFiles(figures) + [
        OutputFile("maps.csv", text: grid.table(maps)),
        OutputFile("point_spectra.csv", text: spectraCSV),
        OutputFile("spectra.nc", netCDF: content),
        OutputFile(RunFileName.results, json: numbers),
        OutputFile(
          RunFileName.run,
          json: JSONObject([
            ("model", "lsef spectra"), ("seed", seed), ("options", options.record),
            ("calibration", estimate.calibration),
          ])),
      ] + (own.trained?.files(seed: seed) ?? [])
    }
  }

  private var covarianceFields: [NamedField] {
    guard !places.isEmpty else { return [] }
    let rows = covariances
    return places.enumerated().map { k, place in
      NamedField(place.name, own.squaredUnit, "covariance with \(place.name)", Array(rows.row(k)))
    }
  }

  /// The spectra at the places.
  private var spectraCSV: String {
    var csv = CSVWriter(header: ["place", "wavenumber", "unit", "modal_spectrum", "q05", "q95"])
    for place in places {
      for l in 0..<grid.domain.spectrumCount {
        csv.append([
          .text(place.name), .integer(l), .text(own.squaredUnit),
          .number(estimate.spectra.modal[place.point, l]),
          .optional(estimate.interval?.low[place.point, l]),
          .optional(estimate.interval?.high[place.point, l]),
        ])
      }
    }
    return csv.text
  }

  private var content: NetCDFContent {
    var content = grid.content(title: "Local spectra of \(own.file.variable)")
    let count = grid.domain.spectrumCount
    content.addDimension("wavenumber", count)
    content.addVariable(
      "wavenumber", dimensions: ["wavenumber"], numbers: (0..<count).map(Double.init),
      storage: .int32)
    for field in maps {
      content.add(
        field.name, [field.values], on: grid, unit: field.unit, longName: field.title)
    }
    func add(_ name: String, _ spectra: Matrix, _ title: String) {
      let columns = spectra.transposed()
      content.add(
        name, (0..<count).map { Array(columns.row($0)) }, on: grid, along: ["wavenumber"],
        unit: own.squaredUnit, longName: title)
    }
    add("modal_spectrum", estimate.spectra.modal, "variance of a wave of each wavenumber")
    if let interval = estimate.interval {
      add("modal_spectrum_q05", interval.low, "5 % of the modal spectrum")
      add("modal_spectrum_q95", interval.high, "95 % of the modal spectrum")
    }
    return content
  }

  private var figures: [CaptionedFigure] {
    get throws {
      let maps = maps
      var figures: [CaptionedFigure] = []
      func add(_ name: String, _ title: String, _ caption: String, _ content: NumberedFigure?) {
        if let content {
          figures.append(
            CaptionedFigure(name: name, title: title, caption: caption, content: content))
        }
      }
      let ensemble = "\(own.members.rows) members"
      add(
        "variance", "Variance",
        "Variance in \(own.squaredUnit) from the local spectra, and that of the \(ensemble) at each point.",
        try grid.figure([maps[0], maps[2]], label: "variance, \(own.squaredUnit)"))
      add(
        "length_scale", "Length scale",
        "Length scale in \(grid.lengthUnit) of the local spectra: the root of variance over curvature.",
        try grid.figure([maps[1]], label: "length scale, \(grid.lengthUnit)"))
      guard !places.isEmpty else { return figures }
      add(
        "covariances", "Covariances",
        "Covariances in \(own.squaredUnit) of the convolution model with the named places.",
        try grid.figure(covarianceFields, label: "covariance, \(own.squaredUnit)", .diverging))
      let wavenumbers = (0..<grid.domain.spectrumCount).map(Double.init)
      let series = places.map { place in
        LinePlot.Series(
          place.name, x: wavenumbers, y: Array(estimate.spectra.modal.row(place.point)),
          low: estimate.interval.map { Array($0.low.row(place.point)) } ?? [],
          high: estimate.interval.map { Array($0.high.row(place.point)) } ?? [], style: .line)
      }
      add(
        "spectra", "Local spectra",
        "Modal spectra in \(own.squaredUnit) at the named places; bands are 90 % intervals of the network's stated error.",
        NumberedFigure(
          figure: try LinePlot(panels: [
            .init(
              xAxis: "wavenumber", yAxis: Axis("modal spectrum, \(own.squaredUnit)"),
              series: series)
          ]), csv: spectraCSV))
      return figures
    }
  }
}

extension ParsableArguments {
  /// The flags with their values, for `run.json`.
  var record: [String: String] {
    Dictionary(
      flagValues.compactMap { flag in flag.value.map { (String(flag.name.dropFirst(2)), $0) } }
    ) { $1 }
  }
}
