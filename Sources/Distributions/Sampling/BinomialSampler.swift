import Autodiff
import RealModule

/// The binomial sampler: the number of successes in a number of trials, exact at every size.
///
/// The less probable outcome is counted. If fewer than 10 are expected, the gaps between them are drawn; otherwise
/// a draw is a transformed uniform number, accepted or rejected, in a number of rounds that does not grow with the
/// trials. Keys are used as in NumPyro, where element n of an array is drawn with `key.child(n)`; its draws differ
/// occasionally where 10 or more are expected, because it has one Stirling term of the acceptance with the wrong
/// sign.
///
/// - Reference: Devroye (1986), *Non-Uniform Random Variate Generation*, §X.4.3 (first waiting time
///   algorithm); Hörmann (1993), "The generation of binomial random variates", *J. Statist. Comput.
///   Simul.* 46, 101–110 (algorithm BTRS).
enum BinomialSampler {
  /// One draw; `nan` for a probability outside [0, 1] or a negative or infinite number of trials.
  static func draw(trials n: Double, probability p: Double, key: Threefry) -> Double {
    guard p >= 0, p <= 1, n >= 0, n < .infinity else { return .nan }
    if p == 0 || n == 0 { return 0 }
    if p == 1 { return n }
    let rarer = p <= 0.5 ? p : 1 - p
    let k = n * rarer < 10 ? byGaps(n, rarer, key) : byRejection(n, rarer, key)
    return p <= 0.5 ? k : n - k
  }

  private static func byGaps(_ n: Double, _ p: Double, _ key: Threefry) -> Double {
    let logFailure = Double.log(onePlus: -p)
    var key = key
    var trials = 0.0
    var successes = -1.0
    while trials <= n {
      let u = key.child(1).uniform(0)
      key = key.child(0)
      trials += (Double.log(onePlus: -u) / logFailure).rounded(.down) + 1
      successes += 1
    }
    return successes
  }

  /// A draw by rejection; names as in the paper.
  private static func byRejection(_ n: Double, _ p: Double, _ key: Threefry) -> Double {
    let spread = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * spread
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let alpha = (2.83 + 5.1 / b) * spread
    let squeeze = 0.92 - 4.2 / b
    let mode = ((n + 1) * p).rounded(.down)
    let logMode = logProbability(mode, trials: n, probability: p)
    var key = key
    while true {
      let u = key.child(1).uniform(0) - 0.5
      let v = key.child(2).uniform(0)
      key = key.child(0)
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + (n * p + 0.5)).rounded(.down)
      if abs(u) <= 0.43, v <= squeeze { return k }
      if !(k >= 0 && k <= n) { continue }
      let logHat = Double.log(v * alpha / (a / (us * us) + b))
      if logHat <= logProbability(k, trials: n, probability: p) - logMode { return k }
    }
  }

  /// The binomial log probability log(n! / (k! (n - k)!) p^k (1 - p)^(n - k)) for 0 ≤ k ≤ n and 0 < p < 1,
  /// accurate at any n.
  ///
  /// - Reference: Loader (2000), eq. (1).
  static func logProbability(_ k: Double, trials n: Double, probability p: Double) -> Double {
    if k == 0 { return n * Double.log(onePlus: -p) }
    if k == n { return n * Double.log(p) }
    let rest = n - k
    let distance = Special.deviance(k, n * p) + Special.deviance(rest, n * (1 - p))
    let correction =
      Special.stirlingCorrection(k) + Special.stirlingCorrection(rest)
      - Special.stirlingCorrection(n)
    return 0.5 * Double.log(n / k / rest / (2 * .pi)) - distance - correction
  }
}
