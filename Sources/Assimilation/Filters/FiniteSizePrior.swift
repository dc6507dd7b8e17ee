import Foundation
import LinearAlgebra

/// The finite-size prior of an ensemble: the prior of the weights of its deviations when the covariance of the truth is
/// uncertain, because the ensemble is finite.
///
///     -log p(w) = (N - 1) c / 2 log(ε + wᵀ w),    ε = x (N + 1) / N / m,    c = x N / (N - 1) m
///
/// Its mode is that of a normal prior with the precision ζ in place of N - 1: an inflation sqrt((N - 1) / ζ) of the deviations,
/// which depends on the innovations. m corrects the mode, so that there is no inflation where observations say nothing; the
/// certainty x multiplies the number of members that the prior trusts.
///
/// - Reference: Bocquet (2011), *Ensemble Kalman filtering without the intrinsic need for inflation*; Bocquet, Raanes and
///   Hannart (2015), *Expanding the validity of the ensemble Kalman filter without the intrinsic need for inflation*, eqs.
///   (25)-(36); Raanes, Bocquet and Carrassi (2019), *Adaptive covariance inflation in the ensemble Kalman filter by Gaussian
///   scale mixtures*, section 2, for the certainty.
struct FiniteSizePrior {
  /// The degrees of freedom of the ensemble, N - 1.
  private let degrees: Double
  /// The coefficients ε and c.
  private let epsilon, slope: Double
  /// The eigenvalues of S Sᵀ, `[N]`, not negative.
  private let eigenvalues: [Double]

  /// The prior for an ensemble whose scaled deviations S at the observations have these eigenvalues of S Sᵀ, `[N]`.
  init(eigenvalues: [Double], certainty: Double) {
    let count = Double(eigenvalues.count)
    degrees = count - 1
    // Rounding may leave eigenvalues of 0 a little below it.
    self.eigenvalues = eigenvalues.map { max(0, $0) }
    let (plain, factor) = ((count + 1) / count, count / (count - 1))
    // The share of the prior in the analysis, from 0 for exact observations to 1 for none.
    var share = 0.0
    for value in self.eigenvalues { share += degrees / (degrees + value) / count }
    let correction = pow(plain / factor, share).squareRoot()
    (epsilon, slope) = (certainty * plain / correction, certainty * factor * correction)
  }

  /// The precision ζ at weights w, `[N]`.
  func precision(at weights: [Double]) -> Double {
    degrees * slope / (epsilon + weights.reduce(0) { $0 + $1 * $1 })
  }

  /// The precision ζ at the mode of the weights' posterior, for linear observations.
  ///
  /// The mode is the least value of the dual cost in t = log((N - 1) / ζ):
  ///
  ///     f(t) = ε exp(-t) + c t - sum_k z_k² / (N - 1) / (λ_k + (N - 1) exp(-t))
  ///
  /// which may have several minima: the least value on a grid of t is refined by bisection of f'. Inflations of deviations by
  /// more than exp(7) are not found.
  ///
  /// - Parameter projections: The projections z of S d on the eigenvectors, `[N]`, with d the scaled innovations.
  func precision(projections z: [Double]) -> Double {
    let value = { (t: Double) in
      var sum = epsilon * exp(-t) + slope * t
      let precision = degrees * exp(-t)
      for k in z.indices { sum -= z[k] * z[k] / (degrees * (eigenvalues[k] + precision)) }
      return sum
    }
    let slopeAt = { (t: Double) in
      let precision = degrees * exp(-t)
      var sum = slope - epsilon * exp(-t)
      for k in z.indices {
        let root = z[k] / (eigenvalues[k] + precision)
        sum -= exp(-t) * root * root
      }
      return sum
    }
    // f falls below the mode of the prior.
    let (start, step) = (log(epsilon / slope), 0.05)
    var (least, place) = (value(start), start)
    for k in 1...280 {
      let t = start + step * Double(k)
      let other = value(t)
      if other < least { (least, place) = (other, t) }
    }
    var (low, high) = (max(start, place - step), place + step)
    for _ in 0..<60 where high > low {
      let middle = (low + high) / 2
      if slopeAt(middle) < 0 { low = middle } else { high = middle }
    }
    return degrees * exp(-(low + high) / 2)
  }
}
