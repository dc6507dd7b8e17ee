import Distributions
import Foundation
import PPL
import Plugins

/// The predictive distribution of a maximum: a mixture of GEV distributions, one for each draw.
struct GEVMixture: PredictiveMixture {
  let logDensities: [Double]
  private let distribution: any HasQuantiles
  private let condition: ConditionalScores.Condition?
  private let observed: Double
  /// The middle and the width of each distribution, by which the pieces of the integral are chosen.
  private let middle, width: [Double]

  /// The mixture of a batch of distributions `[D]` at an observed maximum.
  ///
  /// - Parameters:
  ///   - gev: The distributions of the maximum.
  ///   - family: The distribution of what is observed, which may differ from them in the lower tail.
  ///   - observed: The observed maximum.
  ///   - condition: The distribution of its normal score given the other stations; nil for independent ones.
  init(
    _ gev: GEV, of family: any ObservedDistribution = GEVMaxima(), observed: Double,
    given condition: ConditionalScores.Condition? = nil
  ) {
    distribution = family.ofMaximum(gev)
    (self.condition, self.observed) = (condition, observed)
    let marginal = distribution.logProb(Tensor(observed))
    guard let condition else {
      logDensities = marginal.scalars
      (middle, width) = (gev.location.scalars, gev.scale.scalars)
      return
    }
    let z = GaussianCopula.normalScores(distribution.cdf(Tensor(observed)))
    let ratio =
      Normal(condition.mean, condition.deviation).logProb(z) - Normal(0, 1).logProb(z)
    logDensities = (marginal + ratio).scalars
    middle = gev.icdf(normalCDF(condition.mean)).scalars
    width = (gev.scale * condition.deviation).scalars
  }

  /// The probability of a smaller maximum, and the continuous ranked probability score.
  ///
  ///     CRPS = ∫ (F(x) - [x ≥ y])² dx,    F = Σ w_d F_d
  ///
  /// The integral is by Gauss-Legendre quadrature with six points in each of some fifteen pieces, right to 2e-5 of the score for one
  /// distribution and to 2e-4 for mixtures, whose distributions may end inside a piece; beyond the last one, where the probability
  /// is below 10⁻⁷ by every draw, it is cut off.
  ///
  /// - Complexity: O(*D*) values of the distribution function at each of about 90 points.
  /// - Reference: Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, eq. (20);
  ///   Friederichs and Thorarinsdottir (2012), *Forecast verification for extreme value distributions with an application to
  ///   probabilistic peak wind prediction*, eq. (9), for a single distribution.
  func score(_ weights: [Double]) -> (pit: Double, crps: Double)? {
    let w = Tensor(weights)
    func cdf(_ points: [Double]) -> [Double] {
      matmul(probabilities(Tensor(points).expandingDimension(at: 1)), w).scalars
    }
    let pit = cdf([observed])[0]
    let ends = pieces(weights)
    var (points, factors) = ([Double](), [Double]())
    for (a, b) in zip(ends, ends.dropFirst()) {
      for (node, weight) in zip(rule.nodes, rule.weights) {
        points.append((a + b) / 2 + node * (b - a) / 2)
        factors.append(weight * (b - a) / 2)
      }
    }
    let values = cdf(points)
    let crps = points.indices.reduce(0.0) { sum, index in
      let miss = points[index] < observed ? values[index] : 1 - values[index]
      return sum + factors[index] * miss * miss
    }
    return (min(max(pit, 0), 1), crps)
  }

  /// The distribution function of each draw.
  private func probabilities(_ points: Tensor) -> Tensor {
    let u = distribution.cdf(points)
    guard let condition else { return u }
    let z = normalQuantile(minimum(maximum(u, 1e-15), 1 - 1e-15))
    return normalCDF((z - condition.mean) / condition.deviation)
  }

  /// The quantiles of each draw.
  private func quantiles(_ p: Double) -> [Double] {
    guard let condition else { return distribution.icdf(Tensor(p)).scalars }
    let z = condition.mean + condition.deviation * normalQuantile(Tensor(p))
    return distribution.icdf(minimum(maximum(normalCDF(z), 1e-15), 1 - 1e-15)).scalars
  }

  /// The ends of the pieces of the integral, ascending: quantiles of a Gumbel distribution with the moments of the mixture,
  /// the observed value, and the ends of the mixture.
  private func pieces(_ weights: [Double]) -> [Double] {
    func mean(_ values: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let centre = mean(middle)
    let variance = mean(middle.map { ($0 - centre) * ($0 - centre) })
    let spread = (mean(width.map { $0 * $0 }) + variance * 6 / (Double.pi * Double.pi))
      .squareRoot()
    let low = quantiles(1e-8).min() ?? centre
    let high = quantiles(1 - 1e-7).max() ?? centre
    var ends = [1e-4, 0.01, 0.06, 0.2, 0.4, 0.6, 0.8, 0.92, 0.98, 0.997].map {
      centre - spread * log(-log($0))
    }
    // Beyond the quantiles pieces become longer by a factor of 3.
    var step = spread
    while let last = ends.last, last < high, ends.count < 40 {
      step *= 3
      ends.append(min(last + step, high))
    }
    step = spread
    while let first = ends.first, first > low, ends.count < 60 {
      step *= 2
      ends.insert(max(first - step, low), at: 0)
    }
    // One that lies outside of all draws adds its distance from them, where the distribution function is constant.
    return Set(ends + [observed, min(low, observed), max(high, observed)]).sorted()
  }
}

/// The rule of each piece.
private let rule = GaussLegendre(count: 6)
