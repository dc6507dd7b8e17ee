import Foundation
import PPL
import Preconditions

/// Convergence statistics of the draws of one number by several Markov chains.
///
///     let statistics = ChainStatistics(chains)
///     statistics.rhat  // at most 1.01 where the chains agree
///
/// The formulas are those of ArviZ and of the R package posterior.
///
/// - Reference: Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), *Rank-normalization, folding, and localization: an
///   improved R-hat for assessing convergence of MCMC*.
public struct ChainStatistics: Sendable, Equatable {
  /// R-hat: the larger of the rank-normalized split R-hat of the draws and of their distances from the median.
  public let rhat: Double
  /// The bulk effective sample size, of rank-normalized split chains.
  public let bulkESS: Double
  /// The tail effective sample size, the smaller of those of the 5 % and the 95 % quantile.
  public let tailESS: Double
  /// The effective sample size for the mean.
  public let meanESS: Double
  /// The Monte Carlo standard error of the mean, in the units of the number.
  public let standardErrorOfMean: Double

  /// Whether all draws are the same number, so that the other statistics say nothing.
  public let isConstant: Bool

  /// The statistics of draws by chain; NaN where there are fewer than four draws of a chain, or one is not finite.
  ///
  /// - Parameter chains: The draws of each chain, as many of each.
  /// - Complexity: O(n log n) for n draws, and O(n) for each lag until the autocorrelation is lost in its noise.
  public init(_ chains: [[Double]]) {
    let all = chains.flatMap(\.self)
    isConstant = all.min() == all.max()
    guard let length = chains.first?.count, length >= 4, all.allSatisfy(\.isFinite) else {
      (rhat, bulkESS, tailESS) = (.nan, .nan, .nan)
      (meanESS, standardErrorOfMean) = (.nan, .nan)
      return
    }
    require(
      chains.allSatisfy { $0.count == length },
      "ChainStatistics: chains of \(chains.map(\.count)) draws must be of one length.")
    let halves = split(chains)
    let ranked = normalScores(halves)
    let median = quantile(ofSorted: halves.flatMap(\.self).sorted(), at: 0.5)
    let folded = normalScores(halves.map { $0.map { abs($0 - median) } })
    rhat = max(potentialScaleReduction(ranked), potentialScaleReduction(folded))
    bulkESS = effectiveSampleSize(ranked)
    let sorted = all.sorted()
    tailESS = min(
      quantileEffectiveSampleSize(halves, 0.05, sorted: sorted),
      quantileEffectiveSampleSize(halves, 0.95, sorted: sorted))
    meanESS = effectiveSampleSize(halves)
    standardErrorOfMean = (variance(all) / meanESS).squareRoot()
  }

  /// The effective sample size for the mean; NaN where there are fewer than four draws of a chain.
  ///
  /// - Parameter chains: The draws of each chain, as many of each.
  public static func meanESS(of chains: [[Double]]) -> Double {
    (chains.first?.count ?? 0) < 4 ? .nan : effectiveSampleSize(split(chains))
  }

  /// The effective sample size for a quantile.
  ///
  /// - Parameters:
  ///   - probability: The probability of the quantile.
  ///   - chains: The draws of each chain.
  public static func quantileESS(_ probability: Double, of chains: [[Double]]) -> Double {
    quantileEffectiveSampleSize(
      split(chains), probability, sorted: chains.flatMap(\.self).sorted())
  }
}

/// The estimated Bayesian fraction of missing information of each chain: how far energies move from draw to draw.
///
/// Below 0.3, momenta that are drawn anew move the energy too little to explore the tails.
///
/// - Parameter chains: The energies of each chain.
/// - Reference: Betancourt (2016), *Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo*.
public func energyBFMI(_ chains: [[Double]]) -> [Double] {
  chains.map { energies in
    let steps = zip(energies.dropFirst(), energies).map { ($0 - $1) * ($0 - $1) }
    return steps.reduce(0, +) / Double(steps.count) / variance(energies)
  }
}

