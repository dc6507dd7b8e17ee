import Foundation
import Inference
import PPL
import Plugins
import Preconditions
import Runs
import Tables

/// The report of a model of extremes: table, numbers and files.
struct ExtremesReport<M: ExtremesModel> {
  let summary: ExtremesSummary<M>
  let fitted: FittedModel<ExtremesCommand<M>>
  private var data: StationMaxima { fitted.dataset.data }
  private var truth: SyntheticTruth? { fitted.dataset.truth }
  private var course: FitCourse { summary.course }
  /// The period of the return levels, years.
  private var period: Int { ExtremesSummary<M>.returnPeriod }

  var runReport: RunReport {
    RunReport(
      table: table, numbers: course.merged(with: numbers), files: files,
      profile: fitted.fit.profile,
      failure: course.failure)
  }

  // MARK: For people

  private var table: String {
    ([heading] + [""] + parameterTable.lines + [""] + fieldLines + (summary.dependence?.lines ?? [])
      + [""]
      + course.lines).joined(separator: "\n")
  }

  var heading: String {
    let years = "\(data.years.first ?? 0)-\(data.years.last ?? 0)"
    let size = "\(counted(data.stations.count, "station")) x \(data.years.count) years (\(years))"
    let nothingDropped = data.record.dropped.isEmpty ? ["0 records dropped"] : []
    let minima =
      fitted.options.minima
      ? [
        "minima: the parameters are those of their negatives, the return levels those of the minima"
      ]
      : []
    return (["\(M.name): \(size)"] + minima + data.record.summary + nothingDropped).joined(
      separator: "\n")
  }

  /// The table of the parameters with their truth, if it is known.
  var parameterTable: TextTable {
    let isPoint = fitted.fit.isPoint
    var table = TextTable([.leading(14)] + Array(repeating: .trailing(10), count: 5))
    table.append(
      ["parameter"] + (isPoint ? ["point"] : ["mean", "sd", "5 %", "95 %"])
        + (truth == nil ? [] : ["truth"]))
    for (parameter, s) in zip(summary.model.parameters, summary.parameters) {
      let gap = String(repeating: " ", count: max(1, 8 - parameter.name.count))
      let label = parameter.unit.isEmpty ? parameter.name : parameter.name + gap + parameter.unit
      let truth = parameter.quantity.flatMap { self.truth?.value(of: $0) }.map { [$0] } ?? []
      table.append(
        [label] + ((isPoint ? [s.mean] : [s.mean, s.sd, s.q05, s.q95]) + truth).map(fixed))
    }
    return table
  }

  /// The fields and the return levels in words.
  var fieldLines: [String] {
    let ranges = summary.model.fields.indices.filter { summary.model.fields[$0].showsRange }.map {
      index in
      let (field, range) = (
        summary.model.fields[index], MeanAndRange(summary.fields[index].map(\.mean))
      )
      let unit = field.unit.isEmpty ? "" : " \(field.unit)"
      let values = fitted.fit.isPoint ? "values" : "posterior means"
      return "\(field.name)(s), \(values) over the stations: \(range)\(unit)"
        + (truth(of: field).map { " (truth \(MeanAndRange($0)))" } ?? "")
    }
    let found = correlations.map { "\($0.field.name)(s) \(fixed($0.value))" }
    let correlation =
      found.isEmpty
      ? [] : ["correlation with the truth over the stations: " + found.joined(separator: ", ")]
    let shift = MeanAndRange(summary.shift.map(\.mean))
    let noMap = data.axes.noGeoJSON.map { ["\($0)"] } ?? []
    return ranges + correlation + noMap + [
      "\(period)-year return level, shift \(summary.lastYear) to \(summary.projectionYear): mean "
        + "\(fixed(shift.mean)) \(summary.unit), stations \(shift) "
        + "(plug-in \(fixed(summary.shiftPlugIn)))"
    ] + [climateOfProjection].compactMap(\.self)
  }

  /// The global mean surface temperature of the projection year with its origin; nil for a model without it.
  private var climateOfProjection: String? {
    summary.projection.gmst.map {
      "GMST of \(summary.projectionYear): \(fixed($0)) °C (\(summary.projection.source))"
    }
  }

  // MARK: The truth

  private func truth(of field: ReportedSite) -> [Double]? {
    field.quantity.flatMap { truth?.field(of: $0) }
  }

  /// The correlation of each field with its truth over the stations, where there is one.
  private var correlations: [(field: ReportedSite, value: Double)] {
    zip(summary.model.fields, summary.fields).compactMap { field, found in
      truth(of: field).map { (field, correlation(found.map(\.mean), $0)) }
    }
  }

  /// The comparison with the truth of the embedded example.
  private var comparison: JSONObject? {
    guard let truth else { return nil }
    let values = summary.model.parameters.compactMap { parameter in
      parameter.quantity.map { (parameter.name, truth.value(of: $0)) }
    }
    let ranges = summary.model.fields.filter(\.showsRange).flatMap { field -> [(String, Double)] in
      guard let range = self.truth(of: field).map(MeanAndRange.init) else { return [] }
      return [("\(field.name)_min", range.min), ("\(field.name)_max", range.max)]
    }
    let found = correlations.map { ("\($0.field.name)_correlation", $0.value) }
    return JSONObject((values + ranges + found).map { ($0, $1) })
  }

