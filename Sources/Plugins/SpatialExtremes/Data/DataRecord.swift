import Preconditions

/// The record of data that were read: the used, missing and dropped maxima, and the files.
public struct DataRecord: Sendable, Equatable {
  /// The number of maxima used.
  public var used: Int

  /// The number of station-years without a value; `used + missing` is stations times years.
  public var missing: Int

  /// The maxima, stations and years that were read and not used.
  public var dropped: [Dropped]

  /// The column of `gmst.csv` that is the covariate.
  public var covariateColumn: String

  /// The column of `maxima.csv` with the maxima; nil if it has a column for each station or year.
  public var valueColumn: String?

  /// The files read.
  public var sources: [Source]

  /// The daily values that the maxima were made of; nil for values of years.
  public var daily: DailyRecord?

  /// The findings of the checks.
  public var findings: [DataFinding] = []

  /// A file, by name and checksum.
  public struct Source: Sendable, Equatable, Codable {
    /// The name of the file in its folder.
    public var name: String

    /// The checksum SHA-256, 64 hexadecimal digits.
    public var sha256: String
  }

  /// A maximum, station or year that was left out.
  public struct Dropped: Sendable, Equatable, Codable {
    /// The file that it was read from.
    public var file: String
    /// The line, counted from 1 with the header.
    public var line: Int

    /// The station; nil for a whole year.
    public var station: String?

    /// The year; nil for a whole station.
    public var year: Int?

    /// The reason for leaving it out.
    public var reason: Reason
  }

  /// The reason for leaving something out.
  public enum Reason: String, Sendable, Equatable, Codable, CaseIterable {
    /// A maximum in a year outside the requested range.
    case yearNotAskedFor

    /// A maximum marked as taken from a year with too few days.
    case incomplete

    /// A maximum in a year for which the covariate has no value.
    case noCovariate

    /// A maximum of a station that is not among those asked for.
    case stationNotAskedFor

    /// A maximum of a station with fewer years than are asked for.
    case tooFewYears

    /// A station without a remaining maximum.
    case stationWithoutMaxima

    /// A year without a remaining maximum.
    case yearWithoutMaxima
  }
}

// MARK: - Printing

extension DataRecord {
  /// The summary for printing: the numbers of used and missing maxima, then a line for each reason of dropped ones.
  ///
  ///     1176 maxima used, 14 station-years missing
  ///     3 records dropped: no GMST value for 2025 (station 0016A, 0076, 0367)
  public var summary: [String] {
    ["\(counted(used, "maximum", "maxima")) used, \(counted(missing, "station-year")) missing"]
      + (daily.map { [$0.summary] } ?? [])
      + (covariateColumn == "gmst" ? [] : ["covariate: column \"\(covariateColumn)\""])
      + Reason.allCases.compactMap { reason in
        let group = dropped.filter { $0.reason == reason }
        return group.isEmpty ? nil : line(for: reason, group)
      }
  }

  private func line(for reason: Reason, _ group: [Dropped]) -> String {
    let years = yearRanges(group.compactMap(\.year))
    let stations = "station \(listed(group.compactMap(\.station)))"
    return switch reason {
    case .yearNotAskedFor:
      "\(counted(group.count, "record")) dropped: outside the years asked for, in \(years)"
    case .incomplete:
      "\(counted(group.count, "record")) dropped: incomplete year, in \(years) (\(stations))"
    case .noCovariate:
      "\(counted(group.count, "record")) dropped: no GMST value for \(years) (\(stations))"
    case .stationNotAskedFor:
      "\(counted(group.count, "record")) dropped: not among the stations asked for (\(stations))"
    case .tooFewYears:
      "\(counted(group.count, "record")) dropped: fewer years than --min-years (\(stations))"
    case .stationWithoutMaxima:
      "\(counted(group.count, "station")) dropped: no maxima (\(stations))"
    case .yearWithoutMaxima:
      "\(counted(group.count, "year")) dropped: no maxima in \(years)"
    }
  }
}

/// The text of a set of years: `1985 to 1987, 1990`, with runs of three and more shortened; for more
/// than five runs, `12 years from 1985 to 2019`.
func yearRanges(_ years: some Sequence<Int>) -> String {
  var runs: [ClosedRange<Int>] = []
  for year in Set(years).sorted() {
    if let last = runs.last, last.upperBound == year - 1 {
      runs[runs.count - 1] = last.lowerBound...year
    } else {
      runs.append(year...year)
    }
  }
  if let first = runs.first, let last = runs.last, runs.count > 5 {
    let count = runs.reduce(0) { $0 + $1.count }
    return "\(count) years from \(first.lowerBound) to \(last.upperBound)"
  }
  return runs.map { run in
    switch run.count {
    case 1: "\(run.lowerBound)"
    case 2: "\(run.lowerBound), \(run.upperBound)"
    default: "\(run.lowerBound) to \(run.upperBound)"
    }
  }
  .joined(separator: ", ")
}

/// The text of at most five distinct names, in order of appearance.
private func listed(_ names: [String]) -> String {
  var seen: Set<String> = []
  let distinct = names.filter { seen.insert($0).inserted }
  let shown = distinct.prefix(5).joined(separator: ", ")
  return distinct.count > 5 ? "\(shown) and \(distinct.count - 5) more" : shown
}
