import CAllocations
import Foundation
import Inference
import PPL

/// The allocations of the transitions of one sampler, by their leapfrog steps.
///
/// A transition allocates its momenta and the ends of its trajectory, and each doubling of a trajectory its random numbers. What
/// a leapfrog step allocates is the slope of the allocations over the steps, beside a constant and a slope over the doublings.
/// Steps are short, so that trajectories have tens of them and of different number.
struct LeapfrogAllocations {
  let sampler: String
  /// The means over the transitions.
  let steps, allocations: Double
  /// The allocations of a leapfrog step; NaN where all transitions have as many steps.
  let perStep: Double

  /// A step may allocate nothing; buffers that only some trajectories need leave a slope below this.
  static let limit = 0.02

  /// Whether no step allocates.
  var isWithinLimit: Bool { abs(perStep) <= Self.limit }

  /// The allocations of a sampler at its first step size, 0.1.
  init(
    _ name: String, _ sampler: some Sampler, of density: LogDensity, from point: [Double],
    transitions: Int
  ) throws {
    let evaluator = density.evaluator()
    let keys = RandomKey(0).split(Self.first + transitions)
    var state = try sampler.initialState(
      at: point, of: evaluator, warmup: 0, key: RandomKey(1))
    let names = sampler.statistics
    let (depth, gradients) = (
      names.firstIndex(of: "tree_depth") ?? 0, names.firstIndex(of: "gradients") ?? 0
    )
    var (depths, steps, allocations): ([Double], [Double], [Double]) = ([], [], [])
    for (index, key) in keys.enumerated() {
      let before = benchmark_allocation_count()
      try sampler.step(&state, of: evaluator, key: key)
      let count = benchmark_allocation_count() - before
      guard index >= Self.first else { continue }
      let found = state.statistics
      depths.append(found[depth])
      steps.append(found[gradients])
      allocations.append(Double(count))
    }
    (self.sampler, self.steps) = (name, Self.mean(steps))
    self.allocations = Self.mean(allocations)
    // What the depth says of both is taken from both first.
    perStep = Self.slope(
      Self.residuals(allocations, by: depths), by: Self.residuals(steps, by: depths))
  }

  /// The number of transitions that are not counted, in which the chain finds the posterior.
  private static let first = 50

  private static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

  private static func centred(_ x: [Double]) -> [Double] { x.map { $0 - mean(x) } }

  private static func slope(_ y: [Double], by x: [Double]) -> Double {
    let (x, y) = (centred(x), centred(y))
    return zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }
  }

  /// What a line in x does not explain of y.
  private static func residuals(_ y: [Double], by x: [Double]) -> [Double] {
    let slope = slope(y, by: x)
    return zip(centred(y), centred(x)).map { $0 - (slope.isFinite ? slope * $1 : 0) }
  }

  /// The allocations of every sampler that makes leapfrog steps.
  static func all(
    of model: Model<some Sendable>, start: Initialization, transitions: Int
  ) throws -> [LeapfrogAllocations] {
    let density = try LogDensity(model)
    let point = density.vector.flat(try density.logJoint.start(start, key: RandomKey(0))).scalars
    func measured(_ name: String, _ sampler: some Sampler) throws -> LeapfrogAllocations {
      try LeapfrogAllocations(name, sampler, of: density, from: point, transitions: transitions)
    }
    return [
      try measured("NUTS", NUTS()), try measured("HMC", HMC(trajectoryLength: 3)),
      try measured("WALNUTS", WALNUTS()),
    ]
  }

  static let header = Self.line("sampler", ["steps", "allocations", "a step"])

  /// The line of a table.
  var line: String {
    Self.line(
      sampler,
      [("%.1f", steps), ("%.1f", allocations), ("%.4f", perStep)].map { format, number in
        String(format: format, number)
      })
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    let padded = cells.map { String(repeating: " ", count: max(0, 13 - $0.count)) + $0 }
    return "  " + name.padding(toLength: 12, withPad: " ", startingAt: 0) + padded.joined()
  }
}