/// Each chain in two halves, without the middle draw of an odd number.
private func split(_ chains: [[Double]]) -> [[Double]] {
  let halves = chains.map { chain in
    (Array(chain.prefix(chain.count / 2)), Array(chain.suffix(chain.count / 2)))
  }
  return halves.map(\.0) + halves.map(\.1)
}

/// The standard normal quantiles of the fractional ranks of all draws, ties with their mean rank.
private func normalScores(_ chains: [[Double]]) -> [[Double]] {
  let all = chains.flatMap(\.self)
  let order = all.indices.sorted { all[$0] < all[$1] }
  var fractions = Array(repeating: 0.0, count: all.count)
  var first = 0
  while first < order.count {
    var end = first + 1
    while end < order.count, all[order[end]] == all[order[first]] { end += 1 }
    let rank = 0.5 * Double(first + 1 + end)
    let fraction = (rank - 0.375) / (Double(all.count) + 0.25)
    for place in first..<end { fractions[order[place]] = fraction }
    first = end
  }
  let scores = normalQuantile(Tensor(fractions)).scalars
  var start = 0
  return chains.map { chain in
    defer { start += chain.count }
    return Array(scores[start..<start + chain.count])
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The sample variance, about the mean.
private func variance(_ values: [Double]) -> Double {
  let mean = mean(values)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

private func potentialScaleReduction(_ chains: [[Double]]) -> Double {
  let count = Double(chains[0].count)
  let within = mean(chains.map(variance))
  let between = count * variance(chains.map(mean))
  return ((between / within + count - 1) / count).squareRoot()
}

/// The effective sample size for a quantile: that for the mean of the indicator of draws up to it.
private func quantileEffectiveSampleSize(
  _ halves: [[Double]], _ probability: Double, sorted: [Double]
) -> Double {
  let bound = quantile(ofSorted: sorted, at: probability)
  return effectiveSampleSize(halves.map { $0.map { $0 <= bound ? 1 : 0 } })
}

/// The effective sample size, by Geyer's initial monotone sequence of autocorrelations over all chains.
private func effectiveSampleSize(_ chains: [[Double]]) -> Double {
  let count = chains[0].count
  let total = Double(chains.count * count)
  let values = chains.joined()
  guard let least = values.min(), let largest = values.max(), largest - least >= 1e-15 else {
    return total
  }
  let centred = chains.map { chain in
    let mean = mean(chain)
    return chain.map { $0 - mean }
  }
  /// The mean over the chains of the autocovariance, with the divisor `count`.
  func autocovariance(_ lag: Int) -> Double {
    var sum = 0.0
    for chain in centred {
      for i in 0..<(count - lag) { sum += chain[i] * chain[i + lag] }
    }
    return sum / total
  }
  let within = autocovariance(0) * Double(count) / Double(count - 1)
  var spread = within * Double(count - 1) / Double(count)
  if chains.count > 1 { spread += variance(chains.map(mean)) }
  func correlation(_ lag: Int) -> Double { 1 - (within - autocovariance(lag)) / spread }

  var correlations = [1, correlation(1)]
  var (even, odd) = (1.0, correlations[1])
  var lag = 1
  while lag < count - 3, even + odd > 0 {
    (even, odd) = (correlation(lag + 1), correlation(lag + 2))
    if even + odd >= 0 { correlations += [even, odd] }
    lag += 2
  }
  // The last pair whose sum is positive, and one more where that is positive by itself.
  let last = lag - 2
  while correlations.count < last + 2 { correlations.append(0) }
  if even > 0 { correlations[last + 1] = even }
  for lag in stride(from: 1, through: last - 2, by: 2) {
    let before = correlations[lag - 1] + correlations[lag]
    if correlations[lag + 1] + correlations[lag + 2] > before {
      (correlations[lag + 1], correlations[lag + 2]) = (before / 2, before / 2)
    }
  }
  let sum = correlations.prefix(last + 1).reduce(0, +)
  let time = -1 + 2 * sum + correlations[last + 1]
  return total / max(time, 1 / log10(total))
}
