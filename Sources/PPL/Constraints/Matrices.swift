/// The constraint on lower triangular matrices with a positive diagonal.
struct LowerCholeskyConstraint: Constraint {
  /// The link from unconstrained numbers to the diagonal.
  enum Parametrization: Sendable { case exp, softplus, scaledUnit }

  var parametrization: Parametrization = .exp

  var name: String { "lower triangular with a positive diagonal" }
  var eventRank: Int { 2 }

  func contains(_ x: Tensor) -> Tensor {
    let isLower = allTrailing((x.lowerTriangle() .== x) .& isFinite(x), 2)
    return isLower .& allTrailing(x.diagonal() .> 0, 1)
  }

  func finding(in event: Tensor) -> Finding? {
    guard event.shape[0] == event.shape[1] else { return Finding("has shape \(event.shape)") }
    if let found = Finding.first(
      in: event - event.lowerTriangle(), where: { $0 != 0 }, " above the diagonal")
    {
      return found
    }
    return Finding.first(in: event.diagonal()) { $0 <= 0 }.map {
      Finding($0.index + $0.index, $0.words)
    }
  }

  var bijection: any Transform {
    switch parametrization {
    case .exp: LowerCholeskyTransform()
    case .softplus: SoftplusLowerCholeskyTransform()
    case .scaledUnit: ScaledUnitLowerCholeskyTransform()
    }
  }
}

/// The constraint on Cholesky factors of correlation matrices: lower triangular with rows of unit length.
struct CorrelationCholeskyConstraint: Constraint {
  var name: String { "a Cholesky factor with rows of length 1" }
  var eventRank: Int { 2 }

  func contains(_ x: Tensor) -> Tensor {
    let norm = sqrt(square(x).sum(along: [-1]))
    let rounding = Tensor(10 * Double(x.shape[x.rank - 1]) * Double.ulpOfOne)
    let hasUnitRows = allTrailing(abs(norm - 1) .<= rounding, 1)
    return LowerCholeskyConstraint().contains(x) .& hasUnitRows
  }

  func finding(in event: Tensor) -> Finding? {
    if let found = LowerCholeskyConstraint().finding(in: event) { return found }
    let lengths = sqrt(square(event).sum(along: [-1])).scalars
    return lengths.firstIndex { abs($0 - 1) > 10 * Double(lengths.count) * .ulpOfOne }.map {
      Finding([$0], "has length \(lengths[$0])")
    }
  }

  var bijection: any Transform { CorrelationCholeskyTransform() }
}

/// The constraint on symmetric matrices with positive eigenvalues; those of correlations have a unit diagonal.
struct PositiveDefiniteConstraint: Constraint {
  let isCorrelation: Bool

  var name: String {
    isCorrelation ? "a correlation matrix" : "symmetric and positive definite"
  }
  var eventRank: Int { 2 }

  func contains(_ x: Tensor) -> Tensor {
    let transposed = swappingLastAxes(x)
    // NumPy's `isclose`: 1e-8 absolute and 1e-5 relative.
    let isSymmetric = allTrailing(abs(x - transposed) .<= 1e-8 + 1e-5 * abs(transposed), 2)
    // A factor exists exactly when all eigenvalues are positive.
    let isDefinite = allTrailing(isFinite(cholesky(x)), 2)
    let inside = isSymmetric .& isDefinite
    if !isCorrelation { return inside }
    return inside .& allTrailing(abs(x.diagonal() - 1) .< 1e-6, 1)
  }

  func finding(in event: Tensor) -> Finding? {
    if let found = Finding.asymmetry(of: event) { return found }
    if isCorrelation,
      let found = Finding.first(in: event.diagonal(), where: { !(abs($0 - 1) < 1e-6) })
    {
      return Finding(found.index + found.index, found.words)
    }
    return symmetricEigenvalues(event).scalars.first.map { Finding("has the eigenvalue \($0)") }
  }

  var bijection: any Transform {
    if isCorrelation {
      return ComposedTransform([CorrelationCholeskyTransform(), GramTransform(isCorrelation: true)])
    }
    return ComposedTransform([LowerCholeskyTransform(), GramTransform(isCorrelation: false)])
  }
}

extension Support {
  /// The lower triangular matrices with a positive diagonal, `[..., n, n]`, whose diagonal is reached by `exp`.
  public static var lowerCholesky: Support { Support(LowerCholeskyConstraint()) }
  /// The lower triangular matrices with a positive diagonal, `[..., n, n]`, whose diagonal is reached by softplus.
  public static var softplusLowerCholesky: Support {
    Support(LowerCholeskyConstraint(parametrization: .softplus))
  }
  /// The lower triangular matrices with a positive diagonal, `[..., n, n]`, as a unit triangle whose rows are
  /// scaled by softplus.
  public static var scaledUnitLowerCholesky: Support {
    Support(LowerCholeskyConstraint(parametrization: .scaledUnit))
  }
  /// The Cholesky factors of correlation matrices, `[..., n, n]`.
  public static var correlationCholesky: Support { Support(CorrelationCholeskyConstraint()) }
  /// The correlation matrices, `[..., n, n]`.
  public static var correlationMatrix: Support {
    Support(PositiveDefiniteConstraint(isCorrelation: true))
  }
  /// The symmetric positive definite matrices, `[..., n, n]`.
  public static var positiveDefinite: Support {
    Support(PositiveDefiniteConstraint(isCorrelation: false))
  }
}
