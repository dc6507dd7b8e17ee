import PPL
import Preconditions

/// A transformation of gradients: an optimizer, or a part of one that scales or clips its gradient.
///
/// Transformations chain, the first one applied first; the last one gives the change of the parameters:
///
///     ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3))
///
/// A transformation computes with tensors, and is recorded and replayed with the rest of a step. It must not read their
/// values.
///
/// - Reference: Optax, `GradientTransformation`.
public protocol GradientTransformation: Sendable {
  /// The state before the first step, any number of tensors; by default none.
  func initialState(_ parameters: ParameterVector) -> [Tensor]

  /// Transforms a gradient; the result is the input of the next transformation or, of the last, the change of the parameters.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to all parameters, `[P]`.
  ///   - state: The tensors of `initialState(_:)`, in their shapes.
  ///   - step: The parameters and loss before the step, and the numbers for its record.
  /// - Returns: The transformed gradient, `[P]`.
  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor

  /// Checks the settings; called by a fit before its first step. By default all are allowed.
  ///
  /// - Throws: `InferenceError.argument`.
  func validate() throws(InferenceError)
}

extension GradientTransformation {
  public func validate() throws(InferenceError) {}

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return []
  }

  /// Reports a mistake if a setting is invalid, for custom loops, which cannot throw.
  func reportInvalid() {
    do { try validate() } catch { reportMistake("\(error)") }
  }

  /// Calls `update(_:state:step:)` and checks that change and state have the shapes of gradient and state.
  func change(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let before = state
    let change = update(gradient, state: &state, step: &step)
    let name = String(String(describing: Self.self).prefix { $0 != "<" })
    let isState = holds(
      state.map(\.shape) == before.map(\.shape),
      "\(name): update(_:state:step:) left a state of shapes \(state.map(\.shape)), but it began with "
        + "\(before.map(\.shape)); keep those of initialState(_:).")
    let isChange = holds(
      change.shape == gradient.shape,
      "\(name): update(_:state:step:) returned a change of shape \(change.shape), but the gradient has "
        + "\(gradient.shape); return one number for each parameter.")
    if !isState { state = before }
    return isChange ? change : gradient
  }
}

/// All parameters of a fit in one flat vector, with the names of its parts.
public struct ParameterVector: Sendable {
  /// A parameter and its elements of the vector.
  public struct Part: Sendable, Equatable {
    /// The name that the guide or the model gives the parameter.
    public let name: String
    /// The elements of the parameter in the vector.
    public let range: Range<Int>

    /// The parameter `name` at these elements.
    public init(name: String, range: Range<Int>) { (self.name, self.range) = (name, range) }
  }

  /// The parameters in the order of the vector; their ranges cover it.
  public let parts: [Part]
  /// The unconstrained values of all parameters, `[P]`.
  public let values: Tensor

  init(parts: [Part], values: Tensor) { (self.parts, self.values) = (parts, values) }

  /// Parameters of any shapes, one after the other.
  public init(_ parameters: [(name: String, value: Tensor)]) {
    var parts: [Part] = []
    for (name, value) in parameters {
      let start = parts.last?.range.upperBound ?? 0
      parts.append(Part(name: name, range: start..<start + value.count))
    }
    let flat = parameters.map { $0.value.reshaped(to: [-1]) }
    self.init(parts: parts, values: flat.isEmpty ? Tensor([]) : concatenate(flat))
  }
}

/// A step for a gradient transformation: its parameters and loss, and the numbers for its record.
public struct OptimizerStep: Sendable {
  /// The parameters before the step.
  public let parameters: ParameterVector
  /// The loss at those parameters, a scalar.
  public let loss: Tensor

  /// The Euclidean norm of the gradient over all parameters, before clipping.
  public var gradientNorm: Tensor = 0
  /// The number of gradient entries that were not a number and were set to 0.
  public var zeroed: Tensor = 0
  /// A flag, 1 if the gradient was clipped.
  public var isClipped: Tensor = 0
  /// A flag, 1 if the step was skipped, by at least one group of parameters.
  public var isSkipped: Tensor = 0

  /// A step at these parameters, whose loss is a scalar.
  public init(parameters: ParameterVector, loss: Tensor) {
    (self.parameters, self.loss) = (parameters, loss)
  }
}

extension GradientTransformation {
  /// The chain of this transformation and another.
  public func then(_ next: some GradientTransformation) -> some GradientTransformation {
    Chain(first: self, next: next)
  }
}

/// A chain of two transformations; the state of the first comes first.
private struct Chain<First: GradientTransformation, Next: GradientTransformation>:
  GradientTransformation
{
  let first: First
  let next: Next

  func initialState(_ parameters: ParameterVector) -> [Tensor] {
    first.initialState(parameters) + next.initialState(parameters)
  }

  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    let count = first.initialState(step.parameters).count
    var (own, others) = (Array(state.prefix(count)), Array(state.dropFirst(count)))
    let filtered = first.change(gradient, state: &own, step: &step)
    let change = next.change(filtered, state: &others, step: &step)
    state = own + others
    return change
  }

  func validate() throws(InferenceError) {
    try first.validate()
    try next.validate()
  }
}
