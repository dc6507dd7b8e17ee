import LinearAlgebra

/// Local spectra: a modal spectrum at each grid point, the variance of a wave of each wavenumber there.
///
///     sigma_l(x) = sqrt(b_l(x)),  the positive root, which makes the kernel positive definite
///
/// - Reference: Tsyrulnikov and Sotskiy, section 2.4.
public struct LocalSpectra: Sendable {
  /// The modal spectra b_l(x), `[points, L + 1]`.
  public let modal: Matrix
  /// The spectral functions sigma_l(x), `[points, L + 1]`.
  public let sigma: Matrix

  /// The local spectra with these variances, `[points, L + 1]`.
  ///
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

  /// The local spectra of a stationary field: one spectrum at all points.
  ///
  /// - Throws: `FieldError.invalidSpectrum` for a number that is negative or not finite.
  public init(stationary spectrum: [Double], points: Int) throws(FieldError) {
    let entries = (0..<points).flatMap { _ in spectrum }
    try self.init(modal: Matrix(rows: points, columns: spectrum.count, entries))
  }

  /// Local spectra with spectral functions of any sign; the method takes the positive root only.
  init(roots: Matrix) {
    sigma = roots
    modal = Matrix(rows: roots.rows, columns: roots.columns, roots.scalars.map { $0 * $0 })
  }
}
