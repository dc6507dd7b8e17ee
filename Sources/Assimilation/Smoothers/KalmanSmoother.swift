import Autodiff
import LinearAlgebra

/// The Kalman smoother of Rauch, Tung and Striebel (RTS): the exact smoother of a linear model with normal errors.
///
///     G_k = A_k Fᵀ B_{k+1}⁻¹,    x^s_k = x_k + G_k (x^s_{k+1} - F x_k),    A^s_k = A_k + G_k (A^s_{k+1} - B_{k+1}) G_kᵀ
///
/// x_k and A_k are the analysis of the Kalman filter, B_{k+1} the covariance of the next forecast, and F the model between the
/// two. Directions in which B has no variance are left out of its inverse.
///
/// - Complexity: That of the filter, and O(*n³*) at each time.
/// - Reference: Rauch, Tung and Striebel (1965), *Maximum likelihood estimates of linear dynamic systems*, eqs. (3.27)-(3.30).
public struct KalmanSmoother: Smoother {
  /// A Kalman smoother, which has no settings.
  public init() {}

  public var name: String { "Kalman smoother" }

  public func smooth(
    _ observations: [Observations], times: [Int], with model: any DynamicalModel,
    from initial: InitialDistribution, key: RandomKey
  ) throws -> SmoothedStates {
    let (forecasts, analyses) = try filtered(
      KalmanFilter(), observations, times: times, with: model, from: initial, key: key)
    var smoothed = analyses
    for k in analyses.indices.dropLast().reversed() {
      guard let A = analyses[k].covariance, let B = forecasts[k + 1].covariance,
        let next = smoothed[k + 1].covariance
      else { throw FilterError.missing("covariance") }
      // A is symmetric, so that its rows, advanced, are those of A Fᵀ.
      var cross = A
      try model.advance(&cross, from: times[k], to: times[k + 1], noise: nil)
      let gain = Matrix.product(cross, try B.pseudoinverse())
      let change = zip(smoothed[k + 1].estimate, forecasts[k + 1].estimate).map(-)
      let increment = gain.multiplied(by: change)
      for i in increment.indices { smoothed[k].estimate[i] += increment[i] }
      var difference = next
      difference.add(B, scaledBy: -1)
      smoothed[k].covariance?.accumulateLower(
        Matrix.product(gain, difference), gain, transposingSecond: true)
      smoothed[k].covariance?.mirrorLowerTriangle()
    }
    return SmoothedStates(filtered: analyses, smoothed: smoothed)
  }
}

extension Matrix {
  /// The pseudoinverse of a covariance, without eigenvalues below 1e-13 of the largest.
  func pseudoinverse() throws(NoEigenvalues) -> Matrix {
    let eigen = try SymmetricEigen(self)
    let least = 1e-13 * max(0, eigen.values.last ?? 0)
    return eigen.applying { $0 > least ? 1 / $0 : 0 }
  }
}
