import PPL
import Preconditions

/// The jitter of a covariance: a number on its diagonal that keeps its factorization away from rounding errors.
///
/// It is a fixed, small part of the model and never raised silently: a covariance without a Cholesky factor is a
/// `FactorizationError`, which names the nearly equal inputs.
struct Jitter: Sendable {
  /// The number added to the diagonal, in squared units of the process.
  let variance: Double

  /// A jitter that is not negative; another one is a mistake of the process.
  init(_ variance: Double) {
    holds(
      variance >= 0 && variance.isFinite,
      "GaussianProcess: jitter is \(variance), but must not be negative.")
    self.variance = variance
  }

  /// The packed lower triangle `[n (n + 1) / 2]` of a covariance plus jitter, made without the whole matrix.
  func added(toTriangle covariance: Tensor, rows n: Int) -> Tensor {
    var values = Array(repeating: 0.0, count: n * (n + 1) / 2)
    for row in 0..<n { values[row * (row + 3) / 2] = variance }
    return covariance + Tensor(values)
  }
}
