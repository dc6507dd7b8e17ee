import Autodiff
import PPL

/// A distribution of angles with a circular mean and a circular variance.
///
/// For one angle `x`, with `E[exp(i x)] = R exp(i m)`, the circular mean is `m` and the circular variance
/// `1 - R`. NumPyro calls them `mean` and `variance`; they are not those of the number `x`, so the distributions
/// here do not conform to `HasMoments`.
///
/// - Reference: Mardia and Jupp (2000), *Directional Statistics*, §3.4.
public protocol CircularMoments: Distribution {
  /// The mean direction in [-π, π]; shape `batchShape + eventShape`.
  var circularMean: Tensor { get }
  /// One minus the mean resultant length, in [0, 1]; shape `batchShape + eventShape`.
  var circularVariance: Tensor { get }
}

/// The equivalent angle in [-π, π], in radians.
func wrapped(_ angle: Tensor) -> Tensor {
  let turns = floor((angle + Tensor(.pi)) / Tensor(2 * .pi))
  let inside = angle - Tensor(2 * .pi) * turns
  return minimum(maximum(inside, Tensor(-.pi)), Tensor(.pi))  // rounding may leave the interval
}
