import PPL
import Preconditions

// Settings are values that keep what they were given. They are validated at the start of a fit, a search or a prediction,
// which can throw; in custom loops a mistake is reported instead.

/// Checks a setting.
///
///     try demand(scale > 0, of: "AutoNormal", "scale is \(scale)", "must be positive")
///
/// - Throws: `InferenceError.argument` unless the condition holds.
func demand(
  _ condition: Bool, of owner: String, _ found: @autoclosure () -> String, _ requirement: String
) throws(InferenceError) {
  if !condition { throw .argument(of: owner, found: found(), requirement: requirement) }
}

/// The violated requirement, as text, of a number that must be positive and finite.
func positive(_ value: Double) -> String {
  value == .infinity ? "must be finite" : "must be positive"
}

/// Checks the starting scale of a guide.
///
/// - Throws: `InferenceError.argument` unless it is positive.
func demandScale(_ scale: Double, of guide: String) throws(InferenceError) {
  try demand(scale > 0 && scale.isFinite, of: guide, "scale is \(scale)", positive(scale))
}

/// Checks a number of draws or steps, each of which takes memory.
///
/// - Throws: `InferenceError.count` unless it is positive, `.memory` if it does not fit into any machine.
func demandCount(_ count: Int, _ name: String) throws(InferenceError) {
  if count < 1 { throw .count(name, count) }
  // A draw takes at least the memory of eight numbers, for its key and its values.
  if count > Tensor.largestCount / 8 { throw .memory(name, count) }
}

/// Runs `body`, whose first mistake in a tensor expression becomes an error at its end.
///
/// - Throws: `InferenceError.expression`; what `body` throws.
func throwingMistakesAsErrors<R>(_ body: () throws -> R) throws -> R {
  do { return try catchingMistakes(body) } catch let mistake as Mistake {
    throw InferenceError.expression(mistake)
  }
}
