import Foundation
import Plugins
import Tables

/// A climate to predict for, and the origin of its values.
struct PredictedClimate: Sendable {
  /// The name in tables: `2050`, `GMST 1.5`, `+1.5 °C`.
  let label: String
  /// The year; nil for a climate that is not that of a year.
  var year: Int?
  let climate: Climate
  /// The origin of the values, in words.
  let source: String

  /// The global mean surface temperature; nil for a model without covariates of time.
  var gmst: Double? { climate.values[Covariates.gmst] }
}

/// The covariates of time of all years: those of the file, of a scenario, and of a trend beyond them.
///
/// A fit's centring is left to the model, so that all values here are absolute, as in the file.
struct ClimateRecord {
  /// The name of the file of a scenario.
  private let scenarioFile: String
  private let file, scenario: [Int: [String: Double]]
  /// The names of the covariates that the model uses; empty for a model without any.
  private let names: [String]
  private let means: [String: Double]
  private let dataYears: ClosedRange<Int>
  private let trend: Trend
  private let trendYears: Int

  /// The record of the data of a fit.
  ///
  /// - Throws: `DataError` for a scenario that cannot be read.
  init(
    _ data: StationMaxima, _ requirements: DataRequirements, _ options: ExtremesPrediction
  ) throws(DataError) {
    let columns = data.timeColumns
    let names = requirements.columns.filter { columns[$0] != nil }
      .union(requirements.covariates.map(\.rawValue)).sorted()
    self.names = names
    var years = data.otherYears
    for (index, year) in data.years.enumerated() { years[year] = columns.mapValues { $0[index] } }
    file = years
    means = columns.mapValues { $0.reduce(0, +) / Double($0.count) }
    dataYears = (data.years.first ?? 0)...(data.years.last ?? 0)
    (trend, trendYears) = (options.trend, options.trendYears)
    scenarioFile = options.scenario ?? ""
    if let path = options.scenario {
      scenario = try Self.scenario(path, names: names)
    } else {
      scenario = [:]
    }
  }

  /// The values of a table with a column `year`, by year and name.
  private static func scenario(
    _ path: String, names: [String]
  ) throws(DataError) -> [Int: [String: Double]] {
    let table = try CSVTable(contentsOf: URL(filePath: path))
    let year = try table.requireColumn("year")
    var found: [Int: [String: Double]] = [:]
    for name in names {
      guard
        let column = table.column(name)
          ?? (name == Covariates.gmst
            ? table.column(anyOf: ReadingOptions.defaultCovariateColumns) : nil)
      else { continue }
      for row in table.rows {
        if let value = try table.optionalDouble(row, column) {
          found[try table.year(row, year), default: [:]][name] = value
        }
      }
    }
    guard !found.isEmpty || names.isEmpty else {
      throw table.error(
        found: "there is no column of \(names.joined(separator: " or ")) with numbers",
        remedy: "give columns year and gmst")
    }
    return found
  }
}

// MARK: - Climates

extension ClimateRecord {
  /// The climate of a year.
  ///
  /// - Throws: `PredictionError` for a year before the file, or in a gap of it.
  func climate(of year: Int) throws(PredictionError) -> PredictedClimate {
    var (values, sources): ([String: Double], [String]) = ([:], [])
    for name in names {
      let (value, source) = try value(of: name, in: year)
      values[name] = value
      sources.append(source)
    }
    let source =
      Set(sources).count <= 1
      ? sources.first ?? "the model has no covariate of time"
      : zip(names, sources).map { "\($0): \($1)" }.joined(separator: "; ")
    return PredictedClimate(
      label: "\(year)", year: year, climate: Climate(values), source: source)
  }

  /// The climate of a global mean surface temperature, with the means over the data of other covariates.
  ///
  /// - Throws: `PredictionError` for a model without covariates of time.
  func climate(gmst: Double, label: String? = nil, source: String) throws(PredictionError)
    -> PredictedClimate
  {
    guard !names.isEmpty else {
      throw PredictionError(
        "the model has no covariate of time, so that its distribution is the same in all climates; leave out --gmst and --warming."
      )
    }
    let others = names.filter { $0 != Covariates.gmst }
    var values = Dictionary(uniqueKeysWithValues: others.map { ($0, means[$0] ?? 0) })
    values[Covariates.gmst] = gmst
    let note =
      others.isEmpty
      ? "" : "; \(others.joined(separator: ", ")): the mean over the years of the data"
    return PredictedClimate(
      label: label ?? "GMST \(shortNumber(gmst))", climate: Climate(values), source: source + note)
  }

  /// The climate of `--baseline`: the mean over its years.
  ///
  /// - Throws: `PredictionError` where a year has no value.
  func baseline(_ baseline: Baseline) throws(PredictionError) -> PredictedClimate {
    switch baseline {
    case .gmst(let value):
      return try climate(gmst: value, label: "\(baseline)", source: "--baseline")
    case .years(let span):
      var sums: [String: Double] = [:]
      for name in names {
        for year in span.years {
          guard let value = known(name, in: year) ?? scenario[year]?[name] else {
            throw PredictionError(
              "--baseline \(span): gmst.csv has no value of \(name) in \(year) (\(coverage(of: name))); give years of the "
                + "file, or a value, as in --baseline gmst=0.1.")
          }
          sums[name, default: 0] += value
        }
      }
      let count = Double(span.years.count)
      return PredictedClimate(
        label: "\(span)", climate: Climate(sums.mapValues { $0 / count }),
        source: names.isEmpty
          ? "the model has no covariate of time" : "the mean over \(span) in gmst.csv")
    }
  }

  private func known(_ name: String, in year: Int) -> Double? {
    name == Covariates.year ? Double(year) : file[year]?[name]
  }

  private func coverage(of name: String) -> String {
    let years = file.keys.filter { file[$0]?[name] != nil }
    return "it has \(yearRanges(years))"
  }

  private func value(
    of name: String, in year: Int
  ) throws(PredictionError) -> (value: Double, source: String) {
    if name == Covariates.year { return (Double(year), "the calendar") }
    if let value = file[year]?[name] { return (value, "gmst.csv") }
    if let value = scenario[year]?[name] { return (value, scenarioFile) }
    let known = file.filter { $0.value[name] != nil }.keys.sorted()
    guard let last = known.last, year > last else {
      throw PredictionError(
        "--year \(year): gmst.csv has no value of \(name) in this year (\(coverage(of: name))); give another year, a "
          + "--scenario with it, or --gmst.")
    }
    let used = trend == .ends ? [dataYears.lowerBound, dataYears.upperBound] : recent(known, last)
    let line = Line(used.map { (Double($0), file[$0]?[name] ?? 0) })
    return (
      line.value(at: Double(year)),
      trend == .ends
        ? "the line through \(dataYears.lowerBound) and \(dataYears.upperBound)"
        : "least squares over \(used.first ?? 0)-\(last)"
    )
  }

  private func recent(_ known: [Int], _ last: Int) -> [Int] {
    known.filter { $0 > last - trendYears }
  }

  /// The least-squares line of some points.
  private struct Line {
    let slope, x, y: Double

    init(_ points: [(x: Double, y: Double)]) {
      let count = Double(points.count)
      let x = points.reduce(0) { $0 + $1.x } / count
      let y = points.reduce(0) { $0 + $1.y } / count
      let xx = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
      let xy = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
      (slope, self.x, self.y) = (xx > 0 ? xy / xx : 0, x, y)
    }

    func value(at place: Double) -> Double { y + slope * (place - x) }
  }
}
