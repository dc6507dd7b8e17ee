// The public face of the elementwise operations.

// MARK: Arithmetic

extension Tensor {
  /// The negative of every element.
  public static prefix func - (x: Tensor) -> Tensor { unary(.negate, x) }
  /// Elementwise sum; shapes broadcast.
  public static func + (a: Tensor, b: Tensor) -> Tensor { binary(.add, a, b) }
  /// Elementwise difference; shapes broadcast.
  public static func - (a: Tensor, b: Tensor) -> Tensor { binary(.subtract, a, b) }
  /// Elementwise product; shapes broadcast. `matmul` is the product of matrices.
  public static func * (a: Tensor, b: Tensor) -> Tensor { binary(.multiply, a, b) }
  /// Elementwise quotient, infinite or `nan` where the divisor is 0; shapes broadcast.
  public static func / (a: Tensor, b: Tensor) -> Tensor { binary(.divide, a, b) }
  /// Adds `b`, which broadcasts with `a`.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Subtracts `b`, which broadcasts with `a`.
  public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
  /// Multiplies by `b`, which broadcasts with `a`.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Divides by `b`, which broadcasts with `a`.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
}

/// `base` to the power `exponent`, elementwise.
public func pow(_ base: Tensor, _ exponent: Tensor) -> Tensor { binary(.power, base, exponent) }
/// The larger of each pair of elements; equal ones share the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.maximum, a, b) }
/// `log(a / b)`, with all its digits also where the quotient is near 1.
public func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.logRatio, a, b) }
/// `k log(k / m) + m - k` for `k`, `m` ≥ 0: how far a count is from its mean, in nats. It keeps its digits near 0.
///
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (3).
public func deviance(_ k: Tensor, _ m: Tensor) -> Tensor { binary(.deviance, k, m) }
/// The smaller of each pair of elements; equal ones share the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.minimum, a, b) }

// MARK: Comparison: 1 where it holds, 0 elsewhere; no derivative

extension Tensor {
  /// 1 where `a` is less than `b`, else 0; no gradient passes.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { binary(.less, a, b) }
  /// 1 where `a` is at most `b`, else 0; no gradient passes.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { binary(.lessEqual, a, b) }
  /// 1 where `a` is greater than `b`, else 0; no gradient passes.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { binary(.less, b, a) }
  /// 1 where `a` is at least `b`, else 0; no gradient passes.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { binary(.lessEqual, b, a) }
  /// 1 where the elements are equal, else 0; `nan` equals nothing.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { binary(.equal, a, b) }
  /// 1 where the elements differ, else 0; `nan` differs from everything.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { not(binary(.equal, a, b)) }
  /// 1 where neither element is 0, else 0.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { binary(.and, a, b) }
  /// 1 where one element or both are not 0, else 0.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { binary(.or, a, b) }
}

/// 1 where `x` is 0, 0 elsewhere.
public func not(_ x: Tensor) -> Tensor { unary(.not, x) }
/// 1 where the element is neither infinite nor `nan`, else 0.
public func isFinite(_ x: Tensor) -> Tensor { unary(.isFinite, x) }
/// 1 where the element is `nan`, else 0.
public func isNaN(_ x: Tensor) -> Tensor { unary(.isNaN, x) }

/// `a` where `condition` is not 0, `b` elsewhere: NumPy's `where`.
///
/// The branch not taken gets a derivative of exactly 0. If that branch may be infinite, choose its *argument* first:
/// `log(select(x .> 0, x, 1))`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(Select(), condition, a, b)
}

// MARK: Functions of one number

