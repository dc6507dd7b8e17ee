// The public elementwise operations.

// MARK: Arithmetic

extension Tensor {
  /// The negative of every element.
  public static prefix func - (x: Tensor) -> Tensor { unary(.negate, x) }
  /// The elementwise sum; shapes broadcast.
  public static func + (a: Tensor, b: Tensor) -> Tensor { binary(.add, a, b) }
  /// The elementwise difference; shapes broadcast.
  public static func - (a: Tensor, b: Tensor) -> Tensor { binary(.subtract, a, b) }
  /// The elementwise product; shapes broadcast. `matmul` is the product of matrices.
  public static func * (a: Tensor, b: Tensor) -> Tensor { binary(.multiply, a, b) }
  /// The elementwise quotient, infinite or `nan` where the divisor is 0; shapes broadcast.
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

/// The power `base` to the `exponent`, elementwise; shapes broadcast.
public func pow(_ base: Tensor, _ exponent: Tensor) -> Tensor { binary(.power, base, exponent) }
/// The larger of each pair of elements; equal ones share the gradient. Shapes broadcast.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.maximum, a, b) }
/// The logarithm `log(a / b)`, with all its digits also where the quotient is near 1.
public func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.logRatio, a, b) }
/// The deviance `k log(k / m) + m - k` of a count `k` from its mean `m`, both ≥ 0, in nats. It keeps its digits
/// near 0.
///
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (3).
public func deviance(_ k: Tensor, _ m: Tensor) -> Tensor { binary(.deviance, k, m) }
/// The smaller of each pair of elements; equal ones share the gradient. Shapes broadcast.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.minimum, a, b) }

// MARK: Comparison: 1 where it holds, 0 elsewhere; no derivative

extension Tensor {
  /// The indicator of `a` less than `b`: 1 where it is, else 0; no gradient passes.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { binary(.less, a, b) }
  /// The indicator of `a` at most `b`: 1 where it is, else 0; no gradient passes.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { binary(.lessEqual, a, b) }
  /// The indicator of `a` greater than `b`: 1 where it is, else 0; no gradient passes.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { binary(.less, b, a) }
  /// The indicator of `a` at least `b`: 1 where it is, else 0; no gradient passes.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { binary(.lessEqual, b, a) }
  /// The indicator of equal elements: 1 where they are equal, else 0; `nan` equals nothing.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { binary(.equal, a, b) }
  /// The indicator of different elements: 1 where they differ, else 0; `nan` differs from everything.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { not(binary(.equal, a, b)) }
  /// The logical and: 1 where neither element is 0, else 0.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { binary(.and, a, b) }
  /// The logical or: 1 where one element or both are not 0, else 0.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { binary(.or, a, b) }
}

/// The logical not: 1 where `x` is 0, else 0.
public func not(_ x: Tensor) -> Tensor { unary(.not, x) }
/// The indicator of finite elements: 1 where the element is neither infinite nor `nan`, else 0.
public func isFinite(_ x: Tensor) -> Tensor { unary(.isFinite, x) }
/// The indicator of `nan`: 1 where the element is `nan`, else 0.
public func isNaN(_ x: Tensor) -> Tensor { unary(.isNaN, x) }

/// The selection of `a` where `condition` is not 0, and of `b` elsewhere: NumPy's `where`.
///
/// The branch not taken has a derivative of exactly 0. If that branch may be infinite, select its *argument*
/// first: `log(select(x .> 0, x, 1))`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(Select(), condition, a, b)
}

// MARK: Functions of one number

/// The absolute value of every element; its gradient at 0 is 0.
public func abs(_ x: Tensor) -> Tensor { unary(.absolute, x) }
/// The sign of every element, -1, 0 or 1; no gradient passes.
public func sign(_ x: Tensor) -> Tensor { unary(.sign, x) }
/// The largest whole number not above every element; no gradient passes.
public func floor(_ x: Tensor) -> Tensor { unary(.floor, x) }
/// The exponential of every element.
public func exp(_ x: Tensor) -> Tensor { unary(.exp, x) }
/// The natural logarithm of every element; `nan` below 0, -infinity at 0.
public func log(_ x: Tensor) -> Tensor { unary(.log, x) }
/// The logarithm log(1 + x), to full precision near 0.
public func log1p(_ x: Tensor) -> Tensor { unary(.log1p, x) }
/// The logarithm log(1 + x²), also where the square overflows.
public func log1pSquare(_ x: Tensor) -> Tensor { unary(.log1pSquare, x) }
/// The exponential less one, exp(x) - 1, to full precision near 0.
public func expm1(_ x: Tensor) -> Tensor { unary(.expm1, x) }
/// The square root of every element; `nan` below 0.
public func sqrt(_ x: Tensor) -> Tensor { unary(.sqrt, x) }
/// The square of every element.
public func square(_ x: Tensor) -> Tensor { unary(.square, x) }
/// The reciprocal of every element.
public func reciprocal(_ x: Tensor) -> Tensor { unary(.reciprocal, x) }
/// The sine of every element, in radians.
public func sin(_ x: Tensor) -> Tensor { unary(.sin, x) }
/// The cosine of every element, in radians.
public func cos(_ x: Tensor) -> Tensor { unary(.cos, x) }
/// The inverse tangent of every element, in (-π/2, π/2).
public func atan(_ x: Tensor) -> Tensor { unary(.atan, x) }
/// The hyperbolic tangent of every element.
public func tanh(_ x: Tensor) -> Tensor { unary(.tanh, x) }

