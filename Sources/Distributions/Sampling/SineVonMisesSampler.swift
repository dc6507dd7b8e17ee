import Autodiff
import RealModule

/// The sampler of one of two angles with the joint density exp(κ₁ cos a + κ₂ cos b + ρ sin a sin b).
///
///     p(a) ∝ I_0(√(κ₂² + ρ² sin² a)) exp(κ₁ cos a) <= c exp(-w),    w = λ₁ cos² a + λ₂ sin² a
///
/// It is rejection from an angular central Gaussian distribution, which bounds exp(-w). In u = sin² a the
/// logarithm of the Bessel function is concave, so that each of its tangents bounds it. The sampler uses the
/// tangent of slope κ₁ / 2 where there is one, and the envelope is then uniform; otherwise that at an end.
///
/// - Reference: Kent, Ganeiber and Mardia (2018), "A new unified approach for the simulation of a wide class
///   of directional distributions", *Journal of Computational and Graphical Statistics* 27(2), §3 and §4.
struct SineVonMisesSampler {
  let own, other, correlation: Double
  /// The eigenvalues λ₁ and λ₂, the smaller of which is 0.
  private let eigenvalues: (cosine: Double, sine: Double)
  /// The tangent at u = 0, and the number subtracted from both eigenvalues.
  private let logTop, shift: Double
  /// The width of the envelope: any number in (0, 2] gives a bound.
  private let b: Double

  init(own: Double, other: Double, correlation: Double) {
    (self.own, self.other, self.correlation) = (own, other, correlation)
    let tangent = Self.tangentPoint(own, other, correlation)
    let slope = Self.slope(tangent, other, correlation)
    let sine = 0.5 * own - slope
    logTop = Self.logBessel(tangent, other, correlation) - slope * tangent
    shift = min(sine, 0)
    eigenvalues = (-shift, sine - shift)
    // The best b solves 1 / (b + 2 λ₁) + 1 / (b + 2 λ₂) = 1; one of the two is 0.
    let larger = 2 * (eigenvalues.cosine + eigenvalues.sine)
    b = 0.5 * (2 - larger + (larger * larger + 4).squareRoot())
  }

  /// One angle in [-π, π]; `nan` for parameters that are not positive.
  func draw(key: Threefry) -> Double {
    guard own > 0, other > 0, !correlation.isNaN else { return .nan }
    var key = key
    for _ in 0..<10_000 {
      let (proposing, accepting) = (key.child(1), key.child(2))
      key = key.child(0)
      let c = proposing.normal(0) / (1 + 2 * eigenvalues.cosine / b).squareRoot()
      let s = proposing.normal(1) / (1 + 2 * eigenvalues.sine / b).squareRoot()
      let length = (c * c + s * s).squareRoot()
      let (cosine, sine) = (c / length, s / length)

      let logBessel = Self.logBessel(sine * sine, other, correlation)
      let logTarget = own * (cosine - 1) + shift + logBessel - logTop
      let w = eigenvalues.cosine * cosine * cosine + eigenvalues.sine * sine * sine
      let logInverse = 1 - 0.5 * b + Double.log(0.5 * b + w)
      if Double.log(onePlus: -accepting.uniform(0)) < logTarget + logInverse {
        return Double.atan2(y: sine, x: cosine)
      }
    }
    return .nan
  }

  /// The logarithm of I_0(√(κ₂² + ρ² u)).
  private static func logBessel(_ u: Double, _ other: Double, _ correlation: Double) -> Double {
    Special.logBesselI0((other * other + correlation * correlation * u).squareRoot())
  }

  /// The derivative of `logBessel` in u.
  private static func slope(_ u: Double, _ other: Double, _ correlation: Double) -> Double {
    let r = (other * other + correlation * correlation * u).squareRoot()
    let ratio = Special.besselRatio(1, r) / Special.besselRatio(0, r)  // I_1 / (r I_0)
    return 0.5 * correlation * correlation * ratio
  }

  /// The point of tangency, where the slope is κ₁ / 2, or the nearest end of [0, 1]. Any point is correct; this
  /// one is cheapest.
  private static func tangentPoint(
    _ own: Double, _ other: Double, _ correlation: Double
  ) -> Double {
    if slope(0, other, correlation) <= 0.5 * own { return 0 }
    if slope(1, other, correlation) >= 0.5 * own { return 1 }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<30 {
      let middle = 0.5 * (low + high)
      if slope(middle, other, correlation) > 0.5 * own { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
