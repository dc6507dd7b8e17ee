import Foundation
import PPL

/// A test of whether ranks are uniform on (0, 1): by how improbable the farthest value of their empirical distribution
/// function is, at N - 1 points for N ranks.
///
///     γ = 2 min_i min(P(B_i ≤ n_i), P(B_i ≥ n_i)),    B_i ~ Binomial(N, i / N),    n_i = #{ranks ≤ i / N}
///
/// The distribution of γ for uniform ranks is simulated, with a fixed key.
///
/// - Reference: Säilynoja, Bürkner and Vehtari (2022), *Graphical test for discrete uniformity and its applications in
///   goodness-of-fit evaluation and multiple sample comparison*, §2.
public struct RankUniformity: Sendable {
  /// The number of ranks N.
  public let count: Int
  /// P(B_i ≤ n) for i from 1 to N - 1 and n from 0 to N.
  private let cumulative: [[Double]]
  /// The simulated values of γ in ascending order.
  private let null: [Double]

  /// A test of `count` ranks.
  ///
  /// - Parameters:
  ///   - count: The number of ranks.
  ///   - simulations: The number of simulated sets, which bounds p-values from below.
  /// - Precondition: The counts are positive.
  /// - Complexity: O(*N*²) for the probabilities and O(*N* log *N*) for each simulation.
  public init(count: Int, simulations: Int = 4000) {
    self.count = count
    let cumulative = (1..<max(count, 1)).map { i in
      Self.binomialDistribution(count, Double(i) / Double(count))
    }
    self.cumulative = cumulative
    let uniforms = RandomKey(0).uniform([simulations, count]).scalars
    null = (0..<simulations).map {
      Self.statistic(Array(uniforms[($0 * count)..<(($0 + 1) * count)]), cumulative)
    }.sorted()
  }

  /// The probability of a value of γ at most that of these ranks, if they were uniform.
  ///
  /// - Precondition: There are `count` ranks.
  public func pValue(_ ranks: [Double]) -> Double {
    let own = Self.statistic(ranks, cumulative)
    let fewer = null.prefix { $0 <= own }.count
    return Double(fewer + 1) / Double(null.count + 1)
  }

  /// The band that contains the empirical distribution function of uniform ranks, at all points at once, with a probability.
  ///
  /// - Returns: The points, and the least and the largest value at each.
  public func band(_ probability: Double) -> (points: [Double], low: [Double], high: [Double]) {
    let place = min(Int((1 - probability) * Double(null.count)), null.count - 1)
    let tail = null[place] / 2
    let n = Double(count)
    let bounds = cumulative.map { own in
      let low = own.firstIndex { $0 >= tail } ?? 0
      let high = own.firstIndex { 1 - $0 < tail } ?? count
      return (Double(low) / n, Double(high) / n)
    }
    return ((1..<max(count, 1)).map { Double($0) / n }, bounds.map(\.0), bounds.map(\.1))
  }

  private static func statistic(_ ranks: [Double], _ cumulative: [[Double]]) -> Double {
    let sorted = ranks.sorted()
    var (below, least) = (0, 0.5)
    for (place, own) in cumulative.enumerated() {
      let point = Double(place + 1) / Double(sorted.count)
      while below < sorted.count, sorted[below] <= point { below += 1 }
      let atLeast = below == 0 ? 1 : 1 - own[below - 1]
      least = min(least, own[below], atLeast)
    }
    return 2 * least
  }

  /// P(B ≤ n) for B ~ Binomial(N, p) and n from 0 to N.
  private static func binomialDistribution(_ count: Int, _ p: Double) -> [Double] {
    let n = Double(count)
    var sum = 0.0
    return (0...count).map { k in
      let k = Double(k)
      let logChoose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
      sum += exp(logChoose + k * log(p) + (n - k) * log1p(-p))
      return min(sum, 1)
    }
  }
}
