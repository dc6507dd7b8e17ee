import Distributions
import Foundation
import PPL
import Plugins

/// The predictive distribution of a maximum: a mixture of GEV distributions, one for each draw.
struct GEVMixture: PredictiveMixture {
  let logDensities: [Double]
  private let gev: GEV
  private let observed: Double
  private let location, scale: [Double]

  /// The mixture of a batch of distributions `[D]` at an observed maximum.
  init(_ gev: GEV, observed: Double) {
    (self.gev, self.observed) = (gev, observed)
    logDensities = gev.logProb(Tensor(observed)).scalars
    (location, scale) = (gev.location.scalars, gev.scale.scalars)
  }

  /// The probability of a smaller maximum, and the continuous ranked probability score.
  ///
  ///     CRPS = ∫ (F(x) - [x ≥ y])² dx,    F = Σ w_d F_d
  ///
  /// The integral is by Gauss-Legendre quadrature with six points in each of some fifteen pieces, which is right to five digits;
  /// beyond the last one, where the probability is below 10⁻⁷ by every draw, it is cut off.
  ///
  /// - Complexity: O(*D*) values of the distribution function at each of about 90 points.
  /// - Reference: Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, eq. (20);
  ///   Friederichs and Thorarinsdottir (2012), *Forecast verification for extreme value distributions with an application to
  ///   probabilistic peak wind prediction*, eq. (9), for a single distribution.
  func score(_ weights: [Double]) -> (pit: Double, crps: Double)? {
    let w = Tensor(weights)
    func cdf(_ points: [Double]) -> [Double] {
      matmul(gev.cdf(Tensor(points).expandingDimension(at: 1)), w).scalars
    }
    let pit = cdf([observed])[0]
    let ends = pieces(weights)
    var (points, factors) = ([Double](), [Double]())
    for (a, b) in zip(ends, ends.dropFirst()) {
      for (node, weight) in zip(gaussNodes, gaussWeights) {
        for sign in [-1.0, 1.0] {
          points.append((a + b) / 2 + sign * node * (b - a) / 2)
          factors.append(weight * (b - a) / 2)
        }
      }
    }
    let values = cdf(points)
    let crps = points.indices.reduce(0.0) { sum, index in
      let miss = points[index] < observed ? values[index] : 1 - values[index]
      return sum + factors[index] * miss * miss
    }
    return (min(max(pit, 0), 1), crps)
  }

  /// The ends of the pieces of the integral, ascending: quantiles of a Gumbel distribution with the moments of the mixture,
  /// the observed value, and the ends of the mixture.
  private func pieces(_ weights: [Double]) -> [Double] {
    func mean(_ values: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let centre = mean(location)
    let variance = mean(location.map { ($0 - centre) * ($0 - centre) })
    let spread = (mean(scale.map { $0 * $0 }) + variance * 6 / (Double.pi * Double.pi))
      .squareRoot()
    let low = gev.icdf(1e-8).scalars.min() ?? centre
    let high = gev.icdf(Tensor(1 - 1e-7)).scalars.max() ?? centre
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

/// The positive nodes and the weights of the Gauss-Legendre rule of six points on [-1, 1].
///
/// - Reference: Abramowitz and Stegun (1964), *Handbook of Mathematical Functions*, table 25.4.
private let gaussNodes = [0.2386191860831969, 0.6612093864662645, 0.9324695142031521]
private let gaussWeights = [0.4679139345726910, 0.3607615730481386, 0.1713244923791704]
