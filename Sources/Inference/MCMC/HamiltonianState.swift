import Foundation
import PPL

/// The state of a chain of Hamiltonian Monte Carlo, with the adaptation of step size and mass matrix.
public struct HamiltonianState: SamplerState {
  /// The unconstrained vector `[n]`.
  public internal(set) var position: [Double]
  /// The gradient of the log density there, `[n]`.
  public internal(set) var gradient: [Double]
  /// The log density there.
  public internal(set) var logDensity: Double
  /// The inverse mass matrix.
  public private(set) var massMatrix: MassMatrix
  /// The number of transitions made.
  public private(set) var iteration = 0
  /// The numbers of the last transition.
  var transition = HamiltonianTransition()

  private var adaptation: StepSizeAdaptation
  private var window: WindowDraws
  private let schedule: WarmupSchedule

  /// The step size of the next transition.
  public var stepSize: Double { adaptation.current }
  public var statistics: [Double] { transition.numbers }
  /// Whether the next transition belongs to the warm-up.
  public var isWarmingUp: Bool { iteration < schedule.count }

  /// The state at a point.
  ///
  /// - Parameter massMatrix: The inverse mass matrix until the first window of the warm-up ends; a diagonal matrix by the
  ///   gradient if nil.
  init(
    at point: [Double], massMatrix: MassMatrix? = nil, of density: borrowing GradientEvaluator,
    warmup: Int, key: RandomKey
  ) throws {
    position = point
    gradient = Array(repeating: 0, count: point.count)
    logDensity = try density.value(at: point, gradient: &gradient)
    self.massMatrix = massMatrix ?? MassMatrix(variances: gradient.map { 1 / (1 + abs($0)) })
    adaptation = StepSizeAdaptation(from: 0.1, iterations: warmup)
    window = WindowDraws(count: point.count)
    schedule = WarmupSchedule(warmup)
    if warmup > 0 { try restart(of: density, key) }
  }

  /// The point with momenta drawn anew.
  func phasePoint(key: RandomKey) -> PhasePoint {
    var force = gradient
    var scratch = gradient
    massMatrix.applyTranspose(gradient, &force, scratch: &scratch)
    return PhasePoint(
      position: position, momentum: key.normal([position.count]).scalars, gradient: gradient,
      force: force, logDensity: logDensity)
  }

  /// Evaluates the density anew, which has changed since the last transition.
  mutating func evaluate(_ density: borrowing GradientEvaluator) throws {
    logDensity = try density.value(at: position, gradient: &gradient)
  }

  /// Counts a transition, from which the warm-up learns.
  mutating func finish(
    _ transition: HamiltonianTransition, _ family: MassMatrix.Family, target: Double,
    of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    self.transition = transition
    self.transition.stepSize = stepSize
    let wasWarmingUp = isWarmingUp
    iteration += 1
    guard wasWarmingUp else { return }
    adaptation.update(acceptance: transition.acceptance, target: target)
    if iteration > schedule.start, iteration <= schedule.ends.last ?? 0 {
      window.append(position, gradient)
    }
    if schedule.ends.contains(iteration) {
      if let estimate = window.estimate(family) {
        massMatrix = estimate
        try restart(of: density, key)
      }
      window.removeAll()
    }
    if iteration == schedule.count { adaptation.finish() }
  }

  /// Begins the adaptation of the step size anew, at a step size whose first step is accepted with a probability near 0.8.
  private mutating func restart(of density: borrowing GradientEvaluator, _ key: RandomKey) throws {
    let start = phasePoint(key: key)
    let energy = start.energy
    var scratch = start.momentum
    var (size, direction) = (stepSize, 0)
    for _ in 0..<60 {
      var point = start
      try point.leap(size, massMatrix, density, &scratch)
      let change = energy - point.energy
      let isAccepted = change > Foundation.log(0.8)
      if direction == 0 { direction = isAccepted ? 1 : -1 }
      if isAccepted != (direction == 1) { break }
      size *= direction == 1 ? 2 : 0.5
    }
    adaptation = StepSizeAdaptation(from: size, iterations: schedule.count - iteration)
  }
}

extension Sampler where State == HamiltonianState {
  /// Evaluates the density and its gradient at the position anew.
  ///
  /// - Throws: What the model throws where it is recorded anew.
  public func refresh(
    _ state: inout HamiltonianState, of density: borrowing GradientEvaluator
  ) throws {
    try state.evaluate(density)
  }

  /// The names of the numbers of a transition: acceptance, step size, energy, tree depth, gradients and divergence.
  public var statistics: [String] { HamiltonianTransition.names }

  /// The state at a point, with the step size at which a first step is accepted with a probability near 0.8.
  ///
  /// - Throws: What the model throws where it is recorded anew.
  public func initialState(
    at point: [Double], of density: borrowing GradientEvaluator, warmup: Int, key: RandomKey
  ) throws -> HamiltonianState {
    try HamiltonianState(at: point, of: density, warmup: warmup, key: key)
  }

  /// The state at a point, with a mass matrix that the windows of the warm-up replace.
  ///
  /// - Throws: What the model throws where it is recorded anew.
  public func initialState(
    at point: [Double], massMatrix: MassMatrix, of density: borrowing GradientEvaluator,
    warmup: Int, key: RandomKey
  ) throws -> HamiltonianState {
    try HamiltonianState(
      at: point, massMatrix: massMatrix, of: density, warmup: warmup, key: key)
  }
}

/// The numbers of one transition of Hamiltonian Monte Carlo.
struct HamiltonianTransition: Sendable, Codable {
  /// The mean acceptance probability over the trajectory.
  var acceptance = 0.0
  var stepSize = 0.0
  /// The total energy at the new point.
  var energy = 0.0
  /// The number of doublings of the trajectory.
  var depth = 0
  /// The number of leapfrog steps, each of one gradient.
  var gradients = 0
  /// Whether the energy rose by more than 1,000, as it does where the step size is too large for the curvature.
  var isDivergent = false

  static let names = ["acceptance", "step_size", "energy", "tree_depth", "gradients", "divergent"]
  var numbers: [Double] {
    [acceptance, stepSize, energy, Double(depth), Double(gradients), isDivergent ? 1 : 0]
  }
  /// The rise of the energy beyond which a transition is divergent.
  static let largestRise = 1_000.0
}

/// A point that a transition may end at.
struct Proposal {
  var position, gradient: [Double]
  var logDensity, energy: Double

  init(_ point: PhasePoint, energy: Double) {
    (position, gradient) = (point.position, point.gradient)
    (logDensity, self.energy) = (point.logDensity, energy)
  }

  /// Copies a point in place.
  mutating func set(_ point: PhasePoint, energy: Double) {
    for i in position.indices {
      position[i] = point.position[i]
      gradient[i] = point.gradient[i]
    }
    (logDensity, self.energy) = (point.logDensity, energy)
  }
}
