import RealModule

extension Special {
  /// k log(k / m) + m - k for k ≥ 0 and m > 0: how far a count is from its mean, in nats.
  ///
  /// Near k = m its large parts cancel by hand; the absolute error is a few units in the last place
  /// of |k - m|, and farther out of the result.
  ///
  /// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (3).
  static func deviance(_ k: Double, _ m: Double) -> Double {
    if k == 0 { return m }
    let excess = (m - k) / k
    if abs(excess) > 0.5 { return k * Double.log(k / m) + (m - k) }
    return (m - k) - k * Double.log(onePlus: excess)
  }

  /// log(m^k exp(-m) / k!) for k ≥ 0 and m > 0, good at any mean.
  ///
  /// - Reference: Loader (2000), eq. (4).
  static func logPoisson(_ k: Double, mean m: Double) -> Double {
    if k == 0 { return -m }
    return -deviance(k, m) - 0.5 * Double.log(2 * .pi * k) - stirlingCorrection(k)
  }

  /// log(n! / (k! (n - k)!) p^k (1 - p)^(n - k)) for 0 ≤ k ≤ n and 0 < p < 1, good at any n.
  ///
  /// - Reference: Loader (2000), eq. (1).
  static func logBinomial(_ k: Double, trials n: Double, probability p: Double) -> Double {
    if k == 0 { return n * Double.log(onePlus: -p) }
    if k == n { return n * Double.log(p) }
    let rest = n - k
    let distance = deviance(k, n * p) + deviance(rest, n * (1 - p))
    let correction = stirlingCorrection(k) + stirlingCorrection(rest) - stirlingCorrection(n)
    return 0.5 * Double.log(n / k / rest / (2 * .pi)) - distance - correction
  }
}
