import Preconditions

/// The constraint on vectors of length one, which no smooth bijection from the reals reaches.
struct SphereConstraint: Constraint {
  var name: String { "of length 1" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let error = abs(sqrt(square(x).sum(along: [-1])) - 1)
    // The tolerance is the rounding of the sum of n squares, as in NumPyro.
    let rounding = 10 * Double.ulpOfOne * Double(x.shape[x.rank - 1]).squareRoot()
    return error .< Tensor(rounding)
  }

  func finding(in event: Tensor) -> Finding? {
    Finding("has length \(sqrt(square(event).sum()).scalar)")
  }

  var bijection: any Transform {
    reportMistake(
      "a sphere has no bijection from the reals: give the direction of a normal vector instead")
    return IndependentTransform(IdentityTransform(), rank: 1)
  }

  func feasible(_ shape: [Int]) -> Tensor {
    .full(1 / Double(shape[shape.count - 1]).squareRoot(), shape)
  }
}

/// The constraint on complex numbers, as pairs of reals in a last axis of 2.
struct ComplexConstraint: Constraint {
  var name: String { "a finite complex number, [..., 2]" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let isPair = x.shape.last == 2
    return isPair ? allTrailing(isFinite(x), 1) : .zeros(Array(x.shape.dropLast()))
  }

  func finding(in event: Tensor) -> Finding? {
    Finding("has \(event.count) numbers in its last axis")
  }

  var bijection: any Transform { IndependentTransform(IdentityTransform(), rank: 1) }
}

/// The constraint on first rows of positive definite circulant matrices: symmetric around their middle, with
/// positive spectrum.
struct CirculantConstraint: Constraint {
  var name: String { "the first row of a positive definite circulant matrix" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let n = x.shape[x.rank - 1]
    let mirrored = x.taking(
      indices: Tensor((0..<n).map { Double((n - $0) % n) }), along: x.rank - 1)
    // NumPy's `isclose`, as for symmetric matrices.
    let isSymmetric = allTrailing(abs(x - mirrored) .<= 1e-8 + 1e-5 * abs(mirrored), 1)
    let spectrum = RealFourierTransform(count: n)(x)[.ellipsis, 0]
    return isSymmetric .& allTrailing((spectrum .> 0) .& isFinite(spectrum), 1)
  }

  func finding(in event: Tensor) -> Finding? {
    let (n, row) = (event.count, event.scalars)
    for i in 1..<max(n, 1) where abs(row[i] - row[n - i]) > 1e-8 + 1e-5 * abs(row[n - i]) {
      return Finding([i], "is \(row[i]) where [\(n - i)] is \(row[n - i])")
    }
    let spectrum = RealFourierTransform(count: n)(event)[.ellipsis, 0].scalars
    return spectrum.min().map { Finding("has the eigenvalue \($0)") }
  }

  var bijection: any Transform {
    reportMistake(
      "a circulant covariance has no bijection from the reals here: sample its spectrum instead")
    return IndependentTransform(IdentityTransform(), rank: 1)
  }

  /// The first row of the identity matrix.
  func feasible(_ shape: [Int]) -> Tensor {
    (Tensor.arange(shape[shape.count - 1]) .== 0).broadcast(to: shape)
  }
}

extension Support {
  /// The vectors of length one, `[..., n]`; there is no bijection from the reals.
  public static var sphere: Support { Support(SphereConstraint()) }
  /// The complex numbers, as pairs of reals in a last axis of 2.
  public static var complex: Support { Support(ComplexConstraint()) }
  /// The first rows of positive definite circulant matrices, `[..., n]`; there is no bijection from the reals.
  public static var positiveDefiniteCirculant: Support { Support(CirculantConstraint()) }
}
