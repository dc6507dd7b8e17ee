import Autodiff
import RealModule

/// The gamma sampler: draws from Gamma(alpha, 1) by rejection from a transformed normal.
///
/// Below alpha = 1 a draw is one of alpha + 1 times U^(1 / alpha), which underflows for small alpha; `logDraw`
/// gives its logarithm instead. The keys are used as in JAX, so that one key gives the digits of
/// `jax.random.gamma` and `jax.random.loggamma`: element n of an array is drawn with `key.child(n)`.
///
/// - Reference: Marsaglia and Tsang (2000), "A simple method for generating gamma variables",
///   *ACM TOMS* 26(3), 363–372.
enum GammaSampler {
  /// One draw; 0 for `alpha` = 0, `nan` for a negative one.
  static func draw(alpha: Double, key: Threefry) -> Double {
    guard alpha >= 0 else { return .nan }
    let (unboosted, boostKey) = unboostedDraw(alpha: alpha, key: key)
    if alpha >= 1 { return unboosted.scale * unboosted.cube }
    let u = 1 - boostKey.uniform(0)
    return unboosted.scale * unboosted.cube * Double.pow(u, 1 / alpha)
  }

  /// The logarithm of one draw; -infinity for `alpha` = 0, `nan` for a negative one.
  static func logDraw(alpha: Double, key: Threefry) -> Double {
    guard alpha >= 0 else { return .nan }
    let (unboosted, boostKey) = unboostedDraw(alpha: alpha, key: key)
    let value = Double.log(unboosted.scale) + Double.log(unboosted.cube)
    let logU = Double.log(onePlus: -boostKey.uniform(0))
    // The second condition keeps 0 · (1 / 0) from turning into nan.
    if alpha >= 1 || logU == 0 { return value }
    return value + logU * (1 / alpha)
  }

  /// A draw `scale * cube` of Gamma(alpha), or of Gamma(alpha + 1) if alpha < 1, and the key left for the boost.
  private static func unboostedDraw(
    alpha: Double, key: Threefry
  ) -> (draw: (scale: Double, cube: Double), boostKey: Threefry) {
    let d = (alpha >= 1 ? alpha : alpha + 1) - 1.0 / 3
    let c = (1.0 / 3) / d.squareRoot()
    let boostKey = key.child(1)
    var loopKey = key.child(0)
    while true {
      let uniformKey = loopKey.child(2)
      let (x, v) = positiveProposal(c, key: loopKey.child(1))
      loopKey = loopKey.child(0)
      let square = x * x
      let cube = v * v * v
      let u = uniformKey.uniform(0)
      // The squeeze accepts most proposals without a logarithm.
      if u < 1 - 0.0331 * square * square { return ((d, cube), boostKey) }
      if !(Double.log(u) >= 0.5 * square + d * (1 - cube + Double.log(cube))) {
        return ((d, cube), boostKey)
      }
    }
  }

  /// A normal proposal x with v = 1 + c x positive.
  private static func positiveProposal(_ c: Double, key: Threefry) -> (x: Double, v: Double) {
    var loopKey = key
    while true {
      let x = loopKey.child(1).normal(0)
      loopKey = loopKey.child(0)
      let v = 1 + c * x
      if !(v <= 0) { return (x, v) }
    }
  }
}
