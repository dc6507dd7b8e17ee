import ArgumentParser
import Foundation

/// Steps of every case, each in a process of its own so that its memory is its own.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time, memory and allocations of a step.")

  @Option(name: .customLong("case"), help: "A case; may be repeated. All, if none is given.")
  var cases: [Case] = []

  @Option(help: "How long to measure each case, in seconds.")
  var seconds: Double?

  @Flag(help: "A few tenths of a second for each case, without the large ones.")
  var quick = false

  @Option(help: "Where to write the results as JSON.")
  var json: String?

  func validate() throws {
    if let seconds, !(seconds > 0) { throw ValidationError("--seconds must be positive.") }
  }

  func run() throws {
    let seconds = seconds ?? (quick ? 0.2 : 3)
    let small = Case.all.filter {
      !["gev-500", "gev-1000", "gp-regression", "grid-40x40-dense", "network"].contains($0.name)
    }
    let chosen = !cases.isEmpty ? cases : quick ? small : Case.all
    print(Table.header)
    var costs: [StepCost] = []
    for one in chosen {
      let isAlone = chosen.count == 1
      let cost = try isAlone ? one.measured(seconds: seconds) : child(one, seconds)
      print(Table.row(cost))
      costs.append(cost)
    }
    print(Table.legend)
    if let json { try encoded(costs).write(to: URL(filePath: json)) }
  }

  private func encoded(_ costs: [StepCost]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(costs)
  }

  /// Runs this program for one case and reads what it found.
  private func child(_ one: Case, _ seconds: Double) throws -> StepCost {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0])
    process.arguments = ["--case", one.name, "--seconds", "\(seconds)", "--json", file.path]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ChildFailure(name: one.name) }
    let costs = try JSONDecoder().decode([StepCost].self, from: Data(contentsOf: file))
    guard let cost = costs.first else { throw ChildFailure(name: one.name) }
    return cost
  }
}

/// A case whose process did not end as it should.
struct ChildFailure: Error, CustomStringConvertible {
  let name: String
  var description: String { "case \(name) failed; run it alone with --case \(name) to see why." }
}
