import Foundation
import PPL

/// The innovation d, the difference of observations and forecast, with its distribution: d ~ Normal(0, S).
struct Innovation {
  /// The lower factor L of S, `[m, m]`.
  let factor: Tensor
  /// The whitened innovation L⁻¹ d, `[m]`.
  let whitened: Tensor

  /// An innovation with its covariance.
  ///
  /// - Parameters:
  ///   - difference: The difference y - H m, `[m]`.
  ///   - covariance: The innovation covariance H B Hᵀ + R, `[m, m]`.
  init(_ difference: Tensor, covariance: Tensor) {
    factor = cholesky(covariance)
    whitened = triangularSolve(factor, difference)
  }

  /// The log density log N(d; 0, S).
  var logDensity: Tensor {
    let normalizer = Tensor(0.5 * Double(whitened.count) * Foundation.log(2 * .pi))
    let logVolume = log(factor.diagonal()).sum()
    return -0.5 * square(whitened).sum() - logVolume - normalizer
  }
}