/// Absolute value of every element; its gradient at 0 is 0.
public func abs(_ x: Tensor) -> Tensor { unary(.absolute, x) }
/// -1, 0 or 1 by the sign of every element; no gradient passes.
public func sign(_ x: Tensor) -> Tensor { unary(.sign, x) }
/// The largest whole number not above every element; no gradient passes.
public func floor(_ x: Tensor) -> Tensor { unary(.floor, x) }
/// e to the power of every element.
public func exp(_ x: Tensor) -> Tensor { unary(.exp, x) }
/// Natural logarithm of every element; `nan` below 0, -infinity at 0.
public func log(_ x: Tensor) -> Tensor { unary(.log, x) }
/// log(1 + x), to full precision near 0.
public func log1p(_ x: Tensor) -> Tensor { unary(.log1p, x) }
/// log(1 + x²), also where the square overflows.
public func log1pSquare(_ x: Tensor) -> Tensor { unary(.log1pSquare, x) }
/// exp(x) - 1, to full precision near 0.
public func expm1(_ x: Tensor) -> Tensor { unary(.expm1, x) }
/// Square root of every element; `nan` below 0.
public func sqrt(_ x: Tensor) -> Tensor { unary(.sqrt, x) }
/// Every element times itself.
public func square(_ x: Tensor) -> Tensor { unary(.square, x) }
/// 1 over every element.
public func reciprocal(_ x: Tensor) -> Tensor { unary(.reciprocal, x) }
/// Sine of every element, in radians.
public func sin(_ x: Tensor) -> Tensor { unary(.sin, x) }
/// Cosine of every element, in radians.
public func cos(_ x: Tensor) -> Tensor { unary(.cos, x) }
/// The angle whose tangent is `x`, in (-π/2, π/2).
public func atan(_ x: Tensor) -> Tensor { unary(.atan, x) }
/// Hyperbolic tangent of every element.
public func tanh(_ x: Tensor) -> Tensor { unary(.tanh, x) }

/// `1 / (1 + exp(-x))`.
public func sigmoid(_ x: Tensor) -> Tensor { unary(.sigmoid, x) }

/// `log(1 + exp(x))`, without overflow.
public func softplus(_ x: Tensor) -> Tensor { unary(.softplus, x) }

/// `log(sigmoid(x))`, without underflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
public func erf(_ x: Tensor) -> Tensor { unary(.erf, x) }
/// 1 - erf(x), without cancellation for large `x`.
public func erfc(_ x: Tensor) -> Tensor { unary(.erfc, x) }

/// The inverse of `erf`: finite on (-1, 1), infinite at its ends, NaN outside.
public func erfInverse(_ x: Tensor) -> Tensor { unary(.erfInverse, x) }

/// log |Γ(x)|.
public func logGamma(_ x: Tensor) -> Tensor { unary(.logGamma, x) }

/// The derivative of `logGamma`.
public func digamma(_ x: Tensor) -> Tensor { polygamma(0, x) }

/// The derivative of order `order` of `digamma`.
public func polygamma(_ order: Int, _ x: Tensor) -> Tensor { unary(.polygamma(order), x) }

/// `log Γ(k + 1) - (k log k - k)` for `k` ≥ 0: what the leading terms of Stirling's formula leave of log k!.
///
/// It is minus the log probability of `k` events where `k` are expected; 0 at 0.
public func logFactorialRemainder(_ k: Tensor) -> Tensor { unary(.logFactorialRemainder(0), k) }

/// `ψ(k + 1) - log k`, the derivative of `logFactorialRemainder`.
public func logFactorialRemainderSlope(_ k: Tensor) -> Tensor {
  unary(.logFactorialRemainder(1), k)
}

/// `log(1 + x) / x`, smooth through 0, where it is 1; NaN for x < -1.
public func log1pRatio(_ x: Tensor) -> Tensor { unary(.log1pRatio(0), x) }

/// `(exp(x) - 1) / x`, smooth through 0, where it is 1.
public func expm1Ratio(_ x: Tensor) -> Tensor { unary(.expm1Ratio(0), x) }

/// The standard normal distribution function.
public func normalCDF(_ x: Tensor) -> Tensor { unary(.normalCDF, x) }

/// The logarithm of `normalCDF`, accurate where that underflows.
public func logNormalCDF(_ x: Tensor) -> Tensor { unary(.logNormalCDF, x) }

/// The inverse of `normalCDF`.
public func normalQuantile(_ p: Tensor) -> Tensor { unary(.normalQuantile, p) }

/// The standard normal quantile of the probability `exp(l)`, also where that underflows.
public func logNormalQuantile(_ l: Tensor) -> Tensor { unary(.logNormalQuantile, l) }

// MARK: Bessel functions

/// `exp(-|x|) I₀(x)`, the modified Bessel function of order 0 without its growth.
public func besselI0e(_ x: Tensor) -> Tensor { unary(.besselRatio(0), x) }

/// `exp(-|x|) I₁(x)`, the modified Bessel function of order 1 without its growth.
public func besselI1e(_ x: Tensor) -> Tensor { x * unary(.besselRatio(1), x) }

/// `log I₀(x)`, without overflow.
public func logBesselI0(_ x: Tensor) -> Tensor { unary(.logBesselI0, x) }

private func unary(_ function: UnaryFunction, _ x: Tensor) -> Tensor {
  Tensor.apply(Unary(function: function), x)
}
private func binary(_ function: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(Binary(function: function), a, b)
}
