/// What is wrong with spectra, ensembles or covariances that were handed in.
public enum FieldError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Rows or columns that are not those of the domain: what was counted, how many there are, how many are needed.
  case wrongCount(of: String, found: Int, needed: Int)
  /// A number that is no variance: not finite, or negative.
  case invalidSpectrum(point: Int, wavenumber: Int, value: Double)
  /// A number of an ensemble that is not finite.
  case notFinite(member: Int, point: Int, value: Double)
  /// Too few members for a variance.
  case tooFewMembers(found: Int, needed: Int)
  /// A covariance from which the spectral functions cannot be had: the wavenumber where the recursion stops.
  case notIdentifiable(wavenumber: Int, reason: String)

  public var description: String {
    switch self {
    case .wrongCount(let counted, let found, let needed):
      "\(counted): found \(found), but the domain needs \(needed); use the grid that the numbers were made for."
    case .invalidSpectrum(let point, let wavenumber, let value):
      "local spectrum at point \(point), wavenumber \(wavenumber) is \(value), but must be finite and not negative; "
        + "square what an estimator gives, or cut it off at 0."
    case .notFinite(let member, let point, let value):
      "ensemble member \(member) is \(value) at point \(point), but must be finite; "
        + "leave the member out, or find where the forecast diverged."
    case .tooFewMembers(let found, let needed):
      "ensemble of \(found) members, but the band variances need at least \(needed); "
        + "one degree of freedom goes to the mean where it is estimated."
    case .notIdentifiable(let wavenumber, let reason):
      "spectral functions at wavenumber \(wavenumber): \(reason)"
    }
  }
}
