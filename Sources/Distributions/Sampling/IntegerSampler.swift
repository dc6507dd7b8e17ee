import Autodiff

/// The sampler of whole numbers of a range, each with the same probability.
///
/// A draw is a remainder of 128 random bits: the probability of a number is off by at most the range over 2^128.
/// The bits are those that `jax.random.randint` uses for a 64-bit integer, so that one key gives its digits (for
/// ranges above 2^32 JAX's own remainder overflows).
enum IntegerSampler {
  /// Element `n` of an array of draws from `low`, …, `high`; `nan` where these are not whole numbers below 2^53,
  /// or where `high` is the smaller one.
  static func draw(low: Double, high: Double, _ n: UInt64, key: Threefry) -> Double {
    let limit = 0x1p53
    guard abs(low) <= limit, abs(high) <= limit, low <= high else { return .nan }
    guard low == low.rounded(), high == high.rounded() else { return .nan }
    let count = UInt64(high - low) + 1
    let (upper, lower) = (key.child(0).bits64(n), key.child(1).bits64(n))
    let offset = count.dividingFullWidth((upper % count, lower)).remainder
    return low + Double(offset)
  }
}
