import Autodiff
import RealModule

/// The von Mises sampler: draws from the centred distribution by rejection from a wrapped Cauchy distribution.
///
/// The keys are used as in NumPyro, so that one key gives its digits: in each round every element has a proposal;
/// an accepted one keeps its cosine, and all get their signs in the last round.
///
/// - Reference: Devroye (1986), *Non-Uniform Random Variate Generation*, §9.7.3; Best and Fisher (1979),
///   "Efficient simulation of the von Mises distribution", *Applied Statistics* 28(2), 152–157.
enum VonMisesSampler {
  /// Fills an array with draws.
  ///
  /// - Parameters:
  ///   - concentration: The concentration of each of the `count` draws; positive.
  ///   - result: The memory of the draws, in [-π, π].
  static func fill(
    _ result: UnsafeMutablePointer<Double>, concentration: UnsafeMutablePointer<Double>, count: Int,
    key: Threefry
  ) {
    var key = key
    var sides = key.child(0)
    var isDone = [Bool](repeating: false, count: count)
    var left = count
    var round = 0
    // A round accepts at least two thirds of its proposals, so a hundred are never needed.
    while left > 0, round < 100 {
      let accepting = key.child(1)
      sides = key.child(0)
      key = key.child(2)
      round += 1
      for i in 0..<count where !isDone[i] {
        let u = sides.uniform(UInt64(i), in: -1..<1)
        let s = cauchyParameter(concentration[i])
        let z = Double.cos(.pi * u)
        let cosine = (1 + s * z) / (s + z)
        result[i] = cosine
        let y = concentration[i] * (s - cosine)
        let v = accepting.uniform(UInt64(i))
        if y * (2 - y) >= v || Double.log(y / v) + 1 >= y {
          isDone[i] = true
          left -= 1
        }
      }
    }
    for i in 0..<count {
      let side = sides.uniform(UInt64(i), in: -1..<1)
      let angle = Double.acos(max(-1, min(1, result[i])))
      result[i] = concentration[i] > 0 ? (side < 0 ? -angle : angle) : .nan
    }
  }

  /// The parameter (1 + ρ²) / (2 ρ) of the wrapped Cauchy distribution of the best fit; 1 / κ to rounding for small κ.
  private static func cauchyParameter(_ concentration: Double) -> Double {
    guard concentration > 1.2e-4 else { return 1 / concentration }
    let r = 1 + (1 + 4 * concentration * concentration).squareRoot()
    let rho = (r - (2 * r).squareRoot()) / (2 * concentration)
    return (1 + rho * rho) / (2 * rho)
  }
}
