import LinearAlgebra

/// The sample covariance of an ensemble, damped with distance: the prior of EnKF-B.
///
///     B = S o C,    S = 1 / (N - 1) sum_k (e_k - ē)(e_k - ē)ᵀ
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5; `lsef.md` 8.2.
public struct LocalizedEnsembleCovariance: PriorCovariance {
  /// What is left of the members without their mean, over the root of N - 1; `[n, N]`.
  private let perturbations: Matrix
  /// The taper of each pair of points.
  private let tapers: PairTable
  private let grid: any Grid

  /// The sample covariance of an ensemble, damped with distance.
  ///
  /// - Parameters:
  ///   - members: `[N, n]`.
  ///   - taper: What the covariance of two points is multiplied by.
  ///   - grid: Says how far they are from each other.
  /// - Throws: `AnalysisError` for fewer than two members, another number of points than the grid has, a value that is not
  ///   finite, or a taper that wraps.
  public init(members: Matrix, taper: Taper, on grid: any Grid) throws(AnalysisError) {
    guard members.rows >= 2 else {
      throw .ensembleTooSmall(members: members.rows, needed: 2)
    }
    guard members.columns == grid.pointCount else {
      throw .size(what: "a member", given: members.columns, expected: grid.pointCount)
    }
    try AnalysisError.check(members.scalars, "members") {
      [$0 / members.columns, $0 % members.columns]
    }
    let factor = 1 / Double(members.rows - 1).squareRoot()
    var perturbations = members.transposed()
    for point in 0..<perturbations.rows {
      let mean = perturbations.row(point).reduce(0, +) / Double(members.rows)
      for member in 0..<members.rows {
        perturbations[point, member] = factor * (perturbations[point, member] - mean)
      }
    }
    try taper.checkIsCovariance(on: grid)
    self.init(perturbations: perturbations, taper: taper, grid: grid)
  }

  private init(perturbations: Matrix, taper: Taper, grid: any Grid) {
    (self.perturbations, self.grid) = (perturbations, grid)
    tapers = PairTable(on: grid) { taper(grid.distance($0, $1)) }
  }

  public var pointCount: Int { perturbations.rows }

  /// The same ensemble with another taper.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  public func tapered(by taper: Taper) throws(AnalysisError) -> LocalizedEnsembleCovariance {
    try taper.checkIsCovariance(on: grid)
    return LocalizedEnsembleCovariance(perturbations: perturbations, taper: taper, grid: grid)
  }

  public func observed(_ points: [Int]) -> Matrix {
    var result = Matrix.symmetricProduct(perturbations.taking(rows: points))
    result.withMutableScalars { tapers.mergeLower(into: &$0, points: points, *) }
    return result
  }

  /// Point by point, with the members' sums over those observed points alone that the taper reaches:
  ///
  ///     sum_k e_k(i) sum_p C_ip z_p e_k(p)
  public func spreading(_ weights: [Double], from points: [Int]) -> [Double] {
    let members = perturbations.columns
    let observed = perturbations.taking(rows: points)
    var (sums, result) = (Array(repeating: 0.0, count: members), [Double]())
    result.reserveCapacity(pointCount)
    for i in 0..<pointCount {
      for k in 0..<members { sums[k] = 0 }
      tapers.forEachNonZero(row: i, points: points) { place, taper in
        let (weight, start) = (taper * weights[place], place * members)
        for k in 0..<members { sums[k] += weight * observed.scalars[start + k] }
      }
      result.append(zip(perturbations.row(i), sums).reduce(0) { $0 + $1.0 * $1.1 })
    }
    return result
  }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    var result = Matrix.product(
      perturbations.taking(rows: rows), perturbations.taking(rows: columns),
      transposingSecond: true)
    result.withMutableScalars {
      tapers.merge(into: &$0, rows: rows, columns: columns, *)
    }
    return result
  }
}
