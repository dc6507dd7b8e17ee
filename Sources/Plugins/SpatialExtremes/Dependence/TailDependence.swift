import Foundation
import PPL

/// The joint exceedances of pairs of stations at a level u, in the data and in the model.
///
///     chi(u) = P(V > u | U > u)
///
/// with the probability integral transforms U and V of two stations in one year, averaged over all pairs. Independent stations
/// have 1 - u.
///
/// - Reference: Coles, Heffernan and Tawn (1999), *Dependence measures for extreme value analyses*, Extremes 2(4), §3.
struct TailDependence: Sendable, Equatable {
  /// The level u.
  let level: Double
  /// chi(u) of the data; NaN without an exceedance.
  let ofData: Double
  /// The standard error of `ofData`, by leaving out years.
  let error: Double
  /// The number of exceedances.
  let exceedances: Int
  /// chi(u) of the model.
  let ofModel: Double

  /// The exceedances of a level.
  ///
  /// - Parameters:
  ///   - level: The level u.
  ///   - years: The normal scores of each year, those that are not missing.
  ///   - stations: The number of stations *S*.
  ///   - correlations: The correlation of the scores under the model, `[S, S]` row-major; nil for independent stations.
  init(
    _ level: Double, _ years: [[Double]], stations: Int, _ correlations: [Double]? = nil
  ) {
    let threshold = normalQuantile(Tensor(level)).scalar
    // Of k exceedances among m stations, k (k - 1) ordered pairs are joint, of k (m - 1) with one.
    let counts = years.map { year in
      let k = Double(year.count { $0 > threshold })
      return (joint: k * (k - 1), one: k * Double(year.count - 1), k: k)
    }
    let (joint, one) = (
      counts.reduce(0) { $0 + $1.joint }, counts.reduce(0) { $0 + $1.one }
    )
    self.level = level
    exceedances = Int(counts.reduce(0) { $0 + $1.k })
    ofData = one > 0 ? joint / one : .nan
    let others = counts.compactMap { one > $0.one ? (joint - $0.joint) / (one - $0.one) : nil }
    let (n, mean) = (Double(others.count), others.reduce(0, +) / Double(max(others.count, 1)))
    let squares = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    error = n > 1 ? ((n - 1) / n * squares).squareRoot() : .nan
    ofModel =
      correlations.map { Self.mean(of: $0, stations: stations, threshold, level) } ?? 1 - level
  }

  private static func mean(
    of correlations: [Double], stations: Int, _ threshold: Double, _ level: Double
  ) -> Double {
    var (sum, pairs) = (0.0, 0.0)
    for i in 0..<stations {
      for j in 0..<i {
        sum += jointExceedance(threshold, correlation: correlations[i * stations + j])
        pairs += 1
      }
    }
    return pairs > 0 ? sum / pairs / (1 - level) : 1 - level
  }

  /// The probability that two standard normal variables with a correlation both exceed h.
  ///
  ///     P = (1 - Φ(h))² + 1 / (2 π) ∫_0^asin(rho) exp(-h² / (1 + sin t)) dt
  ///
  /// - Reference: Drezner and Wesolowsky (1990), *On the computation of the bivariate normal integral*, J. Statist. Comput.
  ///   Simul. 35, eq. (3), for equal limits.
  static func jointExceedance(_ h: Double, correlation: Double) -> Double {
    let tail = 0.5 * erfc(h / 2.0.squareRoot())
    let end = asin(min(max(correlation, -1), 1))
    // Simpson's rule: the integrand is smooth, and nearly constant but for correlations close to -1.
    let steps = 64
    let sum = (0...steps).reduce(0.0) { sum, k in
      let weight = k == 0 || k == steps ? 1.0 : k % 2 == 1 ? 4 : 2
      return sum + weight * exp(-h * h / (1 + sin(end * Double(k) / Double(steps))))
    }
    return tail * tail + sum * end / Double(3 * steps) / (2 * .pi)
  }
}
