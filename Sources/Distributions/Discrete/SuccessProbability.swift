import Autodiff
import PPL

/// The probability of a success, given directly or as log odds, with formulas that are accurate in both.
///
///     probability p = sigmoid(l),    log odds l = log(p / (1 - p))
enum SuccessProbability: Sendable {
  case probabilities(Tensor)
  case logits(Tensor)

  var parameter: Parameter { parameter("probabilities", "logits") }

  /// The parameter, with its name as a probability or as log odds.
  func parameter(_ probability: String, _ logOdds: String) -> Parameter {
    switch self {
    case .probabilities(let p): Parameter(probability, p, .unitInterval)
    case .logits(let l): Parameter(logOdds, l, .real)
    }
  }

  var shape: [Int] { parameter.value.shape }

  var probabilities: Tensor {
    switch self {
    case .probabilities(let p): p
    case .logits(let l): sigmoid(l)
    }
  }

  /// The probability of a failure, `1 - p`.
  var complement: Tensor {
    switch self {
    case .probabilities(let p): 1 - p
    case .logits(let l): sigmoid(-l)
    }
  }

  var logits: Tensor {
    switch self {
    case .probabilities(let p): log(p) - log1p(-p)
    case .logits(let l): l
    }
  }

  /// The odds of a success, `p / (1 - p)`.
  var odds: Tensor {
    switch self {
    case .probabilities(let p): p / (1 - p)
    case .logits(let l): exp(l)
    }
  }

  /// The odds of a failure, `(1 - p) / p`.
  var oddsAgainst: Tensor {
    switch self {
    case .probabilities(let p): (1 - p) / p
    case .logits(let l): exp(-l)
    }
  }

  /// The log probability of a failure, `log(1 - p)`.
  var logComplement: Tensor {
    switch self {
    case .probabilities(let p): log1p(-p)
    case .logits(let l): -softplus(l)
    }
  }

  /// The log probability of k successes and f failures in any order; the counts need not be whole.
  ///
  ///     log(Γ(n + 1) / (Γ(k + 1) Γ(f + 1)) p^k (1 - p)^f),    n = k + f
  ///
  /// - Parameters:
  ///   - k: The number of successes, 0 or more.
  ///   - f: The number of failures, 0 or more.
  /// - Returns: A tensor of the shape of `k`, `f` and the probability broadcast together.
  /// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (1).
  func logBinomial(successes k: Tensor, failures f: Tensor) -> Tensor {
    let n = k + f
    let peak = logFactorialRemainder(n) - logFactorialRemainder(k) - logFactorialRemainder(f)
    // The rarer outcome determines the distance of both counts from their means.
    let (p, q) = (probabilities, complement)
    let isRare = p .<= q
    let distance =
      deviance(k, select(isRare, n * p, n - n * q)) + deviance(f, select(isRare, n - n * p, n * q))
    guard case .logits(let l) = self else { return peak - distance }
    // Where a probability underflows, its logarithm does not.
    let isFar = abs(l) .> 600
    let some = select(n .== 0, 1, n)
    let far = logProb(successes: k, failures: f) - timesLog(k, k / some) - timesLog(f, f / some)
    return peak + select(isFar, far, -select(isFar, 0, distance))
  }

  /// The log probability of successes and failures in a given order, with `0 log(0) = 0`.
  ///
  ///     s log(p) + f log(1 - p)
  func logProb(successes s: Tensor, failures f: Tensor) -> Tensor {
    switch self {
    case .probabilities(let p):
      // Certain outcomes: p = 1 with no failures.
      let isCertain = (f .== 0) .& (p .== 1)
      return timesLog(s, p) + f * log1p(-select(isCertain, 0, p))
    case .logits(let l):
      return -(s * softplus(-l) + f * softplus(l))
    }
  }
}
