import Preconditions
import RealModule

/// A counter-based random number generator: a key, and a stream addressed by position.
///
/// Output `n` is the block cipher applied to the 64-bit counter `n`, so that any element of a stream can be
/// computed without those before it, and a stream does not depend on how it is divided. Digits agree with JAX's
/// default generator (`threefry2x32`, partitionable).
///
/// - Reference: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
///   *SC '11*.
package struct Threefry: Sendable, Hashable {
  package let high, low: UInt32

  /// The two words of the key.
  var key: (UInt32, UInt32) { (high, low) }

  init(key: (UInt32, UInt32)) {
    (high, low) = key
  }

  /// The key whose two words are the upper and lower half of `seed`.
  package init(seed: UInt64) {
    self.init(key: (UInt32(truncatingIfNeeded: seed >> 32), UInt32(truncatingIfNeeded: seed)))
  }
}

// MARK: - The cipher

extension Threefry {
  /// The block cipher Threefry-2x32 with 20 rounds, applied to the counter words `c0` and `c1`.
  @inline(__always)
  package func block(_ c0: UInt32, _ c1: UInt32) -> (UInt32, UInt32) {
    let parity = high ^ low ^ 0x1BD1_1BDA
    var x = (c0 &+ high, c1 &+ low)
    Self.firstRounds(&x)
    x = (x.0 &+ low, x.1 &+ parity &+ 1)
    Self.secondRounds(&x)
    x = (x.0 &+ parity, x.1 &+ high &+ 2)
    Self.firstRounds(&x)
    x = (x.0 &+ high, x.1 &+ low &+ 3)
    Self.secondRounds(&x)
    x = (x.0 &+ low, x.1 &+ parity &+ 4)
    Self.firstRounds(&x)
    return (x.0 &+ parity, x.1 &+ high &+ 5)
  }

  @inline(__always)
  private static func firstRounds(_ x: inout (UInt32, UInt32)) {
    mix(&x, 13)
    mix(&x, 15)
    mix(&x, 26)
    mix(&x, 6)
  }

  @inline(__always)
  private static func secondRounds(_ x: inout (UInt32, UInt32)) {
    mix(&x, 17)
    mix(&x, 29)
    mix(&x, 16)
    mix(&x, 24)
  }

  @inline(__always)
  private static func mix(_ x: inout (UInt32, UInt32), _ rotation: UInt32) {
    x.0 = x.0 &+ x.1
    x.1 = (x.1 &<< rotation | x.1 &>> (32 &- rotation)) ^ x.0
  }

  /// The block at the 64-bit counter `n`.
  @inline(__always)
  private func block(at n: UInt64) -> (UInt32, UInt32) {
    block(UInt32(truncatingIfNeeded: n >> 32), UInt32(truncatingIfNeeded: n))
  }
}

// MARK: - Keys and words

extension Threefry {
  /// The `n`-th of the independent keys into which this one splits; it does not depend on their number.
  package func child(_ n: UInt64) -> Threefry {
    Threefry(key: block(at: n))
  }

  /// The key for `data`, for keys by name or index rather than by order.
  func foldIn(_ data: UInt32) -> Threefry {
    Threefry(key: block(0, data))
  }

  /// The `n`-th 32-bit word of the stream.
  func bits32(_ n: UInt64) -> UInt32 {
    let (b0, b1) = block(at: n)
    return b0 ^ b1
  }

  /// The `n`-th 64-bit word of the stream.
  @inline(__always)
  package func bits64(_ n: UInt64) -> UInt64 {
    let (b0, b1) = block(at: n)
    return UInt64(b0) << 32 | UInt64(b1)
  }
}

// MARK: - Draws

extension Threefry {
  /// The `n`-th uniform number of the stream, in [0, 1), a multiple of 2^-52.
  @inline(__always)
  package func uniform(_ n: UInt64) -> Double {
    Double(bitPattern: bits64(n) >> 12 | 0x3FF0_0000_0000_0000) - 1
  }

  /// The `n`-th uniform number in `range`; its lower end is never missed by rounding.
  @inline(__always)
  package func uniform(_ n: UInt64, in range: Range<Double>) -> Double {
    let u = uniform(n) * (range.upperBound - range.lowerBound) + range.lowerBound
    return max(range.lowerBound, u)
  }

  /// The `n`-th standard normal number, by inversion of one uniform on (-1, 1).
  @inline(__always)
  package func normal(_ n: UInt64) -> Double {
    2.0.squareRoot() * Special.erfInverse(uniform(n, in: (-1.0).nextUp..<1))
  }

  /// A random permutation of the numbers 0 to `count` - 1.
  ///
  /// It sorts stably by random 32-bit words, so often that words that are equal in every round are improbable:
  /// with r rounds the probability of a tie is about count² / 2^(32 r + 1), and r makes 2^(32 r) >= count³.
  ///
  /// - Complexity: O(*count*).
  func permutation(_ count: Int) -> [Int] {
    require(count >= 0, "permutation: the count is \(count), but must not be negative.")
    require(count <= 1 << 32, "permutation: the count is \(count), but at most 2^32 fit.")
    let size = Double(max(1, count))
    let rounds = Int((3 * Double.log(size) / Double.log(Double(UInt32.max))).rounded(.up))
    var order = Array(0..<count)
    var parent = self
    for _ in 0..<rounds {
      let words = parent.child(1)
      parent = parent.child(0)
      // The word above and the place below: plain integers move in a fraction of the time of pairs.
      let keys = (0..<count).map { UInt64(words.bits32(UInt64($0))) << 32 | UInt64($0) }
      order = sortedByUpperWord(keys).map { order[Int($0 & 0xffff_ffff)] }
    }
    return order
  }

  /// The keys sorted stably by their upper 32 bits, byte by byte from the lowest; linear in the count.
  private func sortedByUpperWord(_ keys: [UInt64]) -> [UInt64] {
    var (source, target) = (keys, keys)
    for shift in stride(from: 32, to: 64, by: 8) {
      var starts = Array(repeating: 0, count: 257)
      for key in source { starts[Int(key >> shift & 0xff) + 1] += 1 }
      for digit in 0..<256 { starts[digit + 1] += starts[digit] }
      for key in source {
        let digit = Int(key >> shift & 0xff)
        target[starts[digit]] = key
        starts[digit] += 1
      }
      swap(&source, &target)
    }
    return source
  }
}
