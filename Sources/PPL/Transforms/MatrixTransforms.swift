/// A transform from `n(n+1)/2` reals to a lower triangle: row-packed strictly lower entries, then those of the diagonal
/// before an elementwise transform.
protocol LowerTriangleTransform: Transform {
  associatedtype Diagonal: Transform
  /// The elementwise transform of the diagonal.
  var diagonal: Diagonal { get }
}

extension LowerTriangleTransform {
  public var domainEventRank: Int { 1 }
  public var codomainEventRank: Int { 2 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let parts = split(x)
    return strictLowerTriangle(parts.below) + diagonal(parts.diagonal).diagonalMatrix()
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let y = squareMatrix(y)
    let entries = diagonal.inverse(y.diagonal())
    return concatenate([packedStrictLower(y), entries], along: y.rank - 2)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    diagonal.logAbsDetJacobian(split(x).diagonal, y.diagonal()).sum(along: [-1])
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { triangleShape(shape) }
  public func inverseShape(_ shape: [Int]) -> [Int] { packedShape(shape) }
}

/// The transform from `n(n+1)/2` reals to a lower triangle: row-packed strictly lower entries, then the logarithms
/// of the diagonal.
public struct LowerCholeskyTransform: LowerTriangleTransform {
  /// A Cholesky transform, which has no parameters.
  public init() {}
  var diagonal: ExpTransform { ExpTransform() }
}

/// The transform `LowerCholeskyTransform` with the softplus of the last entries as the diagonal.
public struct SoftplusLowerCholeskyTransform: LowerTriangleTransform {
  /// A Cholesky transform, which has no parameters.
  public init() {}
  var diagonal: SoftplusTransform { SoftplusTransform() }
}

/// The transform to a lower triangle with unit diagonal, row *i* of which is scaled by the softplus of `dᵢ`.
public struct ScaledUnitLowerCholeskyTransform: LowerTriangleTransform {
  /// A Cholesky transform, which has no parameters.
  public init() {}
  var diagonal: SoftplusTransform { SoftplusTransform() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (below, diagonal) = split(x)
    let unit = strictLowerTriangle(below) + .identity(diagonal.shape[diagonal.rank - 1])
    return unit * softplus(diagonal).expandingDimension(at: diagonal.rank)
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let y = squareMatrix(y)
    let diagonal = y.diagonal()
    let unit = y / diagonal.expandingDimension(at: diagonal.rank)
    return concatenate([packedStrictLower(unit), inverseSoftplus(diagonal)], along: y.rank - 2)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    let y = squareMatrix(y)
    let scales = y.diagonal()
    // Row i has i entries below the diagonal, each multiplied by its scale.
    let rows = log(scales) * .arange(y.shape[y.rank - 1])
    return (rows - softplus(-split(x).diagonal)).sum(along: [-1])
  }
}

/// The transform from `n(n-1)/2` reals to the Cholesky factor of a correlation matrix, row by row on the unit sphere.
///
///     t = tanh(x) below the diagonal,    Lᵢⱼ = tᵢⱼ ∏ₖ₍ₖ<ⱼ₎ √(1 - tᵢₖ²),    Lᵢᵢ = ∏ₖ √(1 - tᵢₖ²)
///
/// The Jacobian is that of the entries below the diagonal.
///
/// - Reference: Lewandowski, Kurowicka & Joe (2009), *Generating random correlation matrices based
///   on vines and extended onion method*; Stan Reference Manual, §10.9.
public struct CorrelationCholeskyTransform: Transform {
  /// A correlation transform, which has no parameters.
  public init() {}
  public var domainEventRank: Int { 1 }
  public var codomainEventRank: Int { 2 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let limit = Tensor(1 - Double.ulpOfOne)
    let t = maximum(minimum(tanh(x), limit), -limit)
    let triangle = strictLowerTriangle(t)
    let n = triangle.shape[triangle.rank - 1]
    // log(1 - t²) without cancellation, bounded by its value at the largest t.
    let least = log1p(-square(limit))
    let complements = strictLowerTriangle(maximum(logTanhDerivative(x), least))
    let lengths = exp(0.5 * exclusiveRunningSum(complements))
    return (triangle + .identity(n)) * lengths
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let y = squareMatrix(y)
    // The remainder of a row of length 1 is the sum of the later squares: not a difference, and never negative.
    let squares = square(y)
    let after = packedStrictLower(exclusiveTrailingSum(squares))
    let remaining = maximum(
      after + packedStrictLower(squares), Tensor(Double.leastNormalMagnitude))
    let t = packedStrictLower(y) / sqrt(remaining)
    // tanh⁻¹(t) = log(1 + |t|) - log(1 - t²) / 2, for t that leave little of the row.
    let near = inverseTanh(maximum(minimum(t, 0.5), -0.5))
    let far = sign(t) * (log1p(abs(t)) - 0.5 * log(awayFromZero(after / remaining)))
    return select(abs(t) .< 0.5, near, far)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    // From x alone: in y the rest of a row has lost its digits once an entry is near 1.
    let complements = logTanhDerivative(x)
    let remaining = exclusiveRunningSum(strictLowerTriangle(complements))
    return (0.5 * packedStrictLower(remaining) + complements).sum(along: [-1])
  }

  public func forwardShape(_ shape: [Int]) -> [Int] { triangleShape(shape, offset: 1) }
  public func inverseShape(_ shape: [Int]) -> [Int] { packedShape(shape, offset: 1) }
}

/// The Gram transform `L → L Lᵀ`, from Cholesky factors onto positive definite, or correlation, matrices.
///
/// The Jacobian is that of the free entries: those of the lower triangle, without the diagonal for
/// a correlation.
///
/// - Reference: Edelman (2005), *Jacobians of Matrix Transforms*, 18.325 handout 2.
public struct GramTransform: Transform {
  /// Whether the rows of the factor have length 1, so that the product has a unit diagonal.
  public let isCorrelation: Bool

  /// A transform from lower triangular factors to covariances, or to correlations.
  public init(isCorrelation: Bool = false) { self.isCorrelation = isCorrelation }

  public var domainEventRank: Int { 2 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let x = squareMatrix(x)
    return matmul(x, swappingLastAxes(x))
  }
  public func inverse(_ y: Tensor) -> Tensor { cholesky(y) }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    let x = squareMatrix(x)
    let n = x.shape[x.rank - 1]
    let powers = Tensor(Double(isCorrelation ? n - 1 : n)) - .arange(n)
    let rows = (powers * log(x.diagonal())).sum(along: [-1])
    return isCorrelation ? rows : rows + Tensor(Double(n)) * log(2)
  }
}
