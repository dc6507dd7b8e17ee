/// What was measured of one case.
struct StepCost: Codable, Sendable {
  /// The middle and the best of a set of windows, in microseconds a step.
  struct Time: Codable, Sendable {
    let median, minimum: Double

    init(_ seconds: [Double]) {
      let sorted = seconds.sorted()
      median = 1e6 * sorted[sorted.count / 2]
      minimum = 1e6 * sorted[0]
    }
  }

  let name: String
  /// How many numbers the fit adjusts.
  let parameters: Int
  /// Operations of the recorded log density with its gradient, and the MiB they work in.
  let operations: Int
  let arena: Double
  let threadTime, wallTime: Time
  let windows: Int
  /// From a ready model to the end of its first step, in milliseconds of wall time.
  let firstStep: Double
  /// Allocations a step once the program replays; nil where they cannot be counted.
  let allocations: Double?
  /// Resident before the fit, and at most during it, in MiB; nil where the system does not say.
  let residentBefore, peak: Double?
  /// Processes that wanted the machine, one-minute mean, when the case began.
  let load: Double
}
