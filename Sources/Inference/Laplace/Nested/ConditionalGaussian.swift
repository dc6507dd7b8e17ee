import Foundation
import LinearAlgebra
import PPL

/// The Gaussian approximation of p(x | θ, y) at its mode, with the Laplace approximation of log p(θ, y).
///
///     log p(θ, y) ≈ log p(x*, θ, y) + n/2 log 2π - 1/2 log det(-H)
///
/// - Reference: Tierney and Kadane (1986), *Accurate approximations for posterior moments and marginal densities*, §2; Rue,
///   Martino and Chopin (2009), eq. (3).
struct ConditionalGaussian: Sendable {
  /// The unconstrained hyperparameters θ.
  let theta: [Double]
  /// The conditional mode x*, `[n]`.
  let mode: [Double]
  /// The factor of the precision -H at the mode.
  let precision: CholeskyFactor
  /// The log of p(x*, θ, y).
  let logJoint: Double
  /// The steps of Newton's method, and how many Hessians were computed.
  let steps, hessians: Int

  private var logNormalizer: Double {
    0.5 * (precision.logDeterminant - Double(mode.count) * log(2 * Double.pi))
  }
  /// The approximation of log p(θ, y).
  var logMarginal: Double { logJoint - logNormalizer }

  /// Draws of x `[count, n]` with their log densities, from standard normals `[count, n]`.
  ///
  /// - Complexity: O(*count n²*) and one product with the factor.
  func draws(_ normals: Matrix) -> (x: Matrix, logDensities: [Double]) {
    // -H = L Lᵀ, so that L⁻ᵀ z = (L Lᵀ)⁻¹ L z.
    var x = Matrix.product(normals, precision.lowerTriangle, transposingSecond: true)
    precision.solve(rows: &x)
    let (count, own) = (mode.count, mode)
    x.withMutableScalars { scalars in
      for i in scalars.indices { scalars[i] += own[i % count] }
    }
    let logDensities = (0..<normals.rows).map { row in
      logNormalizer - 0.5 * normals.row(row).reduce(0) { $0 + $1 * $1 }
    }
    return (x, logDensities)
  }
}
