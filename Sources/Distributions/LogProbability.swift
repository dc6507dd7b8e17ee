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

/// The sum in logarithms `log(exp(a) + exp(b))`, also where one or both are -infinity.
func logSum(_ a: Tensor, _ b: Tensor) -> Tensor {
  let largest = maximum(a, b)
  let isNone = largest .== Tensor(-.infinity)
  let gap = select(isNone, 0, minimum(a, b)) - select(isNone, 0, largest)
  return select(isNone, Tensor(-.infinity), largest) + log1p(exp(gap))
}

/// The function `log(1 + |z|² / ν)` of vectors along the last axis, also where the square overflows.
func logOnePlusSquares(_ z: Tensor, over nu: Tensor) -> Tensor {
  let size = stopGradient(abs(z).max(along: [-1], keepingDimensions: true))
  let isFar = size .> 1e100
  let scale = select(isFar, size, 1)
  let squares = square(z / scale).sum(along: [-1])
  let isFarVector = isFar.squeezingDimension(at: -1)
  let logScale = log(scale).squeezingDimension(at: -1)
  let far = 2 * logScale + log(select(isFarVector, squares, 1)) - log(nu)
  return select(isFarVector, far, log1p(select(isFarVector, 0, squares) / nu))
}

/// The function `log Γ(a) - a ψ(a) + a`: the intercept of the tangent of log Γ at `a`, and `a`. The entropies of
/// gamma, beta and Dirichlet distributions share it.
func logGammaTangent(_ a: Tensor) -> Tensor {
  1 + logFactorialRemainder(a) - a * logFactorialRemainderSlope(a) - log(a)
}

extension RandomKey {
  /// Uniform draws on (0, 1), as NumPyro makes them: never 0, where quantile functions are infinite.
  func innerUniform(_ shape: [Int]) -> Tensor {
    uniform(shape, in: Double.leastNormalMagnitude..<1)
  }
}
