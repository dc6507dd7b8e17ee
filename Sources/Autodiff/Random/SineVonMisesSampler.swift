import RealModule

/// Draws one angle of two whose joint density is exp(κ₁ cos a + κ₂ cos b + ρ sin a sin b).
///
///     p(a) ∝ I_0(√(κ₂² + ρ² sin² a)) exp(κ₁ cos a) <= c exp(-w),    w = λ₁ cos² a + λ₂ sin² a
///
/// By rejection from an angular central Gaussian law, which bounds exp(-w).
///
/// - Reference: Kent, Ganeiber and Mardia (2018), "A new unified approach for the simulation of a wide class
///   of directional distributions", *Journal of Computational and Graphical Statistics* 27(2), §3 and §4.
struct SineVonMisesSampler {
  let own, other, correlation: Double
  /// λ₁ and λ₂, the smaller of which is 0, and what was taken from both for that.
  private let eigenvalues: (cosine: Double, sine: Double)
  private let shift: Double
  /// The width of the envelope: any number in (0, 2] gives a bound.
  private let b: Double

  init(own: Double, other: Double, correlation: Double) {
    (self.own, self.other, self.correlation) = (own, other, correlation)
    let sine = 0.5 * (own - correlation * correlation / other)
    shift = min(sine, 0)
    eigenvalues = (-shift, sine - shift)
    // The best b solves 1 / (b + 2 λ₁) + 1 / (b + 2 λ₂) = 1; one of the two is 0.
    let larger = 2 * (eigenvalues.cosine + eigenvalues.sine)
    b = 0.5 * (2 - larger + (larger * larger + 4).squareRoot())
  }

  /// One angle in [-π, π]; `nan` for parameters that are not positive.
  func draw(key: Threefry) -> Double {
    guard own > 0, other > 0, !correlation.isNaN else { return .nan }
    let logTop = Special.logBesselI0(other)
    var key = key
    for _ in 0..<10_000 {
      let (proposing, accepting) = (key.child(1), key.child(2))
      key = key.child(0)
      let c = proposing.normal(0) / (1 + 2 * eigenvalues.cosine / b).squareRoot()
      let s = proposing.normal(1) / (1 + 2 * eigenvalues.sine / b).squareRoot()
      let length = (c * c + s * s).squareRoot()
      let (cosine, sine) = (c / length, s / length)

      let pull = correlation * sine
      let logBessel = Special.logBesselI0((other * other + pull * pull).squareRoot())
      let logTarget = own * (cosine - 1) + shift + logBessel - logTop
      let w = eigenvalues.cosine * cosine * cosine + eigenvalues.sine * sine * sine
      let logInverse = 1 - 0.5 * b + Double.log(0.5 * b + w)
      if Double.log(onePlus: -accepting.uniform(0)) < logTarget + logInverse {
        return Double.atan2(y: sine, x: cosine)
      }
    }
    return .nan
  }
}
