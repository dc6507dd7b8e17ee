import Autodiff
import Foundation

/// A scheme of resampling particles: the numbers of copies of each, whose expectations are N times the weights.
///
/// - Reference: Douc and Cappé (2005), *Comparison of resampling schemes for particle filtering*, section 2.
public enum Resampling: String, Sendable, Equatable, Codable, CaseIterable {
  /// Independent draws with probabilities equal to the weights: the largest variance.
  case multinomial
  /// A uniform draw in each of N equal parts of the cumulative weights.
  ///
  /// - Reference: Kitagawa (1996), *Monte Carlo filter and smoother for non-Gaussian nonlinear state space models*.
  case stratified
  /// The same uniform draw in each of N equal parts: each particle has the whole part of N w_k copies, or one more.
  case systematic
  /// The whole part of N w_k copies of each particle, and the others by multinomial draws with the remainders as weights.
  ///
  /// - Reference: Liu and Chen (1998), *Sequential Monte Carlo methods for dynamic systems*.
  case residual

  /// The indices of resampled particles, `[count]`, in increasing order.
  ///
  /// - Parameters:
  ///   - weights: The weights, not negative, which sum to 1.
  ///   - count: The number of particles after resampling; that of the weights if not given.
  ///   - key: The random key.
  /// - Complexity: O(N), and O(N log N) for multinomial draws.
  public func indices(_ weights: [Double], count: Int? = nil, key: RandomKey) -> [Int] {
    let count = count ?? weights.count
    guard count > 0, !weights.isEmpty else { return [] }
    switch self {
    case .multinomial:
      return chosen(weights, at: key.uniform([count]).scalars.sorted())
    case .stratified:
      let u = key.uniform([count]).scalars
      return chosen(weights, at: u.enumerated().map { (Double($0) + $1) / Double(count) })
    case .systematic:
      let u = key.uniform([1]).scalars[0]
      return chosen(weights, at: (0..<count).map { (Double($0) + u) / Double(count) })
    case .residual:
      var result: [Int] = []
      var remainders = weights
      for (k, weight) in weights.enumerated() {
        let copies = (Double(count) * weight).rounded(.down)
        remainders[k] = max(0, Double(count) * weight - copies)
        result += Array(repeating: k, count: Int(copies))
      }
      let (missing, sum) = (count - result.count, remainders.reduce(0, +))
      // Rounding of weights that are whole parts.
      guard missing > 0 else { return Array(result.prefix(count)) }
      result += chosen(
        sum > 0 ? remainders.map { $0 / sum } : weights, at: key.uniform([missing]).scalars.sorted()
      )
      return result.sorted()
    }
  }

  /// The particles in whose parts of the cumulative weights increasing numbers in [0, 1) are.
  private func chosen(_ weights: [Double], at levels: [Double]) -> [Int] {
    let total = weights.reduce(0, +)
    // Rounding must not choose a particle without weight at the end.
    let last = weights.lastIndex { $0 > 0 } ?? weights.count - 1
    var (k, sum) = (0, weights[0])
    return levels.map { level in
      while k < last, sum <= level * total {
        k += 1
        sum += weights[k]
      }
      return k
    }
  }
}

/// The effective number of weighted particles, (sum_k w_k)² / sum_k w_k²: N for equal weights, 1 if one has all.
///
/// - Reference: Kong, Liu and Wong (1994), *Sequential imputations and Bayesian missing data problems*, section 4.1.
public func effectiveSize(_ weights: [Double]) -> Double {
  let (sum, squares) = weights.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
  return sum * sum / squares
}