/// The logistic sigmoid `1 / (1 + exp(-x))`.
public func sigmoid(_ x: Tensor) -> Tensor { unary(.sigmoid, x) }

/// The softplus `log(1 + exp(x))`, without overflow.
public func softplus(_ x: Tensor) -> Tensor { unary(.softplus, x) }

/// The log sigmoid `log(sigmoid(x))`, without underflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
public func erf(_ x: Tensor) -> Tensor { unary(.erf, x) }
/// The complementary error function 1 - erf(x), without cancellation for large `x`.
public func erfc(_ x: Tensor) -> Tensor { unary(.erfc, x) }

/// The inverse error function: finite on (-1, 1), infinite at its ends, NaN outside.
public func erfInverse(_ x: Tensor) -> Tensor { unary(.erfInverse, x) }

/// The log gamma function log |Γ(x)|.
public func logGamma(_ x: Tensor) -> Tensor { unary(.logGamma, x) }

/// The digamma function, the derivative of `logGamma`.
public func digamma(_ x: Tensor) -> Tensor { polygamma(0, x) }

/// The polygamma function, the derivative of order `order` of `digamma`.
public func polygamma(_ order: Int, _ x: Tensor) -> Tensor { unary(.polygamma(order), x) }

/// The remainder `log Γ(k + 1) - (k log k - k)` of the leading terms of Stirling's formula, for `k` ≥ 0.
///
/// It is minus the log probability of `k` events where `k` are expected; 0 at 0.
public func logFactorialRemainder(_ k: Tensor) -> Tensor { unary(.logFactorialRemainder(0), k) }

/// The derivative `ψ(k + 1) - log k` of `logFactorialRemainder`.
public func logFactorialRemainderSlope(_ k: Tensor) -> Tensor {
  unary(.logFactorialRemainder(1), k)
}

/// The ratio `log(1 + x) / x`, smooth through 0, where it is 1; NaN for x < -1.
public func log1pRatio(_ x: Tensor) -> Tensor { unary(.log1pRatio(0), x) }

/// The ratio `(exp(x) - 1) / x`, smooth through 0, where it is 1.
public func expm1Ratio(_ x: Tensor) -> Tensor { unary(.expm1Ratio(0), x) }

/// The standard normal distribution function Φ.
public func normalCDF(_ x: Tensor) -> Tensor { unary(.normalCDF, x) }

/// The logarithm of `normalCDF`, accurate where that underflows.
public func logNormalCDF(_ x: Tensor) -> Tensor { unary(.logNormalCDF, x) }

/// The standard normal quantile function, the inverse of `normalCDF`.
public func normalQuantile(_ p: Tensor) -> Tensor { unary(.normalQuantile, p) }

/// The standard normal quantile of the probability `exp(l)`, also where that underflows.
public func logNormalQuantile(_ l: Tensor) -> Tensor { unary(.logNormalQuantile, l) }

// MARK: Bessel functions

/// The scaled modified Bessel function of order 0, `exp(-|x|) I₀(x)`.
public func besselI0e(_ x: Tensor) -> Tensor { unary(.besselRatio(0), x) }

/// The scaled modified Bessel function of order 1, `exp(-|x|) I₁(x)`.
public func besselI1e(_ x: Tensor) -> Tensor { x * unary(.besselRatio(1), x) }

/// The logarithm of the modified Bessel function `I₀(x)`, without overflow.
public func logBesselI0(_ x: Tensor) -> Tensor { unary(.logBesselI0, x) }

private func unary(_ function: UnaryFunction, _ x: Tensor) -> Tensor {
  Tensor.apply(Unary(function: function), x)
}
private func binary(_ function: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(Binary(function: function), a, b)
}
