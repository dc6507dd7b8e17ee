import Foundation
import PPL
import Preconditions

/// A diagnosis of an approximation of a posterior: whether its draws can be believed.
///
///     let diagnosis = ApproximationDiagnosis(try fit.importanceSample(key: key))
///     guard diagnosis.isReliable else { print(diagnosis) … }
///
/// An approximation can be trusted if the model has a density at 99 % of its draws or more, k-hat is at most 0.7, and its
/// means and standard deviations are those of its importance-weighted draws: within 0.2 standard deviations and 20 %, after four Monte
/// Carlo standard errors are allowed for. The last test finds what k-hat does not: a normal distribution with half the
/// standard deviation has k-hat 0.75 from infinitely many draws and often less from some. What lies beyond all draws is found
/// by neither, but by the slopes of the density at them: a normal approximation is as wide as its family allows only if
///
///     -E_q[ ∂ log p / ∂x_i (x_i - E_q x_i) ] = 1
///
/// for each element, which is the stationarity of the evidence lower bound in its standard deviation. It is the squared ratio
/// of the standard deviation to the best one, and may differ by 20 % too.
///
/// Weighted draws, as those of batch and match and of nested Laplace, have no such differences. They stand for the posterior if
/// k-hat is at most `largestKhat` and their weights are worth at least `fewestEffectiveDraws` independent draws.
///
/// - Reference: Yao, Vehtari, Simpson and Gelman (2018), *Yes, but did it work?: evaluating variational inference*, §3;
///   Vehtari et al. (2024), *Pareto smoothed importance sampling*.
public struct ApproximationDiagnosis: Sendable, Equatable {
  /// The largest k-hat of weights that can be used, by every method: 0.7.
  public static let largestKhat = 0.7
  /// The smallest importance effective sample size of weighted draws that stand for the posterior: 100, as of a chain.
  public static let fewestEffectiveDraws = 100.0

  /// The largest difference of a moment from the importance-weighted one, with the name of its element.
  public struct Difference: Sendable, Equatable {
    /// The name of the element on unconstrained space, such as `theta[3]`.
    public let name: String
    /// The moment of the approximation less the weighted one: of a mean in standard deviations, of a standard deviation the
    /// log of the ratio.
    public let value: Double
    /// The Monte Carlo standard error of the value.
    public let standardError: Double

    /// The magnitude beyond four standard errors.
    var significant: Double { abs(value) - 4 * standardError }

    /// How far a squared ratio lies outside 20 % about 1 on the scale of deviations, beyond four standard errors.
    var excessOfWidth: Double {
      max(1 / 1.44 - value - 4 * standardError, value - 4 * standardError - 1.44)
    }
  }

  /// The number of draws, and of those where the model has no finite log density.
  public let draws, impossible: Int
  /// The mean k-hat over sets of draws, and its standard error.
  public let khat, khatError: Double
  /// The k-hat of all draws, which varies more, and is larger than that of sets where the tail is heavy far out only.
  public let khatOfAll: Double
  /// The larger of both, on which every verdict rests; NaN if one of them is.
  public var worstKhat: Double {
    khat.isNaN || khatOfAll.isNaN ? .nan : max(khat, khatOfAll)
  }
  /// The importance effective sample size of the draws.
  public let effectiveSampleSize: Double
  /// The evidence lower bound over the draws with a density, and its Monte Carlo standard error, in nats.
  public let elbo, elboError: Double
  /// The most significant differences of a mean and of a standard deviation; nil where there are no weights.
  public let mean, deviation: Difference?
  /// The element whose expectation of slopes is farthest from 1: `value` is the squared ratio of its standard deviation to the
  /// best one of the family; nil where no gradients are known.
  public let width: Difference?

  /// The diagnosis of an approximation from its draws and their densities.
  ///
  /// - Complexity: O(n D) for D draws of n numbers.
  public init(_ sample: ImportanceSample) {
    (draws, impossible) = (sample.count, sample.impossibleCount)
    (khat, khatError) = (sample.khat, sample.khatError)
    khatOfAll = sample.khatOfAll
    effectiveSampleSize = sample.smoothing.effectiveSampleSize
    (elbo, elboError) = sample.elbo
    (mean, deviation) = Self.differences(sample)
    width = sample.leastOptimalWidth
  }

  /// Whether the draws of the approximation stand for the posterior: whether there is no doubt.
  ///
  /// `isReliable` says the same of every approximation, by the tests that it has; `isConverged` says only that a search or a
  /// chain ended by its own test.
  public var isReliable: Bool { doubts.isEmpty }

