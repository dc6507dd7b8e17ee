/// The constraint to numbers between two bounds.
struct IntervalConstraint: Constraint {
  let lower, upper: Tensor
  let isOpen: Bool
  /// Whether the set is the unit interval, which needs no rescaling, known without reading the bounds.
  var isUnit = false

  var name: String {
    let low = shown(lower, or: "its lower bound")
    let high = shown(upper, or: "its upper bound")
    return isOpen ? "in (\(low), \(high))" : "in [\(low), \(high)]"
  }

  func contains(_ x: Tensor) -> Tensor {
    isOpen ? (x .> lower) .& (x .< upper) : (x .>= lower) .& (x .<= upper)
  }

  var bijection: any Transform {
    if isUnit { return SigmoidTransform() }
    let stretch = AffineTransform(location: lower, scale: upper - lower)
    return ComposedTransform([SigmoidTransform(), stretch])
  }
}

extension Support {
  /// The unit interval, `0 ≤ x ≤ 1`.
  public static var unitInterval: Support {
    Support(IntervalConstraint(lower: 0, upper: 1, isOpen: false, isUnit: true))
  }
  /// The angles `-π ≤ x ≤ π`, in radians.
  public static var circular: Support { .interval(Tensor(-Double.pi), Tensor(Double.pi)) }

  /// The interval `lower ≤ x ≤ upper`; the bounds broadcast with the values.
  public static func interval(_ lower: Tensor, _ upper: Tensor) -> Support {
    Support(IntervalConstraint(lower: lower, upper: upper, isOpen: false))
  }
  /// The interval `lower < x < upper`; the bounds broadcast with the values.
  public static func openInterval(_ lower: Tensor, _ upper: Tensor) -> Support {
    Support(IntervalConstraint(lower: lower, upper: upper, isOpen: true))
  }
}
