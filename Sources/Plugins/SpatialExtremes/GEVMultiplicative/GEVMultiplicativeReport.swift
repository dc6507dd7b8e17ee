import Foundation
import Inference
import PPL
import Plugins

/// The fit as a table, as numbers and as files.
struct GEVMultiplicativeReport {
  let summary: GEVMultiplicativeSummary
  let run: FitRun
  let data: StationMaxima
  let truth: SyntheticTruth?
  let settings: FitOptions
  let priors: GEVMultiplicative.Priors

  init(
    _ summary: GEVMultiplicativeSummary, data: StationMaxima,
    truth: SyntheticTruth?, _ settings: FitOptions, _ priors: GEVMultiplicative.Priors
  ) {
    (self.summary, self.run, self.data, self.truth) = (summary, summary.run, data, truth)
    (self.settings, self.priors) = (settings, priors)
  }

  var fitReport: RunReport {
    RunReport(
      table: table, numbers: numbers, files: files, profile: run.profile,
      failure: run.failure)
  }

  // MARK: For people

  private var table: String {
    ([heading] + [""] + parameters + [""] + fields + [""] + run.courseLines).joined(separator: "\n")
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
    let header = Self.row(
      "parameter", ["mean", "sd", "5 %", "95 %"] + (truth == nil ? [] : ["truth"]))
    return [header]
      + rows.map { name, s, truth in
        Self.row(
          name,
          [s.mean, s.sd, s.q05, s.q95].map(Self.fixed) + (truth.map { [Self.fixed($0)] } ?? []))
      }
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

  private static func row(_ name: String, _ cells: [String]) -> String {
    name.padding(toLength: 14, withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }.joined()
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
      converged: run.course.converged, verdict: run.course.verdict, losses: run.course.losses,
      steps: run.course.steps,
      records: .init(
        stations: data.stations.count, years: data.years.count,
        first_year: data.years.first ?? 0, last_year: summary.lastYear,
        projection_year: summary.projectionYear, used: data.record.used,
        missing: data.record.missing, dropped: data.record.dropped.count),
      seconds: run.seconds)
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
    let numbers = numbers
    let record = RunRecord(
      model: "gev-multiplicative", seed: settings.seed, steps: run.history.count,
      learningRate: settings.learningRate, draws: settings.draws, priors: priors,
      projectionYear: summary.projectionYear, data: data.record,
      isEmbeddedExample: settings.data == nil, seconds: run.seconds)
    return [
      OutputFile("run.json", json: record),
      OutputFile("results.json", json: numbers),
      run.lossesFile,
      OutputFile("draws.csv", draws: summary.draws, sites: scalars),
      OutputFile("stations_posterior.csv", text: stations),
      run.checkpoint,
    ]
  }

  private var scalars: [String] {
    summary.draws.names.filter { summary.draws[$0].rank == 1 }
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
