/// A pure transformation of gradients: what a fit adds to its parameters at each step.
///
/// Transformations chain, the first one applied first:
///
///     ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3))
///
/// All parameters of a fit are one flat vector.
public protocol Optimizer: Sendable {
  /// What is remembered from step to step; a value, so that a fit can go on from it with the same digits.
  associatedtype State: Sendable

  /// The state before the first step.
  func initialState(_ parameters: [Double]) -> State

  /// Turns a gradient into the next transformation's input, in the end into the change of the parameters.
  func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord)

  /// Makes `copy` equal to `state`: what a fit does before each step, to go back if the step fails.
  ///
  /// By default it assigns, and the next `update` must then allocate whatever arrays the two share. A state with arrays
  /// is better copied into those that `copy` has.
  func copy(_ state: State, to copy: inout State)
}

extension Optimizer {
  public func copy(_ state: State, to copy: inout State) { copy = state }

  /// This transformation, then another.
  public func then<Next: Optimizer>(_ next: Next) -> Chain<Self, Next> {
    Chain(first: self, next: next)
  }
}

/// Two transformations, one after the other.
public struct Chain<First: Optimizer, Next: Optimizer>: Optimizer {
  public struct State: Sendable {
    var first: First.State
    var next: Next.State
  }
  let first: First
  let next: Next

  public func initialState(_ parameters: [Double]) -> State {
    State(first: first.initialState(parameters), next: next.initialState(parameters))
  }
  public func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord) {
    first.update(&gradient, state: &state.first, record: &record)
    next.update(&gradient, state: &state.next, record: &record)
  }
  public func copy(_ state: State, to copy: inout State) {
    first.copy(state.first, to: &copy.first)
    next.copy(state.next, to: &copy.next)
  }
}

/// What one step of a fit did.
public struct StepRecord: Sendable, Equatable, Codable {
  /// The loss at the parameters before the step.
  public var loss: Double
  /// The Euclidean norm over all parameters, as the gradient came; 0 if no transformation measured it.
  public var gradientNorm: Double = 0
  /// How many entries were not a number and were set to 0.
  public var zeroed = 0
  /// Whether the gradient was shortened.
  public var isClipped = false

  public init(loss: Double) { self.loss = loss }
}

extension Chain.State: Codable where First.State: Codable, Next.State: Codable {}
