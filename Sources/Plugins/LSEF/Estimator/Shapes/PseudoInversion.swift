import LinearAlgebra

/// The pseudo-inverse estimate: the spectrum of least norm with given band variances.
///
///     b̃ = Omegaᵀ (Omega Omegaᵀ)⁻¹ v
///
/// It reproduces the band variances, and may be negative.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 6.1, step 1.
public struct PseudoInversion: Sendable {
  /// The contribution Omega of each wavenumber to each band variance, `[J, wavenumbers]`.
  public let omega: Matrix
  private let factor: CholeskyFactor

  /// A pseudo-inverse of this matrix.
  ///
  /// - Parameter omega: The contribution of each wavenumber to each band variance, `[J, wavenumbers]`.
  /// - Throws: `EstimatorError.dependentBands` if its rows depend on each other.
  public init(_ omega: Matrix) throws(EstimatorError) {
    do {
      factor = try CholeskyFactor(factoring: .symmetricProduct(omega))
    } catch {
      throw .dependentBands
    }
    self.omega = omega
  }

  /// The estimated spectra.
  ///
  /// - Parameter bandVariances: The band variances, `[n, J]`.
  /// - Returns: The spectra, `[n, wavenumbers]`.
  /// - Throws: `EstimatorError` for another number of bands, and for variances that are negative or not finite.
  public func callAsFunction(_ bandVariances: Matrix) throws(EstimatorError) -> Matrix {
    try EstimatorError.check(bandVariances, bands: omega.rows)
    var coefficients = bandVariances
    factor.solve(rows: &coefficients)
    return .product(coefficients, omega)
  }

  /// The matrix for all n wavenumbers of the circle, with the one-sided bands 2 to J - 1 mirrored, so that the estimate has no
  /// kink at either end: `[2 (J - 1), n]`.
  ///
  /// - Parameter transfer: H_j at wavenumbers 0, 1, …, n - 1 (mod n), `[J, n]`.
  public static func mirrored(transfer: Matrix) -> Matrix {
    let (J, n) = (transfer.rows, transfer.columns)
    var rows: [Double] = []
    for j in 0..<J { rows += transfer.row(j).map { $0 * $0 } }
    for j in stride(from: J - 2, to: 0, by: -1) {
      rows += (0..<n).map { l in
        let response = transfer[j, (n - l) % n]
        return response * response
      }
    }
    return Matrix(rows: 2 * (J - 1), columns: n, rows)
  }

  /// The band variances with those of the mirrored bands of `mirrored(transfer:)`: v_1, …, v_J, v_{J-1}, …, v_2.
  public static func mirrored(bandVariances: Matrix) -> Matrix {
    let J = bandVariances.columns
    return bandVariances.taking(
      columns: Array(0..<J) + stride(from: J - 2, to: 0, by: -1))
  }
}
