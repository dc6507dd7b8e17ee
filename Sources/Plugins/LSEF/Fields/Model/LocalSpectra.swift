import LinearAlgebra

/// A modal spectrum at each grid point: the variance of each wave of each wavenumber there.
///
///     sigma_l(x) = sqrt(b_l(x)),  the positive root, which makes the kernel positive definite
///
/// - Reference: Tsyrulnikov and Sotskiy, section 2.4.
public struct LocalSpectra: Sendable {
  /// b_l(x): [points, L + 1].
  public let modal: Matrix
  /// sigma_l(x): [points, L + 1].
  public let sigma: Matrix

  /// - Throws: `FieldError.invalidSpectrum` for a number that is negative or not finite.
  public init(modal: Matrix) throws(FieldError) {
    if let k = modal.scalars.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .invalidSpectrum(
        point: k / modal.columns, wavenumber: k % modal.columns, value: modal.scalars[k])
    }
    self.modal = modal
    sigma = Matrix(
      rows: modal.rows, columns: modal.columns, modal.scalars.map { $0.squareRoot() })
  }

  /// One spectrum at all points.
  ///
  /// - Throws: `FieldError.invalidSpectrum` for a number that is negative or not finite.
  public init(stationary spectrum: [Double], points: Int) throws(FieldError) {
    let entries = (0..<points).flatMap { _ in spectrum }
    try self.init(modal: Matrix(rows: points, columns: spectrum.count, entries))
  }

  /// Spectral functions of any sign; `LSEF` itself only ever takes the positive root.
  init(roots: Matrix) {
    sigma = roots
    modal = Matrix(rows: roots.rows, columns: roots.columns, roots.scalars.map { $0 * $0 })
  }
}
