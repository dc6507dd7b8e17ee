import Autodiff
import CDistributions

/// The log density of the generalized extreme value distribution as a function of the value, the location, the
/// scale and the shape; -infinity outside the support, with derivatives 0.
///
///     s = z phi(shape z),    z = (x - location) / scale,    phi(a) = log(1 + a) / a
///     log p = -log(scale) - (1 + shape) s - exp(-s)
///
/// It is one smooth function through shape 0. The arguments broadcast; the logarithm of a scale without axes of
/// its own is computed once for each row.
///
/// - Complexity: Value and gradient are one pass, with one logarithm and one exponential for each element.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, eq. (3.2).
struct GEVLogDensity: OnePassFunction {
  var name: String { "GEV log density" }
  var kernel: OperationKernel.Function { ppl_gev_log_density }
  var derivatives: [Int] { [1, 2, 3] }

  func derivative(in argument: Int, _ part: (Int) -> Tensor) -> Tensor {
    argument == 0 ? -part(1) : part(argument)
  }

  func formula(_ arguments: [Tensor]) -> Tensor {
    let (x, location, scale, shape) = (arguments[0], arguments[1], arguments[2], arguments[3])
    let z = (x - location) / scale
    let isInside = shape * z .> -1
    let safeZ = select(isInside, z, 0)
    let s = safeZ * log1pRatio(shape * safeZ)
    // Below this exp(-s) is not finite, and derivatives would be infinity minus infinity.
    let isFinite = s .> -700
    let r = select(isFinite, s, 0)
    let logDensity = -log(scale) - (1 + shape) * r - exp(-r)
    return select(isInside .& isFinite, logDensity, Tensor(-.infinity))
  }
}
