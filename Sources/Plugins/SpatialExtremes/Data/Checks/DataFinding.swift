import Foundation
import Plugins
import Preconditions
import Tables

/// A finding of a check of station data: a likely error, or a decision to report.
public struct DataFinding: Error, Sendable, Equatable {
  /// The check that found it.
  public var check: DataCheck
  /// The severity: that of the check, or a warning if the data may be correct.
  public var severity: DataCheck.Severity
  /// The station; nil if the finding is not about a single one.
  public var station: String?
  /// The year; nil if the finding is not about a single one.
  public var year: Int?
  /// The error with place, description and remedy.
  public var error: DataError
  /// Whether the finding was allowed, so that the data were fitted nevertheless.
  public var isAllowed = false

  /// A finding of a check, with its place in the data.
  ///
  /// - Parameters:
  ///   - severity: The severity; that of the check if nil.
  ///   - remedy: The remedy; the flag that allows the check is added where applicable.
  init(
    _ check: DataCheck, severity: DataCheck.Severity? = nil, station: String? = nil,
    year: Int? = nil, file: String, line: Int? = nil,
    column: String? = nil, found: String, remedy: String
  ) {
    (self.check, self.station, self.year) = (check, station, year)
    self.severity = severity ?? check.severity
    let allowing =
      switch self.severity {
      case .error: ""
      case .doubt: ", or keep the data as they are with --allow \(check.rawValue)"
      case .warning, .note: ", or silence this with --allow \(check.rawValue)"
      }
    error = DataError(
      file: file, line: line, column: column, found: found, remedy: remedy + allowing)
  }
}

extension DataFinding: CustomStringConvertible {
  /// The message, with the prefix of a warning or a note; the command line adds that of an error.
  public var description: String {
    switch severity {
    case .error, .doubt: "\(error)"
    case .warning: "Warning: \(error)"
    case .note: "Note: \(error)"
    }
  }
}

extension DataFinding: Codable {
  private enum CodingKeys: String, CodingKey {
    case check, severity, allowed, station, year, file, line, column, found, remedy
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    check = try values.decode(DataCheck.self, forKey: .check)
    severity = try values.decode(DataCheck.Severity.self, forKey: .severity)
    isAllowed = try values.decode(Bool.self, forKey: .allowed)
    station = try values.decodeIfPresent(String.self, forKey: .station)
    year = try values.decodeIfPresent(Int.self, forKey: .year)
    error = try DataError(
      file: values.decode(String.self, forKey: .file),
      line: values.decodeIfPresent(Int.self, forKey: .line),
      column: values.decodeIfPresent(String.self, forKey: .column),
      found: values.decode(String.self, forKey: .found),
      remedy: values.decode(String.self, forKey: .remedy))
  }

  /// Encodes the file by its name without the folder, so that the record of a data set does not depend on its place.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(check, forKey: .check)
    try values.encode(severity, forKey: .severity)
    try values.encode(isAllowed, forKey: .allowed)
    try values.encodeIfPresent(station, forKey: .station)
    try values.encodeIfPresent(year, forKey: .year)
    try values.encode(URL(filePath: error.file).lastPathComponent, forKey: .file)
    try values.encodeIfPresent(error.line, forKey: .line)
    try values.encodeIfPresent(error.column, forKey: .column)
    try values.encode(error.found, forKey: .found)
    try values.encode(error.remedy, forKey: .remedy)
  }
}

// MARK: - Before a fit

/// The error of data with findings that forbid a fit.
public struct UnsoundData: PluginError, Equatable {
  /// The findings that forbid a fit, at least one.
  public let findings: [DataFinding]

  /// A sentence for each finding; after five, the number of further ones.
  public var description: String {
    let shown = findings.prefix(5).map { "\($0)" }
    let rest = findings.dropFirst(5)
    guard !rest.isEmpty else { return shown.joined(separator: "\n") }
    let names = Set(rest.map(\.check.rawValue)).sorted().joined(separator: ", ")
    return (shown + ["and \(counted(rest.count, "finding")) more (\(names))."]).joined(
      separator: "\n")
  }
}

extension DataRecord {
  /// Refuses data with findings that forbid a fit, and shows warnings and notes.
  ///
  /// - Parameters:
  ///   - allowed: The checks whose findings are not shown.
  ///   - warn: Called with the message of each warning and note.
  /// - Throws: `UnsoundData` with the findings that are errors, and doubts that are not allowed.
  public mutating func requireSound(
    allowing allowed: Set<DataCheck> = [], warn: (String) -> Void = { _ in }
  ) throws(UnsoundData) {
    var unsound: [DataFinding] = []
    for index in findings.indices {
      let severity = findings[index].severity
      if severity != .error && allowed.contains(findings[index].check) {
        findings[index].isAllowed = true
      } else if severity == .error || severity == .doubt {
        unsound.append(findings[index])
      }
    }
    if !unsound.isEmpty { throw UnsoundData(findings: unsound) }
    for finding in findings where !finding.isAllowed { warn("\(finding)") }
  }
}
