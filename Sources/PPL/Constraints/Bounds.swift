/// Numbers on one side of a bound.
struct HalfLineConstraint: Constraint {
  enum Side: Sendable { case above, below }

  let side: Side
  let bound: Tensor
  let includesBound: Bool
  var link: Link = .exp
  /// Marks the sets that need no shift, without reading the bound.
  var startsAtZero = false

  /// How the unconstrained number becomes the distance from the bound.
  enum Link: Sendable { case exp, softplus }

  var name: String {
    let relation = side == .above ? "greater than" : "less than"
    let number = shown(bound, or: side == .above ? "its lower bound" : "its upper bound")
    if side == .above, number == "0" { return includesBound ? "non-negative" : "positive" }
    return includesBound ? "\(relation) or equal to \(number)" : "\(relation) \(number)"
  }

  func contains(_ x: Tensor) -> Tensor {
    switch (side, includesBound) {
    case (.above, false): x .> bound
    case (.above, true): x .>= bound
    case (.below, false): x .< bound
    case (.below, true): x .<= bound
    }
  }

  var bijection: any Transform {
    let distance: any Transform = link == .exp ? ExpTransform() : SoftplusTransform()
    if startsAtZero { return distance }
    let shift = AffineTransform(location: bound, scale: side == .above ? 1 : -1)
    return ComposedTransform([distance, shift])
  }
}

extension Support {
  /// `x > 0`, reached by `exp`.
  public static var positive: Support {
    Support(HalfLineConstraint(side: .above, bound: 0, includesBound: false, startsAtZero: true))
  }
  /// `x ≥ 0`, reached by `exp`.
  public static var nonNegative: Support {
    Support(HalfLineConstraint(side: .above, bound: 0, includesBound: true, startsAtZero: true))
  }
  /// `x > 0`, reached by `log(1 + exp)`, which does not run away for large values.
  public static var softplusPositive: Support {
    Support(
      HalfLineConstraint(
        side: .above, bound: 0, includesBound: false, link: .softplus, startsAtZero: true))
  }
  /// `x > bound`.
  public static func greaterThan(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .above, bound: bound, includesBound: false))
  }
  /// `x ≥ bound`.
  public static func greaterThanEqual(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .above, bound: bound, includesBound: true))
  }
  /// `x < bound`.
  public static func lessThan(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .below, bound: bound, includesBound: false))
  }
  /// `x ≤ bound`.
  public static func lessThanEqual(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .below, bound: bound, includesBound: true))
  }
}
