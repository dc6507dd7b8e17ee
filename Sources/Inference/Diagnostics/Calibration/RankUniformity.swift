import Distributions
import Foundation
import PPL

/// A test of whether ranks are uniform on (0, 1): by how improbable the farthest value of their empirical distribution
/// function is, at K - 1 points, where K is the number of ranks N, at most 1,000.
///
///     γ = 2 min_i min(P(B_i ≤ n_i), P(B_i ≥ n_i)),    B_i ~ Binomial(N, i / K),    n_i = #{ranks ≤ i / K}
///
/// The distribution of γ for uniform ranks is simulated, with a fixed key.
///
/// - Reference: Säilynoja, Bürkner and Vehtari (2022), *Graphical test for discrete uniformity and its applications in
///   goodness-of-fit evaluation and multiple sample comparison*, §2.
public struct RankUniformity: Sendable {
  /// The number of ranks N.
  public let count: Int
  /// The distributions of B_i for i from 1 to K - 1.
  private let distributions: [BinomialTable]
  /// The simulated values of γ in ascending order.
  private let null: [Double]

  /// The largest number of intervals K.
  private static let mostIntervals = 1_000

  /// A test of `count` ranks.
  ///
  /// - Parameters:
  ///   - count: The number of ranks.
  ///   - simulations: The number of simulated sets, which bounds p-values from below.
  /// - Precondition: The counts are positive.
  /// - Complexity: Memory for O(*K* √*N*) probabilities and O(*K*) numbers of each simulation; up to 1,000 ranks,
  ///   time O(*N* log *N*) for each simulation, and beyond them O(*K*).
  public init(count: Int, simulations: Int = 4000) {
    self.count = count
    let intervals = min(max(count, 1), Self.mostIntervals)
    let distributions = (1..<intervals).map { i in
      BinomialTable(count, Double(i) / Double(intervals))
    }
    self.distributions = distributions
    let sets =
      count <= Self.mostIntervals
      ? Self.uniformSets(count, simulations, intervals)
      : Self.binomialSets(count, simulations, intervals)
    null = sets.map { Self.statistic($0, distributions) }.sorted()
  }

  /// The probability of a value of γ at most that of these ranks, if they were uniform.
  ///
  /// - Precondition: There are `count` ranks.
  public func pValue(_ ranks: [Double]) -> Double {
    let own = Self.statistic(
      Self.counts(of: ranks.sorted(), intervals: distributions.count + 1), distributions)
    let fewer = null.prefix { $0 <= own }.count
    return Double(fewer + 1) / Double(null.count + 1)
  }

  /// The band that contains the empirical distribution function of uniform ranks, at all points at once, with a probability.
  ///
  /// - Returns: The points, and the least and the largest value at each.
  public func band(_ probability: Double) -> (points: [Double], low: [Double], high: [Double]) {
    let place = min(Int((1 - probability) * Double(null.count)), null.count - 1)
    let tail = null[place] / 2
    let (n, intervals) = (Double(count), Double(distributions.count + 1))
    let bounds = distributions.map { ($0.least(tail) / n, $0.largest(tail) / n) }
    let points = distributions.indices.map { Double($0 + 1) / intervals }
    return (points, bounds.map(\.0), bounds.map(\.1))
  }

  /// The numbers of ranks up to each of some points.
  ///
  /// - Complexity: O(n log n).
  public static func counts(of ranks: [Double], upTo points: [Double]) -> [Int] {
    counts(ofSorted: ranks.sorted(), upTo: points)
  }

  private static func counts(ofSorted sorted: [Double], upTo points: [Double]) -> [Int] {
    var below = 0
    return points.map { point in
      while below < sorted.count, sorted[below] <= point { below += 1 }
      return below
    }
  }

  private static func counts(of sorted: [Double], intervals: Int) -> [Int] {
    counts(ofSorted: sorted, upTo: (1..<intervals).map { Double($0) / Double(intervals) })
  }

  private static func statistic(_ counts: [Int], _ distributions: [BinomialTable]) -> Double {
    var least = 0.5
    for (below, own) in zip(counts, distributions) {
      least = min(least, own.cumulative(below), below == 0 ? 1 : 1 - own.cumulative(below - 1))
    }
    return 2 * least
  }

  /// Counts of sets of uniform ranks.
  private static func uniformSets(_ count: Int, _ sets: Int, _ intervals: Int) -> [[Int]] {
    let uniforms = RandomKey(0).uniform([sets, count]).scalars
    return (0..<sets).map {
      counts(of: uniforms[($0 * count)..<(($0 + 1) * count)].sorted(), intervals: intervals)
    }
  }

  /// Counts with the distribution of those of uniform ranks: the ranks that an interval leaves over are again uniform on the
  /// rest, so that each number is binomial given those before it.
  private static func binomialSets(_ count: Int, _ sets: Int, _ intervals: Int) -> [[Int]] {
    var below = Tensor.zeros([sets])
    var rows = Array(repeating: [Int](), count: sets)
    for i in 1..<intervals {
      let share = Tensor(1 / Double(intervals - i + 1))
      let inside = Binomial(totalCount: Tensor(Double(count)) - below, probabilities: share)
      below = below + inside.sample([], key: RandomKey(0).foldIn(UInt32(i)))
      for (set, number) in below.scalars.enumerated() { rows[set].append(Int(number)) }
    }
    return rows
  }
}

/// The distribution function P(B ≤ n) of B ~ Binomial(N, p), as a table about its mean: all of it up to 1,000 trials, and
/// else ten standard deviations to either side, beyond which there is less than 1e-20.
private struct BinomialTable: Sendable {
  private let count: Int
  /// The first n of the table.
  private let first: Int
  private let cumulative: [Double]

  init(_ count: Int, _ p: Double) {
    let n = Double(count)
    let reach = count <= 1_000 ? n : 10 * (n * p * (1 - p)).squareRoot() + 10
    let first = max(0, Int((n * p - reach).rounded(.down)))
    let last = min(count, Int((n * p + reach).rounded(.up)))
    (self.count, self.first) = (count, first)
    var sum = 0.0
    cumulative = (first...last).map { k in
      let k = Double(k)
      let logChoose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
      sum += exp(logChoose + k * log(p) + (n - k) * log1p(-p))
      return min(sum, 1)
    }
  }

  /// The probability P(B ≤ n).
  func cumulative(_ n: Int) -> Double {
    n < first ? 0 : n - first < cumulative.count ? cumulative[n - first] : 1
  }

  /// The least n with P(B ≤ n) ≥ `tail`.
  func least(_ tail: Double) -> Double {
    Double(first + (cumulative.firstIndex { $0 >= tail } ?? 0))
  }

  /// The least n with P(B > n) < `tail`.
  func largest(_ tail: Double) -> Double {
    Double(cumulative.firstIndex { 1 - $0 < tail }.map { first + $0 } ?? count)
  }
}
