import Autodiff
import LinearAlgebra

/// The rotation of the members' deviations after a deterministic analysis.
public enum EnsembleRotation: Sendable, Equatable {
  /// Deviations without a rotation.
  case none
  /// A random rotation that keeps mean and covariance, so that no member stays an outlier.
  ///
  /// - Reference: Sakov and Oke (2008), *Implications of the form of the ensemble transformation in the ensemble square root
  ///   filters*, section 4.
  case random

  /// Rotates the members, in place.
  func apply(to anomalies: inout Matrix, key: RandomKey) {
    guard self == .random, anomalies.rows > 1 else { return }
    anomalies = Matrix.product(meanPreservingRotation(anomalies.rows, key: key), anomalies)
  }
}

/// A random orthogonal matrix, `[N, N]`, uniform among those that map (1, ..., 1) to itself.
///
/// Two orthonormal bases begin with (1, ..., 1) / sqrt(N), one of them random; the matrix takes one to the other.
///
/// - Complexity: O(N³).
func meanPreservingRotation(_ count: Int, key: RandomKey) -> Matrix {
  var numbers = key.normal([count, count]).scalars
  for k in 0..<count { numbers[k] = 1 }
  let basis = Matrix(rows: count, columns: count, numbers).orthonormalizedRows()
  // The other basis: the reflection H = I - 2 u uᵀ that takes the first axis to (1, ..., 1) / sqrt(N).
  var u = Array(repeating: -1 / Double(count).squareRoot(), count: count)
  u[0] += 1
  let length = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
  for k in u.indices { u[k] /= length }
  // basisᵀ H
  var rotation = basis.transposed()
  let image = Matrix(rows: count, columns: 1, rotation.multiplied(by: u))
  rotation.accumulate(image, Matrix(rows: 1, columns: count, u), scaledBy: -2)
  return rotation
}
