import Preconditions

/// The ordered transform onto increasing vectors, `y₀ = x₀`, `yₖ = yₖ₋₁ + exp(xₖ)`.
public struct OrderedTransform: Transform {
  /// An ordered transform, which has no parameters.
  public init() {}
  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    concatenate([first(x), exp(rest(x))], along: -1).cumulativeSum()
  }

  public func inverse(_ y: Tensor) -> Tensor {
    // A step lost to rounding is replaced by the least one.
    concatenate([first(y), log(awayFromZero(rest(y) - dropLast(y)))], along: -1)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    rest(x).sum(along: [-1])
  }
}

/// The stick-breaking transform: `n` breaks of a stick of length one, onto the simplex of `n + 1` parts.
///
///     zₖ = sigmoid(xₖ - log(n - k)),    yₖ = zₖ ∏ⱼ₍ⱼ<ₖ₎ (1 - zⱼ),    yₙ = ∏ⱼ (1 - zⱼ)
///
/// The shift makes the origin the middle of the simplex.
///
/// - Reference: Stan Reference Manual, §10.7, "Unit simplex".
public struct StickBreakingTransform: Transform {
  /// A stick-breaking transform, which has no parameters.
  public init() {}
  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let x = vector(x)
    let shifted = x - shift(x.shape[x.rank - 1])
    let z = clippedSigmoid(shifted)
    let edge = Tensor.ones(Array(x.shape.dropLast()) + [1])
    // log(1 - z) without its cancellation.
    let left = maximum(logSigmoid(-shifted), logLeast)
    let remaining = exp(left.cumulativeSum())
    let taken = concatenate([z, edge], along: x.rank - 1)
    return taken * concatenate([edge, remaining], along: x.rank - 1)
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let parts = dropLast(y)
    // The remainder of the stick is the sum of the later parts: 1 minus the earlier ones has lost its digits.
    let remaining = maximum(trailingSum(rest(y)), Tensor(Double.leastNormalMagnitude))
    return log(awayFromZero(parts) / remaining) + shift(parts.shape[parts.rank - 1])
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    // From x alone: in y the rest of the stick has lost its digits once a part is near 1.
    let x = vector(x)
    let shifted = x - shift(x.shape[x.rank - 1])
    let remaining = logSigmoid(-shifted).cumulativeSum()
    return (logSigmoid(shifted) + remaining).sum(along: [-1])
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { lengthened(shape, by: 1) }
  public func inverseShape(_ shape: [Int]) -> [Int] { lengthened(shape, by: -1) }

  /// The shifts `log(n - k)`, k = 0, …, n - 1; `[n]`.
  private func shift(_ n: Int) -> Tensor { log(Tensor(Double(n)) - .arange(n)) }
}

/// The transform onto the unit ball of the L1 norm, `tₖ = tanh(xₖ)`, `yₖ = tₖ ∏ⱼ₍ⱼ<ₖ₎ (1 - |tⱼ|)`.
public struct L1BallTransform: Transform {
  /// An L1 ball transform, which has no parameters.
  public init() {}
  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let x = vector(x, atLeast: 1)
    let t = tanh(x)
    let remaining = exp(maximum(logTanhComplement(dropLast(x)), logLeast).cumulativeSum())
    return t * concatenate([edge(x), remaining], along: x.rank - 1)
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let y = vector(y, atLeast: 1)
    let tiny = Tensor(Double.leastNormalMagnitude)
    // One part after another is taken from 1: the difference of nearly equal numbers is exact, and a sum of parts is not.
    let left = concatenate([edge(y), -abs(dropLast(y))], along: y.rank - 1).cumulativeSum()
    let remaining = maximum(left, tiny)
    let limit = Tensor(1 - Double.ulpOfOne)
    return inverseTanh(maximum(minimum(y / remaining, limit), -limit))
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    // From x alone: in y the rest of the stick has lost its digits once a part is near 1.
    let x = vector(x, atLeast: 1)
    let breaking = logTanhComplement(dropLast(x)).cumulativeSum().sum(along: [-1])
    return breaking + logTanhDerivative(x).sum(along: [-1])
  }

  private func edge(_ x: Tensor) -> Tensor { .ones(Array(x.shape.dropLast()) + [1]) }
}

/// The zero-sum transform, the isometry from `n - 1` numbers onto `n` that sum to zero, along each of the last axes.
///
/// - Reference: Egozcue et al. (2003), *Isometric Logratio Transformations for Compositional Data
///   Analysis*; the form without a stored basis is PyMC's.
public struct ZeroSumTransform: Transform {
  /// The number of trailing axes along which the values sum to 0.
  public let rank: Int

  /// A zero-sum transform of events with this many axes.
  ///
  /// - Precondition: `rank` is not negative.
  public init(rank: Int = 1) {
    holds(rank >= 0, "ZeroSumTransform: rank is \(rank), but must not be negative")
    self.rank = max(rank, 0)
  }

  public var domainEventRank: Int { rank }
  public var codomainEventRank: Int { rank }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    axes(x).reduce(x) { extended($0, axis: $1) }
  }

  public func inverse(_ y: Tensor) -> Tensor {
    axes(y).reduce(y) { shortened($0, axis: $1) }
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast(rank)))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { resized(shape, by: 1) }
  public func inverseShape(_ shape: [Int]) -> [Int] { resized(shape, by: -1) }

  private func axes(_ x: Tensor) -> Range<Int> {
    let isEvent = holds(
      x.rank >= rank && x.shape.suffix(rank).allSatisfy { $0 > 0 },
      "ZeroSumTransform of rank \(rank) met shape \(x.shape)")
    return isEvent ? x.rank - rank..<x.rank : 0..<0
  }

  private func resized(_ shape: [Int], by step: Int) -> [Int] {
    shape.enumerated().map { $0.offset < shape.count - rank ? $0.element : $0.element + step }
  }

  private func extended(_ x: Tensor, axis: Int) -> Tensor {
    let n = Double(x.shape[axis] + 1)
    let sum = x.sum(along: [axis], keepingDimensions: true)
    let norm = sum / Tensor(n.squareRoot() + n)
    let last = norm - sum / Tensor(n.squareRoot())
    return concatenate([x, last], along: axis) - norm
  }

  private func shortened(_ y: Tensor, axis: Int) -> Tensor {
    let n = y.shape[axis]
    let last = y.taking(indices: Tensor([Double(n - 1)]), along: axis)
    let root = Double(n).squareRoot()
    let norm = -last * Tensor(root / (root + Double(n)))
    return y.taking(indices: .arange(n - 1), along: axis) + norm
  }
}

/// The logarithm of the least remaining part of a stick.
private var logLeast: Tensor { log(Tensor(Double.ulpOfOne)) }

/// The logarithm `log(1 - |tanh(x)|)`, without cancellation for large `x`.
private func logTanhComplement(_ x: Tensor) -> Tensor { log(2) - softplus(2 * abs(x)) }
