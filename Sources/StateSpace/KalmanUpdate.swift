import Foundation
import PPL

/// The Kalman update of a forecast mean, in tensors: innovation, gain and likelihood.
///
///     d = y - H m,    S = H B Hᵀ + R = L Lᵀ,    K = B Hᵀ S⁻¹ = Vᵀ L⁻ᵀ,    V = L⁻¹ H B
struct KalmanUpdate {
  /// The lower factor L of the innovation covariance, `[m, m]`.
  let factor: Tensor
  /// The whitened innovation L⁻¹ d, `[m]`.
  let whitened: Tensor
  /// The whitened rows V of the covariance, `[m, n]`.
  let rows: Tensor

  /// The update of a mean, `[n]`, by observations, from the rows H B of the covariance, `[m, n]`.
  init(_ mean: Tensor, _ observations: PresentObservations, rows HB: Tensor) {
    let H = observations.observing
    factor = cholesky(H(HB) + observations.variances.diagonalMatrix())
    whitened = triangularSolve(factor, observations.values - H(mean))
    rows = triangularSolve(factor, HB)
  }

  /// The increment K d of the mean, `[n]`.
  var increment: Tensor { matmul(whitened, rows) }

  /// The likelihood of the observations, log N(d; 0, S), with their chi-square dᵀ S⁻¹ d.
  var likelihood: ObservationLikelihood {
    let chiSquare = square(whitened).sum()
    let normalizer = Tensor(0.5 * Double(whitened.count) * Foundation.log(2 * .pi))
    let logVolume = log(factor.diagonal()).sum()
    return ObservationLikelihood(
      logDensity: -0.5 * chiSquare - logVolume - normalizer, chiSquare: chiSquare,
      count: whitened.count)
  }
}

/// The likelihood of the observations of one time.
struct ObservationLikelihood: Sendable {
  let logDensity, chiSquare: Tensor
  /// The number of observations.
  let count: Int

  /// That of no observations.
  static let none = ObservationLikelihood(logDensity: 0, chiSquare: 0, count: 0)
}
