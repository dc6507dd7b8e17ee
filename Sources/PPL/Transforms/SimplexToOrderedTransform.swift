/// The transform from the simplex of `n + 1` parts onto `n` increasing numbers, the cut points of an ordered
/// logistic model.
///
///     yₖ = logit(x₀ + … + xₖ) + anchor
///
/// - Note: The Jacobian is evaluated at `y - anchor`, in NumPyro 0.22 at `y`; they agree for anchor 0.
/// - Reference: Betancourt (2019), *Ordinal Regression*, §2.2.
public struct SimplexToOrderedTransform: Transform {
  /// The predictor at which the cut points give the simplex; batch shape.
  public let anchor: Tensor

  /// A transform with the given anchor.
  ///
  /// - Parameter anchor: The anchor of each vector of the batch, or of all.
  public init(anchor: Tensor = 0) { self.anchor = anchor }

  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let below = dropLast(x).cumulativeSum()
    // The parts above, added from the other end, where 1 - below may round to 0 or less.
    let above = trailingSum(rest(x))
    let isLate = below .> 0.9
    let logAbove = select(
      isLate, log(select(isLate, above, 1)), log1p(-select(isLate, 0, below)))
    return log(below) - logAbove + shift
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let logit = vector(y, atLeast: 1) - shift
    let (low, high) = (dropLast(logit), rest(logit))
    // sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)), without the cancellation near 1.
    let between = sigmoid(high) * sigmoid(-low) * -expm1(low - high)
    let last = logit[
      .ellipsis, .range(logit.shape[logit.rank - 1] - 1..<logit.shape[logit.rank - 1])]
    return concatenate([sigmoid(first(logit)), between, sigmoid(-last)], along: -1)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    let logit = vector(y) - shift
    return (softplus(logit) + softplus(-logit)).sum(along: [-1])
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { lengthened(shape, by: -1) }
  public func inverseShape(_ shape: [Int]) -> [Int] { lengthened(shape, by: 1) }

  private var shift: Tensor { anchor.expandingDimension(at: anchor.rank) }
}
