import CNumerics

// Comparisons and logic: 1 where they hold, 0 elsewhere; no gradient passes.

extension Tensor {
  /// The indicator of `a` less than `b`: 1 where it is, else 0; no gradient passes.
  public static func .< (a: Tensor, b: Tensor) -> Tensor {
    elementwise("less", [a, b], ppl_less, PPL_OP_less)
  }
  /// The indicator of `a` at most `b`: 1 where it is, else 0; no gradient passes.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor {
    elementwise("lessEqual", [a, b], ppl_lessequal, PPL_OP_lessequal)
  }
  /// The indicator of `a` greater than `b`: 1 where it is, else 0; no gradient passes.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// The indicator of `a` at least `b`: 1 where it is, else 0; no gradient passes.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  /// The indicator of equal elements: 1 where they are equal, else 0; `nan` equals nothing.
  public static func .== (a: Tensor, b: Tensor) -> Tensor {
    elementwise("equal", [a, b], ppl_equal, PPL_OP_equal)
  }
  /// The indicator of different elements: 1 where they differ, else 0; `nan` differs from everything.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { not(a .== b) }
  /// The logical and: 1 where neither element is 0, else 0.
  public static func .& (a: Tensor, b: Tensor) -> Tensor {
    elementwise("and", [a, b], ppl_and, PPL_OP_and)
  }
  /// The logical or: 1 where one element or both are not 0, else 0.
  public static func .| (a: Tensor, b: Tensor) -> Tensor {
    elementwise("or", [a, b], ppl_or, PPL_OP_or)
  }
}

/// The logical not: 1 where `x` is 0, else 0.
public func not(_ x: Tensor) -> Tensor { elementwise("not", x, ppl_not, PPL_OP_not) }
/// The indicator of finite elements: 1 where the element is neither infinite nor `nan`, else 0.
public func isFinite(_ x: Tensor) -> Tensor {
  elementwise("isFinite", x, ppl_isfinite, PPL_OP_isfinite)
}
/// The indicator of `nan`: 1 where the element is `nan`, else 0.
public func isNaN(_ x: Tensor) -> Tensor { elementwise("isNaN", x, ppl_isnan, PPL_OP_isnan) }

/// The selection of `a` where `condition` is not 0, and of `b` elsewhere: NumPy's `where`.
///
/// The branch not taken has a derivative of exactly 0. If that branch may be infinite, select its *argument*
/// first: `log(select(x .> 0, x, 1))`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  elementwise("select", [condition, a, b], ppl_select, PPL_OP_select) { g, x, _ in
    let inFirst = select(x[0], g, 0).sum(to: x[1].shape)
    return [nil, inFirst, select(x[0], 0, g)]
  }
}