  // MARK: For programs

  /// The numbers of `--json`, with stable names.
  private var numbers: JSONObject {
    let (shift, isPoint) = (MeanAndRange(summary.shift.map(\.mean)), fitted.fit.isPoint)
    var members: [(String, (any Encodable & Sendable)?)] = zip(
      summary.model.parameters, summary.parameters
    )
    .map { ($0.name, summaryNumbers($1, mean: $1.mean, isPoint: isPoint)) }
    for (field, values) in zip(summary.model.fields, summary.fields) {
      let summaries = zip(data.stations, values).map { station, s in
        JSONObject(
          [("station", station.id), ("mean", s.mean)]
            + (isPoint ? [] : [("sd", s.sd), ("q05", s.q05), ("q95", s.q95)]))
      }
      members.append((field.site, summaries))
      if field.showsRange {
        let range = MeanAndRange(values.map(\.mean))
        members.append(
          ("\(field.site)_range", JSONObject([("min", range.min), ("max", range.max)])))
      }
    }
    members += [
      (
        "return_level_shift_\(period)",
        JSONObject([
          ("mean", shift.mean), ("min", shift.min), ("max", shift.max),
          ("plugin", summary.shiftPlugIn),
        ])
      ),
      ("parameters", summary.numbers), ("seconds", course.seconds),
      (
        "records",
        JSONObject([
          ("stations", data.stations.count), ("years", data.years.count),
          ("first_year", data.years.first ?? 0), ("last_year", summary.lastYear),
          ("projection_year", summary.projectionYear),
          ("projection_gmst", summary.projection.gmst),
          ("projection_from", summary.projection.source), ("used", data.record.used),
          ("missing", data.record.missing), ("dropped", data.record.dropped.count),
        ])
      ),
    ]
    return JSONObject(
      members + [("dependence", summary.dependence?.numbers), ("truth", comparison)])
  }

  // MARK: For later

  private var files: [OutputFile] {
    let posterior = summary.posterior
    let scalars = posterior.draws.names.filter { posterior.draws[$0].rank == 1 }
    return [
      OutputFile(RunFileName.run, json: record),
      OutputFile(RunFileName.results, json: course.merged(with: numbers)),
    ] + fitted.fit.files + [
      OutputFile(RunFileName.draws, posterior: posterior, sites: scalars),
      OutputFile("stations_posterior.csv", text: stations),
      OutputFile("quantities.csv", text: quantities),
    ] + [map.map { OutputFile("stations.geojson", json: $0) }].compactMap(\.self) + [
      fitted.posteriorFile(posterior, summary.annotations(of: fitted))
    ] + QualityTable(data).files + [fitted.fit.checkpoint].compactMap(\.self)
  }

  /// The content of `run.json`: the settings and data of the run.
  private var record: JSONObject {
    var record = fitted.record
    record.members += [
      ("priors", summary.model.priorRecord),
      (
        "parameterizations",
        fitted.options.priors.chosenParameterizations(for: fitted.dataset.tensors)
      ),
      ("projection_year", summary.projectionYear),
      ("dependence", summary.dependence?.method.rawValue), ("data", data.record),
      ("is_embedded_example", fitted.settings.data.isEmpty),
    ]
    return record
  }

  private var stations: String {
    let quantities: [(String, [Summary])] =
      zip(summary.model.fields, summary.fields).map { ($0.name, $1) } + [
        ("z\(period)_\(summary.lastYear)", summary.levelNow),
        ("z\(period)_\(summary.projectionYear)", summary.levelThen),
        ("z\(period)_shift", summary.shift),
      ]
    let statistics = ["mean", "sd", "q05", "q95"]
    var csv = CSVWriter(
      header: ["station"] + data.placeColumns
        + quantities.flatMap { name, _ in statistics.map { "\(name)_\($0)" } })
    for (i, station) in data.stations.enumerated() {
      csv.append(
        [.text(station.id), .number(station.longitude), .number(station.latitude)]
          + quantities.flatMap { _, s in
            [s[i].mean, s[i].sd, s[i].q05, s[i].q95].map { .number($0) }
          })
    }
    return csv.text
  }
}

/// The mean and the range of some numbers; NaN of none.
private struct MeanAndRange: CustomStringConvertible {
  let mean, min, max: Double

  init(_ values: [Double]) {
    mean = values.reduce(0, +) / Double(values.count)
    (min, max) = (values.min() ?? .nan, values.max() ?? .nan)
  }

  var description: String { "\(fixed(min)) to \(fixed(max))" }
}

private func fixed(_ x: Double) -> String { String(format: "%.4f", x) }

private func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let (a, b) = (Tensor(x), Tensor(y))
  let (da, db) = (a - a.mean(), b - b.mean())
  return ((da * db).mean() / sqrt(a.variance() * b.variance())).scalar
}
