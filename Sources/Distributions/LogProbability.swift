import Autodiff
import PPL

/// `log(1 - exp(x))` for x ≤ 0: the logarithm of the complement of a probability.
///
/// - Reference: Mächler (2012), *Accurately computing log(1 - exp(-|a|))*, eq. (7).
func logOneMinusExp(_ x: Tensor) -> Tensor {
  let isNear = x .> Tensor(-Constant.logTwo)
  let near = log(-expm1(select(isNear, x, -1)))
  return select(isNear, near, log1p(-exp(select(isNear, -1, x))))
}

/// `log(exp(a) + exp(b))`, also where one or both are -infinity.
func logSum(_ a: Tensor, _ b: Tensor) -> Tensor {
  let largest = maximum(a, b)
  let isNone = largest .== Tensor(-.infinity)
  let gap = select(isNone, 0, minimum(a, b)) - select(isNone, 0, largest)
  return select(isNone, Tensor(-.infinity), largest) + log1p(exp(gap))
}

/// `log(a / b)` for positive numbers, with all its digits also where they nearly agree.
func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
  let excess = (a - b) / b
  let isNear = abs(excess) .< 0.5
  let far = log(select(isNear, 1, a / b))
  return select(isNear, log1p(select(isNear, excess, 0)), far)
}

extension RandomKey {
  /// Uniform on (0, 1): never 0, where quantile functions are infinite. As NumPyro draws it.
  func innerUniform(_ shape: [Int]) -> Tensor {
    uniform(shape, in: Double.leastNormalMagnitude..<1)
  }
}
