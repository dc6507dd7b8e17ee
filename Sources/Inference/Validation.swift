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

/// The requirement in words of a number that must be positive and finite, and is not.
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
func throwingMistakesAsErrors<R>(_ body: () throws -> R) throws -> R {
  do { return try catchingMistakes(body) } catch let mistake as Mistake {
    throw InferenceError.expression(mistake)
  }
}
