/// The constraint on numbers on one side of a bound.
struct HalfLineConstraint: Constraint {
  enum Side: Sendable { case above, below }

  let side: Side
  let bound: Tensor
  let includesBound: Bool
  var link: Link = .exp
  /// Whether the set starts at zero and needs no shift, known without reading the bound.
  var startsAtZero = false

  /// The link from the unconstrained number to the distance from the bound.
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
  /// The positive numbers, `x > 0`, reached by `exp`.
  public static var positive: Support {
    Support(HalfLineConstraint(side: .above, bound: 0, includesBound: false, startsAtZero: true))
  }
  /// The non-negative numbers, `x ≥ 0`, reached by `exp`.
  public static var nonNegative: Support {
    Support(HalfLineConstraint(side: .above, bound: 0, includesBound: true, startsAtZero: true))
  }
  /// The positive numbers, `x > 0`, reached by `log(1 + exp)`, which grows only linearly for large values.
  public static var softplusPositive: Support {
    Support(
      HalfLineConstraint(
        side: .above, bound: 0, includesBound: false, link: .softplus, startsAtZero: true))
  }
  /// The numbers `x > bound`; the bound broadcasts with the values.
  public static func greaterThan(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .above, bound: bound, includesBound: false))
  }
  /// The numbers `x ≥ bound`; the bound broadcasts with the values.
  public static func greaterThanEqual(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .above, bound: bound, includesBound: true))
  }
  /// The numbers `x < bound`; the bound broadcasts with the values.
  public static func lessThan(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .below, bound: bound, includesBound: false))
  }
  /// The numbers `x ≤ bound`; the bound broadcasts with the values.
  public static func lessThanEqual(_ bound: Tensor) -> Support {
    Support(HalfLineConstraint(side: .below, bound: bound, includesBound: true))
  }
}
