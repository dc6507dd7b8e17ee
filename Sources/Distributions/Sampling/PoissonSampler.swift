import Autodiff
import RealModule

/// The Poisson sampler, exact at every mean.
///
/// For means below 10, a draw counts how many uniform numbers can be multiplied before the product falls to
/// exp(-mean). From 10 on it is a transformed uniform number, accepted or rejected, in a number of rounds that
/// does not grow with the mean. Keys are used as in JAX: round r of element n uses word n of the keys of that
/// round. JAX computes in single precision, on uniform numbers of 23 bits; here these are the leading ones of 52.
/// Below 10 the draws are those of `jax.random.poisson`, except for its rounding; above 10 many are: JAX continues
/// to replace an accepted number while other elements of the array wait for theirs, so that it depends on them.
///
/// - Reference: Knuth (1997), *The Art of Computer Programming* 2, §3.4.1; Hörmann (1993), "The
///   transformed rejection method for generating Poisson random variables", *Insurance: Mathematics
///   and Economics* 12, 39–45 (algorithm PTRS).
struct PoissonSampler {
  private var products: Rounds
  private var proposals: Rounds

  init(key: Threefry) {
    products = Rounds(key: key, count: 1)
    proposals = Rounds(key: key, count: 2)
  }

  /// Element `n` of an array of draws; `nan` for a mean that is negative, infinite or `nan`.
  mutating func draw(mean: Double, _ n: UInt64) -> Double {
    guard mean >= 0, mean < .infinity else { return .nan }
    if mean == 0 { return 0 }
    return mean < 10 ? byProducts(mean, n) : byRejection(mean, n)
  }

  private mutating func byProducts(_ mean: Double, _ n: UInt64) -> Double {
    var logProduct = 0.0
    var round = 0
    while logProduct > -mean {
      logProduct += Double.log(products.key(0, ofRound: round).longUniform32(n))
      round += 1
    }
    return Double(round - 1)
  }

  /// A draw by rejection; names as in the paper.
  private mutating func byRejection(_ mean: Double, _ n: UInt64) -> Double {
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    var round = 0
    while true {
      let u = proposals.key(0, ofRound: round).longUniform32(n) - 0.5
      let v = proposals.key(1, ofRound: round).longUniform32(n)
      round += 1
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= squeeze { return k }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let logHat = Double.log(v * inverseAlpha / (a / (us * us) + b))
      if logHat <= Special.logGammaTerm(k, mean) { return k }
    }
  }
}

/// The keys of the rounds of a loop that all elements of an array pass through together.
///
/// Each round splits one key: the first child is for the next round, the others are for this round.
private struct Rounds {
  private var next: Threefry
  private let count: Int
  private var keys: [Threefry] = []

  init(key: Threefry, count: Int) { (next, self.count) = (key, count) }

  mutating func key(_ place: Int, ofRound round: Int) -> Threefry {
    while keys.count <= round * count {
      for child in 1...count { keys.append(next.child(UInt64(child))) }
      next = next.child(0)
    }
    return keys[round * count + place]
  }
}

extension Threefry {
  /// A uniform number in [0, 1) whose leading 23 bits are those of JAX's single-precision one.
  fileprivate func longUniform32(_ n: UInt64) -> Double {
    let (b0, b1) = block(UInt32(truncatingIfNeeded: n >> 32), UInt32(truncatingIfNeeded: n))
    let word = UInt64(b0 ^ b1) << 32 | UInt64(b0)
    return Double(bitPattern: word >> 12 | 0x3FF0_0000_0000_0000) - 1
  }
}
