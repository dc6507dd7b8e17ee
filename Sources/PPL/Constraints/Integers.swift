/// The constraint to the numbers 0 and 1.
struct BooleanConstraint: DiscreteConstraint {
  var name: String { "0 or 1" }
  func contains(_ x: Tensor) -> Tensor { (x .== 0) .| (x .== 1) }
  func feasible(_ shape: [Int]) -> Tensor { .zeros(shape) }
}

/// The constraint to whole numbers from a lower bound on, up to an upper bound if there is one.
struct IntegerConstraint: DiscreteConstraint {
  let lower: Tensor
  let upper: Tensor?

  var name: String {
    let low = shown(lower, or: "its lower bound")
    if let upper {
      return "an integer in [\(low), \(shown(upper, or: "its upper bound"))]"
    }
    if low == "-inf" { return "an integer" }
    return low == "0" ? "a non-negative integer" : "an integer of at least \(low)"
  }

  func contains(_ x: Tensor) -> Tensor {
    let isWhole = (floor(x) .== x) .& isFinite(x)
    let isHigh = isWhole .& (x .>= lower)
    return upper.map { isHigh .& (x .<= $0) } ?? isHigh
  }

  func feasible(_ shape: [Int]) -> Tensor { select(isFinite(lower), lower, 0) + .zeros(shape) }
}

/// The constraint on counts of several categories with a given total.
struct MultinomialConstraint: DiscreteConstraint {
  let total: Tensor

  var name: String { "counts that sum to \(shown(total, or: "their total"))" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let isCount = allTrailing((x .>= 0) .& (floor(x) .== x), 1)
    return isCount .& (x.sum(along: [-1]) .== total)
  }

  func finding(in event: Tensor) -> Finding? {
    .first(in: event) { $0 < 0 || $0 != $0.rounded() }
      ?? Finding("sums to \(shown(event.sum().scalar))")
  }

  /// The vector with the whole total in the first category.
  func feasible(_ shape: [Int]) -> Tensor {
    let first = Tensor.arange(shape[shape.count - 1]) .== 0
    return total.expandingDimension(at: total.rank) * first + .zeros(shape)
  }
}

extension Support {
  /// The numbers 0 and 1.
  public static var boolean: Support { Support(BooleanConstraint()) }
  /// The whole numbers 0, 1, 2, …
  public static var nonNegativeInteger: Support {
    Support(IntegerConstraint(lower: 0, upper: nil))
  }
  /// The whole numbers 1, 2, 3, …
  public static var positiveInteger: Support {
    Support(IntegerConstraint(lower: 1, upper: nil))
  }
  /// The whole numbers, of any sign.
  public static var integer: Support {
    Support(IntegerConstraint(lower: Tensor(-.infinity), upper: nil))
  }
  /// The whole numbers `lower`, `lower + 1`, …; the bound broadcasts with the values.
  public static func integerGreaterThanEqual(_ lower: Tensor) -> Support {
    Support(IntegerConstraint(lower: lower, upper: nil))
  }
  /// The whole numbers from `lower` to `upper`, both included; the bounds broadcast with the values.
  public static func integerInterval(_ lower: Tensor, _ upper: Tensor) -> Support {
    Support(IntegerConstraint(lower: lower, upper: upper))
  }
  /// The vectors of counts that sum to `total`, `[..., K]`.
  public static func multinomial(_ total: Tensor) -> Support {
    Support(MultinomialConstraint(total: total))
  }
}
