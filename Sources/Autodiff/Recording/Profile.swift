import Preconditions

/// The profile of a program: its time by operation.
///
/// The operations of a chain run interleaved, block by block: each has an equal share of the time of the chain.
///
///     let profile = step.profile(arguments, replays: 300)
///     print(profile)  // two tables: by operation, by site
public struct Profile: Sendable {
  /// The time of one operation.
  public struct Entry: Sendable {
    /// The name of the operation.
    public let operation: String
    /// The named value (`Tensor.named`) for which the operation is computed; nil where nothing nearby has a name.
    public let site: String?
    /// The mean time of a run in seconds, less the time of reading the clock.
    public let seconds: Double
  }

  /// The total of all entries of one name.
  public struct Row: Sendable, Equatable {
    /// The name of the operation or the site.
    public let name: String
    /// The number of operations in a replay.
    public let calls: Int
    /// The time of one replay in seconds.
    public let seconds: Double
    /// The fraction of the time of a replay; the shares of a table sum to 1.
    public let share: Double
  }

  /// The entries in the order of the program.
  public let entries: [Entry]

  /// The time of one replay in seconds.
  public var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }

  /// The time by operation, the longest first.
  public func byOperation() -> [Row] { rows(\.operation) }

  /// The time by site, the longest first.
  ///
  /// An operation counts for the named value that it first leads to; one of the reverse pass for the site of the
  /// value that it differentiates, as far as its operands show that.
  public func bySite() -> [Row] { rows { $0.site ?? "(none)" } }

  private func rows(_ name: (Entry) -> String) -> [Row] {
    let total = seconds
    return Dictionary(grouping: entries, by: name).map { name, entries in
      let seconds = entries.reduce(0) { $0 + $1.seconds }
      let share = total > 0 ? seconds / total : Double(entries.count) / Double(self.entries.count)
      return Row(name: name, calls: entries.count, seconds: seconds, share: share)
    }.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
  }
}

extension Program {
  /// The profile of a replay: the time of each operation.
  ///
  /// - Parameters:
  ///   - inputs: The values to replay on, as for a call.
  ///   - replays: The number of replays to average over, after one that is not counted.
  /// - Precondition: `replays` is positive.
  public func profile(_ inputs: [Tensor], replays: Int) -> Profile {
    require(replays > 0, "profile: replays is \(replays), but must be positive.")
    let execution = Execution(self)
    for (index, input) in inputs.enumerated() { execution.setInput(index, input.scalars) }
    execution.run()
    var seconds = Array(repeating: 0.0, count: instructions.count)
    for _ in 0..<replays { execution.run(timing: &seconds) }
    let entries = zip(origins, seconds).flatMap { origins, seconds in
      let mean = max(0, seconds / Double(replays))
      return origins.map {
        Profile.Entry(
          operation: $0.operation.name, site: $0.site, seconds: mean / Double(origins.count))
      }
    }
    return Profile(entries: entries)
  }
}

extension Profile: CustomStringConvertible {
  /// The time of a replay, and two tables with name, calls, microseconds and share.
  public var description: String {
    let total = "one replay: \(fixed(1e6 * seconds, 2)) µs in \(entries.count) operations"
    return [total, table("operation", byOperation()), table("site", bySite())]
      .joined(separator: "\n\n")
  }

  private func table(_ title: String, _ rows: [Row]) -> String {
    let width = 2 + ([title] + rows.map(\.name)).reduce(0) { max($0, $1.count) }
    func line(_ name: String, _ cells: [String]) -> String {
      let gap = String(repeating: " ", count: width - name.count)
      let padded = cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }
      return name + gap + padded.joined()
    }
    let lines = rows.map { row in
      line(
        row.name, ["\(row.calls)", fixed(1e6 * row.seconds, 2), fixed(100 * row.share, 1) + " %"])
    }
    return ([line(title, ["calls", "µs", "share"])] + lines).joined(separator: "\n")
  }

  /// A non-negative number with this many decimals.
  private func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = decimals == 1 ? 10 : 100
    let hundredths = Int(exactly: (value * Double(scale)).rounded()) ?? 0
    let rest = "\(hundredths % scale)"
    return "\(hundredths / scale)." + String(repeating: "0", count: decimals - rest.count) + rest
  }
}

/// The named value for which each node is computed.
///
/// Going back from the end, a node belongs to the first named node among its readers, or to the owner of its
/// readers. A node that leads to none, above all in the reverse pass, belongs to the site of the last value inside
/// a site that it reads, because it differentiates that; otherwise to the site of an operand.
func sites(of nodes: [Recorder.Node], needed: [Bool]) -> [String?] {
  let none = nodes.count
  var owner = Array(repeating: none, count: nodes.count)
  for id in nodes.indices.reversed() where needed[id] {
    if nodes[id].label != nil { owner[id] = id }
    for operand in nodes[id].operands { owner[operand] = min(owner[operand], owner[id]) }
  }
  let isForward = owner.map { $0 < none }
  for id in nodes.indices where needed[id] && !isForward[id] {
    let operands = nodes[id].operands.filter { owner[$0] < none }
    let inside = operands.filter { isForward[$0] && nodes[$0].label == nil }
    let source = inside.max() ?? operands.first { !isForward[$0] } ?? operands.first
    owner[id] = source.map { owner[$0] } ?? none
  }
  return owner.map { $0 < none ? nodes[$0].label : nil }
}
