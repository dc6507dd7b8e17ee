import Foundation

/// NumPy's default generator of random numbers, PCG64, with its uniform, normal and exponential draws to the last digit.
///
///     var generator = NumPyGenerator(seed: 2024)  // numpy.random.default_rng(2024)
///     generator.random()                          // generator.random()
///
/// It is for data that Python has simulated; draws of models are from `RandomKey`.
///
/// - Reference: O'Neill (2014), *PCG: a family of simple fast space-efficient statistically good algorithms for random
///   number generation*, for XSL-RR 128/64; NumPy's `distributions.c` for the ziggurats.
public struct NumPyGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt128
  private let increment: UInt128

  /// The generator of a seed, as `numpy.random.default_rng(seed)`.
  public init(seed: UInt64) {
    let words = SeedSequence(seed).words(4).map { UInt128($0) }
    increment = (words[2] << 64 | words[3]) << 1 | 1
    // From 0 a step gives the increment.
    state = increment &+ (words[0] << 64 | words[1])
    step()
  }

  private mutating func step() {
    state = state &* 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645 &+ increment
  }

  /// A word of 64 random bits.
  public mutating func next() -> UInt64 {
    step()
    let word = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return word >> turn | word << ((64 - turn) & 63)
  }

  /// A draw from the uniform distribution on [0, 1), a multiple of 2⁻⁵³.
  public mutating func random() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Draws from the uniform distribution on [0, 1).
  public mutating func random(_ count: Int) -> [Double] { (0..<count).map { _ in random() } }

  /// A draw from the standard normal distribution, by a ziggurat of 256 strips.
  public mutating func standardNormal() -> Double {
    while true {
      var word = next()
      let strip = Int(word & 0xff)
      word >>= 8
      let isNegative = word & 1 == 1
      let number = (word >> 1) & 0x000f_ffff_ffff_ffff
      let size = Double(number) * NormalZiggurat.widths[strip]
      if number < NormalZiggurat.bounds[strip] { return isNegative ? -size : size }
      if strip == 0 {
        let beyond = normalTail()
        return (number >> 8) & 1 == 1 ? -beyond : beyond
      }
      let (above, own) = (NormalZiggurat.heights[strip - 1], NormalZiggurat.heights[strip])
      if (above - own) * random() + own < exp(-0.5 * size * size) {
        return isNegative ? -size : size
      }
    }
  }

  /// A draw beyond the last strip of the normal distribution.
  private mutating func normalTail() -> Double {
    let edge = 3.6541528853610087963519472518
    while true {
      let x = -0.27366123732975827203338247596 * log1p(-random())
      let y = -log1p(-random())
      if y + y > x * x { return edge + x }
    }
  }

  /// Draws from the standard normal distribution.
  public mutating func standardNormal(_ count: Int) -> [Double] {
    (0..<count).map { _ in standardNormal() }
  }

  /// A draw from the exponential distribution of rate 1, by a ziggurat of 256 strips.
  public mutating func standardExponential() -> Double {
    while true {
      let word = next() >> 3
      let (strip, number) = (Int(word & 0xff), word >> 8)
      let size = Double(number) * ExponentialZiggurat.widths[strip]
      if number < ExponentialZiggurat.bounds[strip] { return size }
      if strip == 0 { return 7.6971174701310497140446280481 - log1p(-random()) }
      let (above, own) = (
        ExponentialZiggurat.heights[strip - 1], ExponentialZiggurat.heights[strip]
      )
      if (above - own) * random() + own < exp(-size) { return size }
    }
  }

  /// Draws from the exponential distribution of rate 1.
  public mutating func standardExponential(_ count: Int) -> [Double] {
    (0..<count).map { _ in standardExponential() }
  }
}