  /// The reasons for which the draws cannot be believed, each a clause without a full stop.
  public var doubts: [String] {
    var doubts: [String] = []
    if 100 * impossible > draws {
      doubts.append(
        "the model has no finite log density at \(impossible) of \(draws) draws of the approximation"
      )
    }
    let largest = worstKhat
    if !(largest <= Self.largestKhat) {
      doubts.append(
        largest.isFinite
          ? String(
            format: "k-hat is %.2f, above 0.7: the approximation leaves out parts of the posterior",
            largest)
          : "k-hat is infinite: hardly any draw of the approximation lies where the posterior is")
      // Weights are not good enough for moments.
      return doubts
    }
    if let mean, mean.significant > 0.2 {
      doubts.append(
        String(
          format: "the mean of %@ is %.2f standard deviations too %@", mean.name, abs(mean.value),
          mean.value > 0 ? "high" : "low"))
    }
    if let deviation, deviation.significant > Foundation.log(1.2) {
      doubts.append(
        String(
          format: "the standard deviation of %@ is %.2f times that of the posterior",
          deviation.name, Foundation.exp(deviation.value)))
    }
    if let width, width.excessOfWidth > 0 {
      doubts.append(
        String(
          format:
            "the standard deviation of %@ is %.2f times the best one of its family, as in a search that has not ended",
          width.name, max(width.value, 0).squareRoot()))
    }
    return doubts
  }

  /// The most significant differences between the moments of the draws and those of the weighted ones.
  private static func differences(
    _ sample: ImportanceSample
  ) -> (mean: Difference?, deviation: Difference?) {
    let weights = sample.smoothing.weights
    guard weights.allSatisfy(\.isFinite) else { return (nil, nil) }
    var worst: (mean: Difference?, deviation: Difference?)
    func keep(_ kept: inout Difference?, _ found: Difference) {
      if found.value.isFinite, found.significant > kept?.significant ?? -.infinity { kept = found }
    }
    for site in sample.draws.names {
      let names = sample.draws.elementNames(of: site)
      let columns = sample.draws[site].reshaped(to: [sample.count, names.count])
        .transposed([1, 0]).scalars
      for (element, name) in names.enumerated() {
        let column = columns[(element * sample.count)..<((element + 1) * sample.count)]
        let (mean, deviation) = differences(column, weights)
        keep(&worst.mean, Difference(name: name, value: mean.value, standardError: mean.error))
        keep(
          &worst.deviation,
          Difference(name: name, value: deviation.value, standardError: deviation.error))
      }
    }
    return worst
  }

  private typealias Estimate = (value: Double, error: Double)

  /// The differences of one element: that of the means in weighted standard deviations, and the log ratio of the deviations.
  ///
  /// The errors are those of the weighted moments, by the delta method: Σ w² (h - E h)².
  private static func differences(
    _ x: ArraySlice<Double>, _ weights: [Double]
  ) -> (mean: Estimate, deviation: Estimate) {
    let start = x.startIndex
    var (plain, weighted) = (0.0, 0.0)
    for (i, weight) in weights.enumerated() {
      plain += x[start + i]
      weighted += weight * x[start + i]
    }
    plain /= Double(weights.count)
    var (plainSquares, variance, errorOfMean) = (0.0, 0.0, 0.0)
    for (i, weight) in weights.enumerated() {
      let (own, other) = (x[start + i] - plain, x[start + i] - weighted)
      plainSquares += own * own
      variance += weight * other * other
      errorOfMean += weight * weight * other * other
    }
    var errorOfVariance = 0.0
    for (i, weight) in weights.enumerated() {
      let other = x[start + i] - weighted
      let excess = weight * (other * other - variance)
      errorOfVariance += excess * excess
    }
    let deviation = variance.squareRoot()
    let ratio = (plainSquares / Double(weights.count)).squareRoot() / deviation
    return (
      ((plain - weighted) / deviation, errorOfMean.squareRoot() / deviation),
      (Foundation.log(ratio), 0.5 * errorOfVariance.squareRoot() / variance)
    )
  }
}

extension ApproximationDiagnosis: CustomStringConvertible {
  /// The verdict in words, with the remedy.
  public var description: String {
    guard isReliable else {
      return "the approximation cannot be trusted: " + doubts.joined(separator: "; ")
        + ". Take a guide with a full covariance, or draw by NUTS."
    }
    return "the approximation can be trusted: " + agreement + "."
  }

  /// The numbers that speak for the approximation, a clause.
  public var agreement: String {
    String(
      format:
        "k-hat is %.2f, at most 0.7, and no mean is 0.2 standard deviations, no standard deviation "
        + "20 %% from that of the weighted draws", worstKhat)
  }
}
