import Preconditions

/// The record of data that were read: what was used, missing or dropped, and from which files.
public struct DataRecord: Sendable, Equatable, Codable {
  /// The number of maxima used.
  public var used: Int

  /// Station-years in the table that have no value; `used + missing` is stations times years.
  public var missing: Int

  /// Every maximum, station or year that was read and is not in the table.
  public var dropped: [Dropped]

  /// The column of `gmst.csv` that is the covariate.
  public var covariateColumn: String

  /// The column of `maxima.csv` with the maxima; nil if it has one a station or one a year.
  public var valueColumn: String?

  /// The files read.
  public var sources: [Source]

  /// The findings of the checks: what cannot be right, or should be known.
  public var findings: [DataFinding] = []

  /// A file, by name and checksum.
  public struct Source: Sendable, Equatable, Codable {
    /// The name of the file in its folder.
    public var name: String

    /// The checksum SHA-256, 64 hexadecimal digits.
    public var sha256: String
  }

  /// Something that was left out.
  public struct Dropped: Sendable, Equatable, Codable {
    /// The file that it was read from.
    public var file: String
    /// The line, the header being 1.
    public var line: Int

    /// The station, nil for a whole year.
    public var station: String?

    /// The year, nil for a whole station.
    public var year: Int?

    /// The reason why it was left out.
    public var reason: Reason
  }

  /// The reason why something was left out.
  public enum Reason: String, Sendable, Equatable, Codable, CaseIterable {
    /// A maximum in a year outside those asked for.
    case yearNotAskedFor

    /// A maximum marked as taken from a year with too few days.
    case incomplete

    /// A maximum in a year for which the covariate has no value.
    case noCovariate

    /// A station that no maximum is left of.
    case stationWithoutMaxima

    /// A year that no maximum is left of.
    case yearWithoutMaxima
  }
}

// MARK: - Printing

extension DataRecord {
  /// A few lines to print: what is used and missing, then one line a reason for what was dropped.
  ///
  ///     1176 maxima used, 14 station-years missing
  ///     3 records dropped: no GMST value for 2025 (station 0016A, 0076, 0367)
  public var summary: [String] {
    ["\(counted(used, "maximum", "maxima")) used, \(counted(missing, "station-year")) missing"]
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
    case .stationWithoutMaxima:
      "\(counted(group.count, "station")) dropped: no maxima (\(stations))"
    case .yearWithoutMaxima:
      "\(counted(group.count, "year")) dropped: no maxima in \(years)"
    }
  }
}

/// `1985 to 1987, 1990`: years in order, runs of three and more shortened; past five runs,
/// `12 years from 1985 to 2019`.
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

/// Each name once, in order of appearance, at most five.
private func listed(_ names: [String]) -> String {
  var seen: Set<String> = []
  let distinct = names.filter { seen.insert($0).inserted }
  let shown = distinct.prefix(5).joined(separator: ", ")
  return distinct.count > 5 ? "\(shown) and \(distinct.count - 5) more" : shown
}
