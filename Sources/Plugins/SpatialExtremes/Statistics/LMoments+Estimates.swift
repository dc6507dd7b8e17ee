import Distributions
import Foundation
import PPL

/// Estimates of distributions by equating their L-moments to those of a sample; scalars in the units of the sample.
extension LMoments {
  /// The Gumbel distribution with this mean and L-scale: `scale = λ₂ / log 2`.
  ///
  /// - Throws: `StatisticsError.noEstimate` for numbers that are all equal.
  /// - Reference: Hosking (1990), table 2.
  public func gumbel() throws(StatisticsError) -> Gumbel {
    guard scale > 0 else { throw .noEstimate("Gumbel distribution") }
    let sigma = scale / log(2)
    return Gumbel(Tensor(mean - eulerGamma * sigma), Tensor(sigma))
  }

  /// The GEV distribution with this mean, L-scale and L-skewness τ.
  ///
  ///     τ = 2 (1 - 3^-k) / (1 - 2^-k) - 3,    k = -shape
  ///
  /// The equation is solved to the last digit, which Hosking's cubic approximates to 9e-4.
  ///
  /// - Throws: `StatisticsError.noEstimate` for numbers that are all equal, or an L-skewness outside (-1, 1).
  /// - Reference: Hosking (1990), table 2; Hosking, Wallis and Wood (1985), *Estimation of the generalized extreme-value
  ///   distribution by the method of probability-weighted moments*.
  public func gev() throws(StatisticsError) -> GEV {
    guard scale > 0, abs(skewness) < 1 else {
      throw .noEstimate("GEV distribution")
    }
    func ratio(_ k: Double, _ base: Double) -> Double {
      // (1 - base^-k) / k, with its limit.
      k == 0 ? log(base) : -expm1(-k * log(base)) / k
    }
    // The skewness falls with k, from 1 at -1 to -1 at infinity.
    var (low, high) = (-1.0, 100.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { break }
      if 2 * ratio(middle, 3) / ratio(middle, 2) - 3 > skewness {
        low = middle
      } else {
        high = middle
      }
    }
    let k = 0.5 * (low + high)
    let gamma = tgamma(1 + k)
    let sigma = scale / (ratio(k, 2) * gamma)
    // (1 - Γ(1 + k)) / k, whose difference loses its digits near 0.
    let offset = abs(k) < 1e-6 ? eulerGamma - 0.9890559953279725 * k : (1 - gamma) / k
    return GEV(Tensor(mean - sigma * offset), Tensor(sigma), Tensor(-k))
  }

  /// The GEV distribution of `gev()` with its shape drawn towards 0 until all numbers are inside the support, as a start of
  /// a likelihood must have them; some samples of real maxima lie beyond the end that their L-moments give.
  ///
  /// - Parameter sample: The numbers.
  /// - Throws: As `gev()`.
  public func gev(containing sample: [Double]) throws(StatisticsError) -> GEV {
    let own = try gev()
    let (mu, sigma, xi) = (own.location.scalar, own.scale.scalar, own.shape.scalar)
    // The end is where this share is 1.
    let share = sample.reduce(0) { max($0, -xi * ($1 - mu) / sigma) }
    return share < 0.95 ? own : GEV(own.location, own.scale, Tensor(xi * 0.95 / share))
  }

  /// The generalized Pareto distribution with this mean and L-scale above a known threshold, or with this L-skewness too.
  ///
  /// - Parameter threshold: The threshold; estimated if nil.
  /// - Throws: `StatisticsError.noEstimate` for numbers that are all equal, or a threshold that is not below their mean.
  /// - Reference: Hosking and Wallis (1987), *Parameter and quantile estimation for the generalized Pareto distribution*, §3;
  ///   Hosking (1990), table 2.
  public func generalizedPareto(
    threshold: Double? = nil
  ) throws(StatisticsError) -> GeneralizedPareto {
    guard scale > 0, abs(skewness) < 1, threshold ?? -.infinity < mean else {
      throw .noEstimate("generalized Pareto distribution")
    }
    let k = threshold.map { (mean - $0) / scale - 2 } ?? (1 - 3 * skewness) / (1 + skewness)
    let location = threshold ?? mean - (2 + k) * scale
    return GeneralizedPareto(
      Tensor(location), Tensor((1 + k) * (mean - location)), Tensor(-k))
  }
}

private let eulerGamma = 0.5772156649015329
