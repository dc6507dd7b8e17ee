import PPL
import Preconditions

// Set-ups are values that keep what they were given. Where a fit, a search or a prediction begins, and can throw, they
// are asked to validate themselves; what is used in a loop of one's own reports a mistake instead.

/// Checks a value that something was made with.
///
///     try demand(scale > 0, of: "AutoNormal", "scale is \(scale)", "must be positive")
///
/// - Throws: `InferenceError.argument` unless the condition holds.
func demand(
  _ condition: Bool, of owner: String, _ found: @autoclosure () -> String, _ requirement: String
) throws(InferenceError) {
  if !condition { throw .argument(of: owner, found: found(), requirement: requirement) }
}

/// What a number needs that must be positive and finite.
func positive(_ value: Double) -> String {
  value == .infinity ? "must be finite" : "must be positive"
}

/// Checks the scale that a guide starts with.
///
/// - Throws: `InferenceError.argument` unless it is positive.
func demandScale(_ scale: Double, of guide: String) throws(InferenceError) {
  try demand(scale > 0 && scale.isFinite, of: guide, "scale is \(scale)", positive(scale))
}

/// Checks a number of draws or steps, each of which takes memory.
///
/// - Throws: `InferenceError.count` unless it is positive, `.memory` where it is beyond any machine.
func demandCount(_ count: Int, _ name: String) throws(InferenceError) {
  if count < 1 { throw .count(name, count) }
  // A draw takes at least its key, and what is kept of it: as much memory as eight numbers.
  if count > Tensor.largestCount / 8 { throw .memory(name, count) }
}

/// Runs `body`, whose first mistake in a tensor expression becomes an error at its end.
///
/// - Throws: `InferenceError.expression`; what `body` throws.
func typingMistakes<R>(_ body: () throws -> R) throws -> R {
  do { return try catchingMistakes(body) } catch let mistake as Mistake {
    throw InferenceError.expression(mistake)
  }
}

extension Optimizer {
  public func validate() throws(InferenceError) {}

  /// Reports a mistake where a number it was made with is not allowed: for a loop of one's own, where nothing throws.
  func reportInvalid() {
    do { try validate() } catch { reportMistake("\(error)") }
  }

  /// `update(_:state:step:)`, whose change and state must have the shapes that gradient and state came in.
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
