import Foundation
import PPL

/// The Pareto smoothed importance weights of draws, from their log ratios log p - log q.
///
///     let smoothed = ParetoSmoothing(logRatios: ratios)
///     smoothed.khat  // above 0.7: too few draws of q lie where p is
///
/// The largest ratios are replaced by the expected order statistics of a generalized Pareto distribution that is fitted to
/// them, no larger than the largest ratio. The shape of that distribution, k-hat, measures how heavy the tail of the ratios
/// is: with k-hat above 1/2 their variance is infinite, above 1 their mean.
///
/// A ratio of negative infinity or NaN has weight 0. If all ratios are so, or one is infinite, every weight is NaN and k-hat
/// is infinite.
///
/// - Complexity: O(n log n) for n ratios.
/// - Reference: Vehtari, Simpson, Gelman, Yao and Gabry (2024), *Pareto smoothed importance sampling*, JMLR 25, algorithm 1;
///   Zhang and Stephens (2009), *A new and efficient estimation method for the generalized Pareto distribution*, for the fit
///   of the tail. Digits as ArviZ's `psislw`.
public struct ParetoSmoothing: Sendable, Equatable {
  /// The smoothed log weights in the order of the ratios, normalized: the sum of the weights is 1.
  public let logWeights: [Double]
  /// The shape k of the generalized Pareto distribution of the largest ratios; infinity where fewer than five ratios are in
  /// the tail.
  public let khat: Double
  /// The efficiency of the draws relative to independent ones.
  public let relativeEfficiency: Double

  /// The smoothed weights of log ratios.
  ///
  /// - Parameters:
  ///   - logRatios: The log ratios of target and proposal at each draw, up to a constant.
  ///   - relativeEfficiency: The effective sample size of the draws divided by their number; 1 for independent draws.
  public init(logRatios: [Double], relativeEfficiency: Double = 1) {
    self.relativeEfficiency = relativeEfficiency
    let largest = logRatios.lazy.filter { !$0.isNaN }.max() ?? -.infinity
    guard largest.isFinite else {
      (logWeights, khat) = (logRatios.map { _ in .nan }, .infinity)
      return
    }
    var shifted = logRatios.map { $0.isNaN ? -.infinity : $0 - largest }
    let count = Double(shifted.count)
    let order = shifted.indices.sorted { (shifted[$0], $0) < (shifted[$1], $1) }
    let wanted = min(count / 5, 3 * (count / relativeEfficiency).squareRoot())
    let cutoff = max(
      shifted[order[max(order.count - Int(wanted.rounded(.up)) - 1, 0)]], leastLogWeight)
    let tail = Array(order.drop { shifted[$0] <= cutoff })
    if tail.count > 4 {
      let base = Foundation.exp(cutoff)
      let fit = GeneralizedParetoFit(sorted: tail.map { Foundation.exp(shifted[$0]) - base })
      khat = fit.shape
      if fit.shape.isFinite {
        for (rank, place) in tail.enumerated() {
          let probability = (Double(rank) + 0.5) / Double(tail.count)
          shifted[place] = Foundation.log(fit.quantile(probability) + base)
        }
      }
    } else {
      khat = .infinity
    }
    let truncated = shifted.map { min($0, 0) }
    let sum = Foundation.log(truncated.reduce(0) { $0 + Foundation.exp($1) })
    logWeights = truncated.map { $0 - sum }
  }

  /// The normalized weights, whose sum is 1.
  public var weights: [Double] { logWeights.map { Foundation.exp($0) } }

  /// The importance effective sample size 1 / Σ w², times the efficiency of the draws; 0 where there are no weights.
  public var effectiveSampleSize: Double {
    let size = relativeEfficiency / logWeights.reduce(0) { $0 + Foundation.exp(2 * $1) }
    return size.isFinite ? size : 0
  }

  /// The largest k-hat at which estimates from this number of draws are reliable: min(1 - 1 / log10 n, 0.7).
  public var threshold: Double { Self.threshold(draws: logWeights.count) }

  /// The largest k-hat at which estimates from a number of draws are reliable.
  ///
  /// - Reference: Vehtari et al. (2024), eq. (13).
  public static func threshold(draws: Int) -> Double {
    min(1 - 1 / Foundation.log10(Double(draws)), 0.7)
  }
}

/// The log of the least normal number: smaller weights do not count as a tail.
private let leastLogWeight = Foundation.log(Double.leastNormalMagnitude)

/// The generalized Pareto distribution of excesses over a threshold.
///
/// - Reference: Zhang and Stephens (2009), eq. (7) and (8); Vehtari et al. (2024), appendix C, for the prior of the shape,
///   which counts as much as ten excesses with shape 1/2.
struct GeneralizedParetoFit {
  /// The shape k; positive for a heavy tail.
  let shape: Double
  /// The scale, in the units of the excesses.
  let scale: Double

  /// The fit of positive excesses in ascending order.
  init(sorted excesses: [Double]) {
    let count = Double(excesses.count)
    let candidates = 30 + Int(count.squareRoot())
    let quartile = excesses[Int(count / 4 + 0.5) - 1]
    let largest = excesses[excesses.count - 1]
    /// The shape that is most likely for an inverse scale `b`: the mean of log(1 - b x).
    func shape(_ b: Double) -> Double {
      excesses.reduce(0) { $0 + Foundation.log1p(-b * $1) } / count
    }
    let b = (1...candidates).map { j in
      (1 - (Double(candidates) / (Double(j) - 0.5)).squareRoot()) / (3 * quartile) + 1 / largest
    }
    let likelihoods = b.map { b in
      let k = shape(b)
      return count * (Foundation.log(-(b / k)) - k - 1)
    }
    var weights = likelihoods.map { own in
      1 / likelihoods.reduce(0) { $0 + Foundation.exp($1 - own) }
    }
    weights = weights.map { $0 >= 10 * Double.ulpOfOne ? $0 : 0 }
    let sum = weights.reduce(0, +)
    let mean = zip(b, weights).reduce(0) { $0 + $1.0 * $1.1 / sum }
    let k = shape(mean)
    scale = -k / mean
    self.shape = (count * k + 5) / (count + 10)
  }

  /// The quantile at a probability in (0, 1).
  func quantile(_ probability: Double) -> Double {
    let tail = Foundation.log1p(-probability)
    guard abs(shape) >= Double.ulpOfOne else { return -scale * tail }
    return scale * Foundation.expm1(-shape * tail) / shape
  }
}
