/// An error in the spectra, ensembles or covariances of a field.
public enum FieldError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A number of rows or columns other than the domain's: the quantity counted, the number found, the number needed.
  case wrongCount(of: String, found: Int, needed: Int)
  /// A spectral variance that is not finite, or negative.
  case invalidSpectrum(point: Int, wavenumber: Int, value: Double)
  /// A value of an ensemble member that is not finite.
  case notFinite(member: Int, point: Int, value: Double)
  /// An ensemble with too few members for a variance.
  case tooFewMembers(found: Int, needed: Int)

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
    }
  }
}
