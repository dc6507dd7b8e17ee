import Autodiff
import RealModule

/// The negative binomial log probability of the count `k`, for counts of the given mean and variance
/// `mean + mean² / r`.
///
/// It is accurate at any mean and any `r`, as is its derivative in `r` at constant mean.
public func logNegativeBinomial(_ k: Tensor, _ r: Tensor, mean: Tensor) -> Tensor {
  Tensor.apply(
    LogNegativeBinomial(isSlope: false),
    broadcasted([k, r, mean], for: LogNegativeBinomial(isSlope: false).name))
}

/// The negative binomial log probability, or its derivative in `r` at constant mean, of counts, `r` and means of one
/// shape.
struct LogNegativeBinomial: TensorOperation {
  let isSlope: Bool
  var name: String { isSlope ? "logNegativeBinomialSlope" : "logNegativeBinomial" }
  var isElementwise: Bool { true }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: isSlope
        ? { x, n in
          for i in 0..<n[0] { x[3][i] = Self.slope(x[0][i], x[1][i], mean: x[2][i]) }
        }
        : { x, n in
          for i in 0..<n[0] { x[3][i] = Self.logProbability(x[0][i], x[1][i], mean: x[2][i]) }
        }, integers: [elementCount(operands[0])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (k, r, m) = (operands[0], operands[1], operands[2])
    return (isSlope ? curvatures(k, r, mean: m) : slopes(k, r, mean: m)).map { g * $0 }
  }

  private func slopes(_ k: Tensor, _ r: Tensor, mean m: Tensor) -> [Tensor] {
    let isNone = k .== 0
    let excess = select(isNone, -1, (k - m) / select(isNone, 1, m))
    return [
      polygammaDifference(0, k + 1, r - 1) + log(m / (r + m)),
      Tensor.apply(LogNegativeBinomial(isSlope: true), k, r, m), r / (r + m) * excess,
    ]
  }

  private func curvatures(_ k: Tensor, _ r: Tensor, mean m: Tensor) -> [Tensor] {
    let (total, curvature) = (r + m, (k - m) / square(r + m))
    return [
      polygamma(1, r + k) - reciprocal(total),
      polygammaDifference(1, r, k) + m / (r * total) + curvature, curvature,
    ]
  }

  /// The negative binomial log probability of k, for counts of mean m and variance m + m²/r.
  ///
  ///     log(Γ(k + r) / (k! Γ(r)) (m / (r + m))^k (r / (r + m))^r)
  ///
  /// - Reference: Loader (2000), §3, with the mean as parameter.
  static func logProbability(_ k: Double, _ r: Double, mean m: Double) -> Double {
    guard k >= 0, r >= 0, m >= 0 else { return .nan }
    if k == 0 { return -r * Double.log(onePlus: m / r) }
    if m == 0 || r == 0 { return -.infinity }
    if r == .infinity { return Special.logGammaTerm(k, m) }
    let n = k + r
    if n < 100 {
      let powers = k * Double.log(m / (r + m)) - r * Double.log(onePlus: m / r)
      return powers - Special.logBeta(r, k + 1) - Double.log(n)
    }
    // n m / (r + m) - k
    let excess = (m - k) * (r / (r + m))
    let left = k * Special.logMinus(ratio: (n / k) * (m / (r + m)), excess: excess / k)
    let right = r * Special.logMinus(ratio: n / (r + m), excess: -excess / r)
    return left + right + Special.logBetaPeak(k, r) - Double.log(k)
  }

  /// The derivative of the negative binomial log probability in r at constant mean.
  ///
  ///     ψ(r + k) - ψ(r) - log(1 + m/r) + (m - k) / (r + m)
  static func slope(_ k: Double, _ r: Double, mean m: Double) -> Double {
    guard k >= 0, r > 0, m >= 0 else { return .nan }
    if r == .infinity { return 0 }
    let u = (k - m) / (r + m)
    return Special.digammaRestDifference(r, k)
      + Special.logMinus(ratio: (k + r) / (r + m), excess: u)
  }
}
