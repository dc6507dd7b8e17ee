import Assimilation
import LinearAlgebra

extension FilterBank {
  /// The sample variance of an ensemble in each band at each point, `[points, J]`.
  ///
  ///     v_j(x) = (1/N) sum_n |xi_j^(n)(x)|²    on the sphere, where the mean is known to be 0
  ///     v_j(x) = (1/(N-1)) sum_n |xi_j^(n)(x) - mean|²    on the circle
  ///
  /// - Parameters:
  ///   - ensemble: The perturbations, `[members, points]`.
  ///   - domain: The domain of the fields.
  ///   - interpolates: Whether fields on the sphere are linearly interpolated to a finer grid, which damps short waves, as in
  ///     the published code; otherwise the transform is exact. Estimators must be trained with the same choice.
  /// - Throws: `FieldError` for members of another grid, a filter bank of another domain, too few members, or a number
  ///   that is not finite.
  /// - Complexity: J transforms for each member; memory for one band at a time.
  /// - Reference: Tsyrulnikov and Sotskiy, section 3.1.
  public func bandVariances(
    of ensemble: Matrix, on domain: any HarmonicDomain, interpolates: Bool = true
  ) throws(FieldError) -> Matrix {
    try check(ensemble, on: domain)
    let degreesOfFreedom = Double(estimatesMean ? ensemble.rows - 1 : ensemble.rows)
    return perBand(domain.pointCount) { band in
      let fields = domain.filtered(
        ensemble, by: Array(transfer.row(band)), interpolates: interpolates)
      return squares(of: fields, removingMean: estimatesMean).map { $0 / degreesOfFreedom }
    }
  }

  /// The fields filtered by each filter of the bank.
  public func filtered(
    _ fields: Matrix, on domain: any HarmonicDomain, interpolates: Bool = true
  ) throws(FieldError) -> [FilteredFields] {
    try check(domain)
    try check(fields, points: domain.pointCount)
    return (0..<count).map {
      domain.filtered(fields, by: Array(transfer.row($0)), interpolates: interpolates)
    }
  }

  private func perBand(_ points: Int, _ column: (Int) -> [Double]) -> Matrix {
    Matrix(rows: count, columns: points, (0..<count).flatMap(column)).transposed()
  }

  /// The sum over members of squared moduli, at each point.
  private func squares(of fields: FilteredFields, removingMean: Bool) -> [Double] {
    let parts = [fields.real] + (fields.imaginary.map { [$0] } ?? [])
    var sums = [Double](repeating: 0, count: fields.real.columns)
    for part in parts {
      var mean = [Double](repeating: 0, count: sums.count)
      if removingMean {
        let weights = [Double](repeating: 1 / Double(part.rows), count: part.rows)
        mean = part.transposeMultiplied(by: weights)
      }
      let points = sums.count
      for member in 0..<part.rows {
        for x in 0..<points {
          let deviation = part.scalars[member * points + x] - mean[x]
          sums[x] += deviation * deviation
        }
      }
    }
    return sums
  }

  private func check(_ ensemble: Matrix, on domain: any HarmonicDomain) throws(FieldError) {
    try check(domain)
    let needed = estimatesMean ? 2 : 1
    guard ensemble.rows >= needed else {
      throw .tooFewMembers(found: ensemble.rows, needed: needed)
    }
    try check(ensemble, points: domain.pointCount)
  }

  private func check(_ domain: any HarmonicDomain) throws(FieldError) {
    guard transfer.columns == domain.transferCount else {
      throw .wrongCount(
        of: "wavenumbers of the filter bank", found: transfer.columns, needed: domain.transferCount)
    }
  }

  private func check(_ fields: Matrix, points: Int) throws(FieldError) {
    guard fields.columns == points else {
      throw .wrongCount(of: "points of the ensemble", found: fields.columns, needed: points)
    }
    if let k = fields.scalars.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(member: k / points, point: k % points, value: fields.scalars[k])
    }
  }
}
