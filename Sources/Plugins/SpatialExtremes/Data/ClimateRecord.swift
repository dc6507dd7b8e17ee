import ArgumentParser
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

/// The continuation of the covariates of time beyond their file, the value of `--trend`.
enum Trend: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// The least-squares line of the last `--trend-years` years of the file.
  case leastSquares = "least-squares"
  /// The line through the values of the first and the last year of the data, as in the reference notebooks.
  case ends
}

/// The covariates of time of all years: those of the file, of a scenario, and of a trend beyond them.
///
/// A fit's centring is left to the model, so that all values here are absolute, as in the file.
struct ClimateRecord {
  /// The name of the file of a scenario.
  private let scenarioFile: String
  let file, scenario: [Int: [String: Double]]
  /// The names of the covariates that the model uses; empty for a model without any.
  let names: [String]
  let means: [String: Double]
  let dataYears: ClosedRange<Int>
  private let trend: Trend
  private let trendYears: Int

  /// The record of the data of a fit.
  ///
  /// - Parameters:
  ///   - data: The data, with the years of `gmst.csv` that have no maxima.
  ///   - requirements: The covariates that the model uses.
  ///   - trend: The continuation after the last year of the file.
  ///   - trendYears: The number of years of a least-squares line.
  ///   - scenario: The table of years that the file does not have.
  /// - Throws: `DataError` for a scenario that cannot be read.
  init(
    _ data: StationMaxima, _ requirements: DataRequirements, trend: Trend = .leastSquares,
    trendYears: Int = 30, scenario path: String? = nil
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
    (self.trend, self.trendYears) = (trend, trendYears)
    scenarioFile = path ?? ""
    if let path {
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
  /// - Parameters:
  ///   - year: The year.
  ///   - flag: The flag that names it, for messages.
  /// - Throws: `PredictionError` for a year before the file, or in a gap of it.
  func climate(
    of year: Int, flag: String = "--year"
  ) throws(PredictionError) -> PredictedClimate {
    var (values, sources): ([String: Double], [String]) = ([:], [])
    for name in names {
      let (value, source) = try value(of: name, in: year, flag)
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

  /// The value of a covariate of time in a year of the file or the calendar; nil where there is none.
  func known(_ name: String, in year: Int) -> Double? {
    name == Covariates.year ? Double(year) : file[year]?[name]
  }

  func coverage(of name: String) -> String {
    let years = file.keys.filter { file[$0]?[name] != nil }
    return "it has \(yearRanges(years))"
  }

  private func value(
    of name: String, in year: Int, _ flag: String
  ) throws(PredictionError) -> (value: Double, source: String) {
    if name == Covariates.year { return (Double(year), "the calendar") }
    if let value = file[year]?[name] { return (value, "gmst.csv") }
    if let value = scenario[year]?[name] { return (value, scenarioFile) }
    let known = file.filter { $0.value[name] != nil }.keys.sorted()
    guard let last = known.last, year > last else {
      throw PredictionError(
        "\(flag) \(year): gmst.csv has no value of \(name) in this year (\(coverage(of: name))); give another year"
          + (flag == "--year" ? ", a --scenario with it, or --gmst." : "."))
    }
    guard trend == .leastSquares else {
      let (first, last) = (dataYears.lowerBound, dataYears.upperBound)
      let (g0, g1) = (file[first]?[name] ?? 0, file[last]?[name] ?? 0)
      let slope = first == last ? 0 : (g1 - g0) / Double(last - first)
      return (g1 + slope * Double(year - last), "the line through \(first) and \(last)")
    }
    let used = recent(known, last)
    let line = Line(used.map { (Double($0), file[$0]?[name] ?? 0) })
    return (line.value(at: Double(year)), "least squares over \(used.first ?? 0)-\(last)")
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
