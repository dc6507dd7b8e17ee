import Foundation
import PPL

/// What observations differ from their forecast by, with its law: d ~ Normal(0, S).
struct Innovation {
  /// The lower factor L of S, `[m, m]`.
  let factor: Tensor
  /// L⁻¹ d, `[m]`.
  let whitened: Tensor

  /// - Parameters:
  ///   - difference: y - H m, `[m]`.
  ///   - covariance: H B Hᵀ + R, `[m, m]`.
  init(_ difference: Tensor, covariance: Tensor) {
    factor = cholesky(covariance)
    whitened = triangularSolve(factor, difference)
  }

  /// log N(d; 0, S).
  var logDensity: Tensor {
    let normalizer = Tensor(0.5 * Double(whitened.count) * Foundation.log(2 * .pi))
    let logVolume = log(factor.diagonal()).sum()
    return -0.5 * square(whitened).sum() - logVolume - normalizer
  }
}
