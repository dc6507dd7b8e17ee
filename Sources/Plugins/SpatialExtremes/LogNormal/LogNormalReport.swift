import Distributions
import Foundation
import Inference
import Kernels
import PPL
import Plugins
import Preconditions
import Runs
import Tables

/// The report of the log-normal model: hyperparameters, means over the stations, maps and return levels.
struct LogNormalReport {
  let fitted: FittedModel<LogNormalCommand>
  let posterior: Posterior
  private let course: FitCourse
  /// The summaries of the means over the stations.
  private let means: [(name: String, summary: Summary)]
  /// The summaries of the maps, by station.
  private let maps: [(name: String, summaries: [Summary])]
  /// The dependence of the stations of a year that the maps leave.
  private let dependence: DependenceReport
  private let lastYear: Int
  private var data: StationMaxima { fitted.dataset.data }

  /// The period of the return levels, years.
  private static let period = 100

  init(_ fitted: FittedModel<LogNormalCommand>) throws {
    self.fitted = fitted
    let (data, model) = (fitted.dataset.data, try LogNormalFields(fitted.dataset.data))
    posterior = try fitted.posterior()
    let draws = posterior.draws
    course = fitted.course(judgedBy: draws)
    let (level, rate) = model.fields(
      draws, key: fitted.context.key.foldIn(ExtremesKeys.logNormalFields))
    dependence = DependenceReport(
      residual: ResidualDependence(
        scores: model.scores(level: level, rate: rate, sigma: draws["sigma"]),
        stations: data.stations.count,
        distances: Chordal().distances(model.data.coordinates, model.data.coordinates).scalars),
      outcome: .unchanged(reason: "\(fitted.model.name) has no --dependence"),
      method: .independent, deviations: [])
    let climates = try fitted.dataset.climates(
      projectionYear: fitted.options.data.projectionYear, DataRequirements())
    lastYear = data.years[data.years.count - 1]
    let z = Normal(0, 1).icdf(Tensor(1 - 1 / Double(Self.period)))
    let sigma = draws["sigma"].expandingDimension(at: 1)
    func returnLevel(_ climate: Climate) -> Tensor {
      let d = model.data.covariates.centred(ofTime: Covariates.gmst, in: climate)
      return exp(level + rate * Tensor(d) + sigma * z)
    }
    let (now, then) = (returnLevel(climates.now.climate), returnLevel(climates.then.climate))
    func mean(_ field: Tensor) -> Summary {
      Summary.each(of: field.mean(along: [1], keepingDimensions: true))[0]
    }
    means = [("mu0", mean(level)), ("beta0", mean(rate))]
    maps = [
      ("mu", level), ("beta", rate), ("z\(Self.period)_\(lastYear)", now),
      ("z\(Self.period)_\(fitted.options.data.projectionYear)", then),
      ("z\(Self.period)_shift", then - now),
    ].map { ($0, Summary.each(of: $1)) }
  }

  var runReport: RunReport {
    let scalars = posterior.draws.names.filter { posterior.draws[$0].rank == 1 }
    return RunReport(
      table: table, numbers: course.merged(with: numbers),
      files: [
        OutputFile(RunFileName.run, json: record),
        OutputFile(RunFileName.results, json: course.merged(with: numbers)),
      ] + fitted.fit.files + [
        OutputFile(RunFileName.draws, posterior: posterior, sites: scalars),
        OutputFile("stations_posterior.csv", text: stations),
      ] + [fitted.fit.checkpoint].compactMap(\.self),
      profile: fitted.fit.profile, failure: course.failure)
  }

  private var table: String {
    let years = "\(data.years.first ?? 0)-\(lastYear)"
    var rows = TextTable([.leading(20)] + Array(repeating: .trailing(10), count: 4))
    rows.append(["parameter", "mean", "sd", "5 %", "95 %"])
    let hyperparameters = posterior.draws.names.map { name in
      let unit = posterior.units[name].map { " \($0)" } ?? ""
      return (name + unit, posterior.summaries(of: name)[0])
    }
    for (name, s) in means.map({ ($0.name, $0.summary) }) + hyperparameters {
      rows.append([name] + [s.mean, s.sd, s.q05, s.q95].map { String(format: "%.4f", $0) })
    }
    let ranges = maps.map { name, summaries in
      let values = summaries.map(\.mean)
      return String(
        format: "%@(s), posterior means over the stations: %.4f to %.4f", name,
        values.min() ?? .nan, values.max() ?? .nan)
    }
    let heading =
      "\(fitted.model.name): \(counted(data.stations.count, "station")) x \(data.years.count) years (\(years))"
    return
      ([heading] + data.record.summary + [""] + rows.lines + [""] + ranges
      + dependence.lines + [""] + course.lines).joined(separator: "\n")
  }

  private var numbers: JSONObject {
    let isPoint = fitted.fit.isPoint
    let scalars =
      posterior.draws.names.map { ($0, posterior.summaries(of: $0)[0]) }
      + means.map { ($0.name, $0.summary) }
    let fields = maps.map { name, summaries in
      (
        name,
        zip(data.stations, summaries).map { station, s in
          JSONObject([
            ("station", station.id), ("mean", s.mean), ("sd", s.sd), ("q05", s.q05),
            ("q95", s.q95),
          ])
        } as (any Encodable & Sendable)?
      )
    }
    return JSONObject(
      scalars.map { ($0, summaryNumbers($1, mean: $1.mean, isPoint: isPoint)) } + fields
        + [("dependence", dependence.numbers), ("seconds", course.seconds)])
  }

  private var record: JSONObject {
    var record = fitted.record
    record.members += [
      ("projection_year", fitted.options.data.projectionYear), ("data", data.record),
      ("is_embedded_example", fitted.settings.data.isEmpty),
    ]
    return record
  }

  private var stations: String {
    let statistics = ["mean", "sd", "q05", "q95"]
    var csv = CSVWriter(
      header: ["station", "lon", "lat"]
        + maps.flatMap { map in statistics.map { "\(map.name)_\($0)" } })
    for (i, station) in data.stations.enumerated() {
      let values = maps.map { $0.summaries[i] }.flatMap { [$0.mean, $0.sd, $0.q05, $0.q95] }
      csv.append(
        [.text(station.id), .number(station.longitude), .number(station.latitude)]
          + values.map { .number($0) })
    }
    return csv.text
  }
}
