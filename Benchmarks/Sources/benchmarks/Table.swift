import Foundation

/// Results as lines of text.
enum Table {
  static var header: String {
    line(
      "case", ["median", "minimum", "wall", "first", "peak", "added", "allocs", "ops", "load"])
  }

  static func row(_ cost: StepCost) -> String {
    let added = cost.peak.flatMap { peak in cost.residentBefore.map { peak - $0 } }
    return line(
      cost.name,
      [
        number(cost.threadTime.median), number(cost.threadTime.minimum),
        number(cost.wallTime.median), number(cost.firstStep), cost.peak.map(number) ?? "-",
        added.map(number) ?? "-", cost.allocations.map(number) ?? "-", "\(cost.operations)",
        number(cost.load),
      ])
  }

  static let legend = """

    median, minimum: microseconds of thread CPU a step; wall: median of wall time. first: milliseconds from the
    model to the end of the first step. peak, added: MiB resident at most, and how much of it came with the fit.
    allocs: allocations a step. ops: operations of log density and gradient. load: how busy the machine was.
    """

  private static func line(_ name: String, _ columns: [String]) -> String {
    let padded = columns.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }
    return name.padding(toLength: 15, withPad: " ", startingAt: 0) + padded.joined()
  }

  private static func number(_ value: Double) -> String {
    String(format: value < 100 ? "%.2f" : "%.0f", value)
  }
}
