import Foundation
import Inference
import PPL
import Plugins
import Runs
import Tables

/// The fit as a table, as numbers and as files.
struct GEVMultiplicativeReport {
  let summary: GEVMultiplicativeSummary
  let fitted: FittedModel<GEVMultiplicativeCommand>
  private var data: StationMaxima { fitted.dataset.data }
  private var truth: SyntheticTruth? { fitted.dataset.truth }
  private var course: FitCourse { summary.course }

  init(
    _ summary: GEVMultiplicativeSummary, _ fitted: FittedModel<GEVMultiplicativeCommand>
  ) {
    (self.summary, self.fitted) = (summary, fitted)
  }

  var fitReport: RunReport {
    RunReport(
      table: table, numbers: course.beside(numbers), files: files, profile: fitted.fit.profile,
      failure: course.failure)
  }

  // MARK: For people

  private var table: String {
    ([heading] + [""] + parameters + [""] + fields + [""] + course.lines).joined(separator: "\n")
  }

  private var heading: String {
    let years = "\(data.years.first ?? 0)-\(data.years.last ?? 0)"
    let size = "\(data.stations.count) stations x \(data.years.count) years (\(years))"
    let nothingDropped = data.record.dropped.isEmpty ? ["0 records dropped"] : []
    return (["gev-multiplicative: \(size)"] + data.record.summary + nothingDropped)
      .joined(separator: "\n")
  }

  private var parameters: [String] {
    let rows: [(String, Summary, Double?)] = [
      ("mu0     °C", summary.mu0, truth?.mu0), ("beta0   °C/°C", summary.beta0, truth?.beta0),
      ("sigma   °C", summary.sigma, truth?.sigma), ("xi", summary.xi, truth?.xi),
    ]
    var table = TextTable([.leading(14)] + Array(repeating: .trailing(10), count: 5))
    table.append(
      ["parameter", "mean", "sd", "5 %", "95 %"] + (truth == nil ? [] : ["truth"]))
    for (name, s, truth) in rows {
      let numbers = [s.mean, s.sd, s.q05, s.q95] + (truth.map { [$0] } ?? [])
      table.append([name] + numbers.map(Self.fixed))
    }
    return table.lines
  }

  private var fields: [String] {
    let beta = summary.betaField.map(\.mean)
    let (low, high) = (beta.min() ?? .nan, beta.max() ?? .nan)
    var lines = [
      "beta(s), posterior means over the stations: \(Self.fixed(low)) to \(Self.fixed(high)) °C/°C"
        + (truth.map {
          " (truth \(Self.fixed($0.betaField.min() ?? .nan)) to \(Self.fixed($0.betaField.max() ?? .nan)))"
        } ?? "")
    ]
    if let truth = comparison {
      lines.append(
        "correlation with the truth over the stations: mu(s) \(Self.fixed(truth.mu_correlation)), "
          + "beta(s) \(Self.fixed(truth.beta_correlation))")
    }
    let shift = shiftRange
    lines.append(
      "100-year return level, shift \(summary.lastYear) to \(summary.projectionYear): mean \(Self.fixed(shift.mean)) °C, "
        + "stations \(Self.fixed(shift.min)) to \(Self.fixed(shift.max)) (plug-in \(Self.fixed(shift.plugin)))"
    )
    return lines
  }

  private var shiftRange: GEVMultiplicativeNumbers.Shift {
    let means = summary.shift.map(\.mean)
    return .init(
      mean: means.reduce(0, +) / Double(means.count), min: means.min() ?? .nan,
      max: means.max() ?? .nan, plugin: summary.shiftPlugIn)
  }

  private static func fixed(_ x: Double) -> String { String(format: "%.4f", x) }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (a, b) = (Tensor(x), Tensor(y))
    let (da, db) = (a - a.mean(), b - b.mean())
    return ((da * db).mean() / sqrt(a.variance() * b.variance())).scalar
  }

  // MARK: For programs

  private var numbers: GEVMultiplicativeNumbers {
    let field = { (values: [Summary]) in
      zip(data.stations, values).map {
        GEVMultiplicativeNumbers.Station(
          station: $0.id, mean: $1.mean, sd: $1.sd, q05: $1.q05, q95: $1.q95)
      }
    }
    let beta = summary.betaField.map(\.mean)
    return GEVMultiplicativeNumbers(
      mu0: summary.mu0, beta0: summary.beta0, sigma: summary.sigma, xi: summary.xi,
      beta_field: field(summary.betaField), mu_field: field(summary.muField),
      beta_field_range: .init(min: beta.min() ?? .nan, max: beta.max() ?? .nan),
      return_level_shift_100: shiftRange, truth: comparison,
      records: .init(
        stations: data.stations.count, years: data.years.count,
        first_year: data.years.first ?? 0, last_year: summary.lastYear,
        projection_year: summary.projectionYear, used: data.record.used,
        missing: data.record.missing, dropped: data.record.dropped.count),
      seconds: course.seconds)
  }

  private var comparison: GEVMultiplicativeNumbers.Truth? {
    truth.map { truth in
      .init(
        mu0: truth.mu0, beta0: truth.beta0, sigma: truth.sigma, xi: truth.xi,
        beta_min: truth.betaField.min() ?? .nan, beta_max: truth.betaField.max() ?? .nan,
        mu_correlation: Self.correlation(summary.muField.map(\.mean), truth.muField),
        beta_correlation: Self.correlation(summary.betaField.map(\.mean), truth.betaField))
    }
  }

  // MARK: For later

  private var files: [OutputFile] {
    let settings = fitted.settings
    let record = RunRecord(
      model: fitted.model.name, seed: settings.seed, steps: course.stepCount,
      learningRate: fitted.learningRate, inference: fitted.unusualInference,
      options: fitted.context.record, draws: settings.draws,
      priors: fitted.options.priors, projectionYear: summary.projectionYear, data: data.record,
      isEmbeddedExample: settings.data == nil, seconds: course.seconds)
    return [
      OutputFile("run.json", json: record),
      OutputFile("results.json", json: course.beside(numbers)),
    ] + fitted.fit.files + [
      OutputFile("draws.csv", posterior: summary.posterior, sites: scalars),
      OutputFile("stations_posterior.csv", text: stations),
    ] + [fitted.fit.checkpoint].compactMap(\.self)
  }

  private var scalars: [String] {
    summary.posterior.draws.names.filter { summary.posterior.draws[$0].rank == 1 }
  }

  private var stations: String {
    let quantities: [(String, [Summary])] = [
      ("mu", summary.muField), ("beta", summary.betaField),
      ("z100_\(summary.lastYear)", summary.levelNow),
      ("z100_\(summary.projectionYear)", summary.levelThen), ("z100_shift", summary.shift),
    ]
    let statistics = ["mean", "sd", "q05", "q95"]
    var csv = CSVWriter(
      header: ["station", "lon", "lat"]
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
