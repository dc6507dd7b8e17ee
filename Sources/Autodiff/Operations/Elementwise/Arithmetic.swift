import CNumerics

extension Tensor {
  /// The negative of every element.
  public static prefix func - (x: Tensor) -> Tensor {
    elementwise("negate", x, ppl_negate, PPL_OP_negate) { _, _ in -1 }
  }
  /// The elementwise sum; shapes broadcast.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    elementwise("add", [a, b], ppl_add, PPL_OP_add) { g, _, _ in [g, g] }
  }
  /// The elementwise difference; shapes broadcast.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    elementwise("subtract", [a, b], ppl_subtract, PPL_OP_subtract) { g, _, _ in [g, -g] }
  }
  /// The elementwise product; shapes broadcast. `matmul` is the product of matrices.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    elementwise("multiply", [a, b], ppl_multiply, PPL_OP_multiply) { g, x, _ in
      [g * x[1], g * x[0]]
    }
  }
  /// The elementwise quotient, infinite or `nan` where the divisor is 0; shapes broadcast.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    elementwise("divide", [a, b], ppl_divide, PPL_OP_divide) { g, x, y in
      [g / x[1], -(g * y) / x[1]]
    }
  }
  /// Adds `b`, which broadcasts with `a`.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Subtracts `b`, which broadcasts with `a`.
  public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
  /// Multiplies by `b`, which broadcasts with `a`.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Divides by `b`, which broadcasts with `a`.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
}

/// The absolute value of every element; its gradient at 0 is 0.
public func abs(_ x: Tensor) -> Tensor {
  elementwise("absolute", x, ppl_absolute, PPL_OP_absolute) { x, _ in sign(x) }
}

/// The sign of every element, -1, 0 or 1; no gradient passes.
public func sign(_ x: Tensor) -> Tensor { elementwise("sign", x, ppl_sign, PPL_OP_sign) }

/// The largest whole number not above every element; no gradient passes.
public func floor(_ x: Tensor) -> Tensor { elementwise("floor", x, ppl_floor, PPL_OP_floor) }

/// The square root of every element; `nan` below 0.
public func sqrt(_ x: Tensor) -> Tensor {
  elementwise("sqrt", x, ppl_sqrt, PPL_OP_sqrt) { _, y in 0.5 / y }
}

/// The square of every element.
public func square(_ x: Tensor) -> Tensor {
  elementwise("square", x, ppl_square, PPL_OP_square) { x, _ in 2 * x }
}

/// The reciprocal of every element.
public func reciprocal(_ x: Tensor) -> Tensor {
  elementwise("reciprocal", x, ppl_reciprocal, PPL_OP_reciprocal) { _, y in -square(y) }
}

/// The power `base` to the `exponent`, elementwise; shapes broadcast.
///
/// Its derivative in the base is 0 at exponent 0, and that in the exponent is 0 at base 0, where these are the limits.
public func pow(_ base: Tensor, _ exponent: Tensor) -> Tensor {
  elementwise("power", [base, exponent], ppl_power, PPL_OP_power) { g, x, y in
    let (a, b) = (x[0], x[1])
    let inBase = g * (b * pow(a, select(b .== 0, 1, b - 1)))
    let isZero = a .== 0
    return [inBase, g * select(isZero, 0, y * log(select(isZero, 1, a)))]
  }
}

/// The larger of each pair of elements; equal ones share the gradient. Shapes broadcast.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
  elementwise("maximum", [a, b], ppl_maximum, PPL_OP_maximum) { g, x, y in
    [g * share(x[0], y, x[1]), g * share(x[1], y, x[0])]
  }
}

/// The smaller of each pair of elements; equal ones share the gradient. Shapes broadcast.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
  elementwise("minimum", [a, b], ppl_minimum, PPL_OP_minimum) { g, x, y in
    [g * share(x[0], y, x[1]), g * share(x[1], y, x[0])]
  }
}

/// The share of the gradient: 1 where `chosen` is the result, one half where both are.
private func share(_ chosen: Tensor, _ y: Tensor, _ other: Tensor) -> Tensor {
  (chosen .== y) / (1 + (chosen .== other))
}
