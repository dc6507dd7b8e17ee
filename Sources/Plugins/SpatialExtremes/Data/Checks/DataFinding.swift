import Foundation
import Plugins
import Preconditions
import Tables

/// Something in the data that cannot be right, or that a reader should know.
public struct DataFinding: Error, Sendable, Equatable {
  /// The check that found it.
  public var check: DataCheck
  /// The consequence for a fit: that of the check, or a warning where the data may well be right.
  public var severity: DataCheck.Severity
  /// The station, nil if the finding is of no single one.
  public var station: String?
  /// The year, nil if the finding is of no single one.
  public var year: Int?
  /// Place, finding and remedy.
  public var error: DataError
  /// Whether the finding was allowed, so that the fit went on in spite of it.
  public var isAllowed = false

  /// - Parameters:
  ///   - severity: That of the check, if not given.
  ///   - remedy: What to do about it; how to allow the check is added where it may be allowed.
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
  /// The sentence of a warning or a note; that of an error has its word from the command line.
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

  /// Encodes the file by its name without the folder: the record of one data set is the same wherever it lies.
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

/// Data that a fit must not start from.
public struct UnsoundData: PluginError, Equatable {
  /// The findings that are wrong, one or more.
  public let findings: [DataFinding]

  /// One sentence a finding; past five, how many more there are.
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
  /// Ends a fit before it starts if the data cannot be right, and tells what else was found.
  ///
  /// - Parameters:
  ///   - allowed: The checks whose findings are kept in silence.
  ///   - warn: Takes the sentence of each warning and note.
  /// - Throws: `UnsoundData` with the findings that are errors, and those in doubt that are not allowed.
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
