import LinearAlgebra

/// The localized sample covariance of an ensemble, damped with distance: the prior of the EnKF and of EnKF-B.
///
///     B = S o C,    S = 1 / (N - 1) sum_k (x_k - x̄)(x_k - x̄)ᵀ    or    S = 1 / N sum_k e_k e_kᵀ
///
/// with C the taper. The first S is the sample covariance of members x, the second that of perturbations e about a control,
/// whose mean is known to be 0.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), sections 5 and 6; `lsef.md` 8.2.
public struct LocalizedEnsembleCovariance: PriorCovariance {
  /// The perturbations of the members, `[N, n]`.
  private var perturbations: Matrix
  /// The factor of the sums of products of perturbations.
  private var scale = 0.0
  private let localization: Localization
  private let grid: any Grid

  /// The taper of each pair of points.
  private var tapers: HomogeneousCovariance { localization.correlations }

  /// The prior without an ensemble: B is 0 until `estimated(from:)` gives it perturbations.
  ///
  /// - Parameters:
  ///   - taper: The factor C of the covariance of two points, by their distance.
  ///   - grid: The grid, for the distances of its points.
  public init(_ taper: Taper, on grid: any Grid) {
    perturbations = Matrix(rows: 0, columns: grid.pointCount)
    (self.grid, localization) = (grid, Localization(taper, on: grid))
  }

  /// The sample covariance of an ensemble, damped with distance.
  ///
  /// - Parameters:
  ///   - members: The ensemble, `[N, n]`.
  ///   - taper: The factor C of the covariance of two points, by their distance.
  ///   - grid: The grid, for the distances of its points.
  /// - Throws: `AnalysisError` for fewer than two members, another number of points than the grid has, a value that is not
  ///   finite, or a taper that wraps.
  public init(members: Matrix, taper: Taper, on grid: any Grid) throws(AnalysisError) {
    guard members.rows >= 2 else {
      throw .ensembleTooSmall(members: members.rows, needed: 2)
    }
    guard members.columns == grid.pointCount else {
      throw .size(what: "a member", given: members.columns, expected: grid.pointCount)
    }
    try AnalysisError.check(members, "members")
    self.init(taper, on: grid)
    try localization.checkIsCovariance()
    (perturbations, scale) = (members, 1)
    perturbations.shiftRows(
      from: members.columnMeans, to: Array(repeating: 0, count: members.columns),
      scaledBy: 1 / Double(members.rows - 1).squareRoot())
  }

  public var pointCount: Int { perturbations.columns }

  public var usesEnsemble: Bool { true }

  /// The covariance S o C of perturbations about a control.
  ///
  /// - Throws: `AnalysisError` for perturbations of another grid, or none, and for a taper that wraps.
  public func estimated(from perturbations: Matrix) throws -> any PriorCovariance {
    try AnalysisError.check(
      "the localization of the prior", points: pointCount, expected: perturbations.columns)
    guard perturbations.rows > 0 else {
      throw AnalysisError.ensembleTooSmall(members: 0, needed: 1)
    }
    try localization.checkIsCovariance()
    var result = self
    (result.perturbations, result.scale) = (perturbations, 1 / Double(perturbations.rows))
    return result
  }

  /// The same ensemble with another taper.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  public func tapered(by taper: Taper) throws(AnalysisError) -> LocalizedEnsembleCovariance {
    var result = LocalizedEnsembleCovariance(taper, on: grid)
    try result.localization.checkIsCovariance()
    (result.perturbations, result.scale) = (perturbations, scale)
    return result
  }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    var result = Matrix.product(
      perturbations.taking(columns: rows), perturbations.taking(columns: columns),
      transposingFirst: true)
    let scale = scale
    result.withMutableScalars {
      tapers.merge(into: &$0, rows: rows, columns: columns) { $0 * (scale * $1) }
    }
    return result
  }

  public func rows(at points: [Int]) -> Matrix {
    var result = Matrix.product(
      perturbations.taking(columns: points), perturbations, transposingFirst: true)
    result.withMutableScalars { tapers.multiply(rows: points, of: &$0, scaledBy: scale) }
    return result
  }

  public func observationCovariance(at points: [Int]) -> Matrix {
    var result = Matrix.symmetricProduct(perturbations.taking(columns: points).transposed())
    let scale = scale
    result.withMutableScalars {
      tapers.mergeLower(into: &$0, points: points) { $0 * (scale * $1) }
    }
    return result
  }

  /// The product B Hᵀ z, point by point, by sums of each member over the observed points within the taper's reach:
  ///
  ///     sum_k e_k(i) sum_p C_ip z_p e_k(p)
  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    let members = perturbations.rows
    // A row for each point, so that the members lie side by side.
    let observed = perturbations.taking(columns: points).transposed()
    let (all, tapers) = (perturbations.transposed(), tapers)
    var (sums, result) = (Array(repeating: 0.0, count: members), [Double]())
    result.reserveCapacity(pointCount)
    for i in 0..<pointCount {
      for k in 0..<members { sums[k] = 0 }
      tapers.forEachNonZero(row: i, points: points) { place, taper in
        let (weight, start) = (scale * taper * weights[place], place * members)
        for k in 0..<members { sums[k] += weight * observed.scalars[start + k] }
      }
      result.append(zip(all.row(i), sums).reduce(0) { $0 + $1.0 * $1.1 })
    }
    return result
  }
}
