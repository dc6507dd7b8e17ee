import Tables

extension CheckpointFile {
  /// A condition of a run: a value that must be unchanged for the run to be resumed.
  public struct Condition: Codable, Equatable, Sendable {
    /// The flag, or the name of the data.
    public let name: String
    /// The value of the flag, or the checksum of data.
    public let value: String
    let isDigest: Bool
    /// The value in runs that do not name this condition; nil if none is known. It is not stored.
    private var fallback: String?

    /// A flag with its value: `--seed 0`.
    ///
    /// - Parameters:
    ///   - flag: The flag.
    ///   - value: Its value.
    ///   - fallback: The value without the flag, that of runs of earlier versions without it.
    public init(_ flag: String, _ value: some CustomStringConvertible, fallback: String? = nil) {
      (name, self.value, isDigest, self.fallback) = (
        flag, value.description, false, fallback
      )
    }

    /// A condition on data that are too long to show, by their checksum.
    ///
    /// - Parameters:
    ///   - plural: The name of the data, as in "the maxima".
    ///   - text: The data, in a form that does not depend on their file.
    /// - Throws: When no checksum can be computed on this machine.
    public init(content plural: String, _ text: String) throws(DataError) {
      name = plural
      value = try sha256(of: Array(text.utf8), of: plural)
      isDigest = true
    }

    private enum CodingKeys: String, CodingKey { case name, value, isDigest }

    public static func == (a: Condition, b: Condition) -> Bool {
      (a.name, a.value, a.isDigest) == (b.name, b.value, b.isDigest)
    }

    /// Whether a run without this condition is the same.
    fileprivate var isFallback: Bool { value == fallback }

    fileprivate func change(to other: Condition?) -> String {
      if isDigest { return "\(name) have changed" }
      guard let other else { return "\(name) was \(value) and is not given" }
      return "\(name) was \(value) and is \(other.value)"
    }
  }

  /// Refuses a run whose conditions differ from the stored ones.
  ///
  /// - Throws: `DataError` with every difference.
  static func check(
    _ stored: [Condition], against conditions: [Condition], file: String
  ) throws(DataError) {
    let changes = stored.compactMap { condition in
      let other = conditions.first { $0.name == condition.name }
      return condition == other ? nil : condition.change(to: other)
    }
    let names = Set(stored.map(\.name))
    let additions = conditions.filter { !names.contains($0.name) && !$0.isFallback }.map {
      condition in
      "\(condition.name) was not given" + (condition.isDigest ? "" : " and is \(condition.value)")
    }
    let differences = changes + additions
    guard differences.isEmpty else {
      throw DataError(
        file: file, found: "it is of another run: \(differences.joined(separator: ", "))",
        remedy: "give what it was made with, or start again with --overwrite")
    }
  }
}
