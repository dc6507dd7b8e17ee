import Preconditions

/// The identity transform, `y = x`.
public struct IdentityTransform: Transform {
  /// An identity transform, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { x }
  public func inverse(_ y: Tensor) -> Tensor { y }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor { .zeros(x.shape) }
}

/// The exponential transform, `y = exp(x)`, onto the positive numbers.
public struct ExpTransform: Transform {
  /// An exponential transform, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { exp(x) }
  public func inverse(_ y: Tensor) -> Tensor { log(y) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor { x }
}

/// The affine transform, `y = location + scale x`, element by element.
public struct AffineTransform: Transform {
  /// The shift and the factor, which broadcast with the argument.
  public let location, scale: Tensor

  /// An affine transform with this shift and factor.
  public init(location: Tensor, scale: Tensor) {
    (self.location, self.scale) = (location, scale)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { location + scale * x }
  public func inverse(_ y: Tensor) -> Tensor { (y - location) / scale }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    log(abs(scale)).broadcast(to: forwardShape(x.shape))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] {
    guard let all = broadcastShapes([shape, location.shape, scale.shape]) else {
      reportMistake(
        "AffineTransform of shapes \(location.shape) and \(scale.shape) met \(shape)")
      return shape
    }
    return all
  }
  public func inverseShape(_ shape: [Int]) -> [Int] { forwardShape(shape) }
}

/// The logistic sigmoid transform, `y = 1 / (1 + exp(-x))`, onto the unit interval.
///
/// The value stays in `[tiny, 1 - eps]`, as NumPyro's does, so that it never reaches a bound.
public struct SigmoidTransform: Transform {
  /// A sigmoid transform, which has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { clippedSigmoid(x) }
  /// The inverse; a value that rounding has put on a bound is replaced by the nearest one inside.
  public func inverse(_ y: Tensor) -> Tensor {
    let inside = select(y .== 1, Tensor(1 - Double.ulpOfOne), awayFromZero(y))
    return log(inside) - log1p(-inside)
  }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    -softplus(x) - softplus(-x)
  }
}

/// The softplus transform, `y = log(1 + exp(x))`, onto the positive numbers.
public struct SoftplusTransform: Transform {
  /// A softplus transform, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { softplus(x) }
  public func inverse(_ y: Tensor) -> Tensor { inverseSoftplus(y) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor { -softplus(-x) }
}

/// The power transform, `y = x^exponent`, from the positive numbers onto themselves.
public struct PowerTransform: Transform {
  /// The exponent, not 0; broadcasts with the argument.
  public let exponent: Tensor

  /// A power transform with this exponent.
  public init(exponent: Tensor) { self.exponent = exponent }

  public func callAsFunction(_ x: Tensor) -> Tensor { pow(x, exponent) }
  public func inverse(_ y: Tensor) -> Tensor { pow(y, 1 / exponent) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    // The form exponent y / x is avoided, because y may over- or underflow.
    log(abs(exponent)) + (exponent - 1) * log(abs(x))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] {
    guard let all = broadcastShapes([shape, exponent.shape]) else {
      reportMistake("PowerTransform of shape \(exponent.shape) met \(shape)")
      return shape
    }
    return all
  }
  public func inverseShape(_ shape: [Int]) -> [Int] { forwardShape(shape) }
}

/// The absolute value, `y = |x|`, which is not a bijection: `inverse(_:)` gives the non-negative root, and there
/// is no Jacobian.
///
/// For the distribution of an absolute value, fold a distribution instead.
public struct AbsTransform: Transform {
  /// An absolute value, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor) -> Tensor { abs(x) }
  public func inverse(_ y: Tensor) -> Tensor { y }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    reportMistake("AbsTransform takes two numbers to one: it has no Jacobian")
    return .zeros(x.shape)
  }
}

func clippedSigmoid(_ x: Tensor) -> Tensor {
  let tiny = Tensor(Double.leastNormalMagnitude)
  return maximum(minimum(sigmoid(x), Tensor(1 - Double.ulpOfOne)), tiny)
}

/// The argument, with 0 replaced by the least positive number.
func awayFromZero(_ x: Tensor) -> Tensor {
  select(x .== 0, Tensor(Double.leastNormalMagnitude), x)
}

/// The inverse softplus `log(exp(y) - 1)`, without overflow for large `y` or cancellation for small.
func inverseSoftplus(_ y: Tensor) -> Tensor { log(-expm1(-y)) + y }

/// The inverse hyperbolic tangent `tanh⁻¹(t)`.
func inverseTanh(_ t: Tensor) -> Tensor { 0.5 * (log1p(t) - log1p(-t)) }

/// The log derivative `log(1 - tanh(x)²)`, without cancellation for large `x`.
func logTanhDerivative(_ x: Tensor) -> Tensor {
  2 * (log(2) - x - softplus(-2 * x))
}
