/// The constraint to finite numbers.
struct RealConstraint: Constraint {
  var name: String { "a finite number" }
  func contains(_ x: Tensor) -> Tensor { isFinite(x) }
  var bijection: any Transform { IdentityTransform() }
}

extension Support {
  /// The finite real numbers.
  public static var real: Support { Support(RealConstraint()) }
  /// The vectors of finite numbers.
  public static var realVector: Support { .independent(.real, 1) }
  /// The matrices of finite numbers.
  public static var realMatrix: Support { .independent(.real, 2) }
}
