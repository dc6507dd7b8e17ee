import RealModule

/// Incomplete gamma and beta functions of the count after `k`, which are distribution functions of counts.
///
/// From 2^53 on `k + 1` is rounded; the lost or superfluous step is the probability of the count `k`.
extension Special {
  /// The function Q(k + 1, x) for a whole k ≥ 0: the probability of at most k events where x are expected.
  static func regularizedGammaQ(after k: Double, _ x: Double) -> Double {
    let tail = regularizedGammaQ(k + 1, x)
    let lost = lostStep(after: k)
    return lost == 0 ? tail : tail + lost * Double.exp(logGammaTerm(k, x))
  }

  /// The function I_x(a, k + 1) for a whole k ≥ 0: the probability of at most k successes before a failures of
  /// probability x.
  ///
  /// - Reference: DLMF 8.17.21.
  static func regularizedBeta(_ a: Double, after k: Double, _ x: Double) -> Double {
    let tail = regularizedBeta(a, k + 1, x)
    let lost = lostStep(after: k)
    if lost == 0 || x <= 0 || x >= 1 { return tail }
    return tail + lost * Double.exp(logBetaPower(a, k, x, 1 - x) - Double.log(k))
  }

  /// The rounding error of k + 1; zero for an infinite k.
  private static func lostStep(after k: Double) -> Double {
    abs(k) < 0x1p53 || !k.isFinite ? 0 : 1 - ((k + 1) - k)
  }
}
