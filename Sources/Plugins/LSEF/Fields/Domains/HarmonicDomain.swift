import Assimilation
import LinearAlgebra
import Preconditions

/// A harmonic domain: a grid on the sphere or the circle, with orthonormal waves of one wavenumber each. Distances are chords.
///
///     F(x) = sum_k a_k Y_k(x),    sum over the Y_k of wavenumber l: Y_k(x) Y_k(y) = w_l p_l(x, y)
///
/// with p_l = 1 where x = y: on the sphere spherical harmonics, w_l = (2l+1)/(4π) and p_l = P_l(cos ρ); on the circle
/// cosines and sines, w_l = 1 or 2 and p_l = cos(l ρ). A modal spectrum b_l makes a stationary field of variance
/// `sum_l w_l b_l`.
public protocol HarmonicDomain: Grid {
  /// The largest wavenumber, L.
  var maximumWavenumber: Int { get }
  /// The number of wavenumbers of a spectrum, L + 1.
  var spectrumCount: Int { get }
  /// The cosine of the angle between two points.
  func cosineOfDistance(_ i: Int, _ j: Int) -> Double
  /// The weights w_l: the variance of a field per unit of the modal spectrum, for each wavenumber.
  var varianceWeights: [Double] { get }
  /// The negative eigenvalue of the Laplacian at each wavenumber: l² on the circle, l (l+1) on the sphere.
  var laplacianEigenvalues: [Double] { get }
  /// The polynomials p_l of the cosine of the distance.
  var polynomials: IsotropicCovariance.Basis { get }
  /// The wavenumber of each orthonormal wave.
  var modeWavenumbers: [Int] { get }
  /// The number of values of a filter's transfer function.
  var transferCount: Int { get }

  /// The kernels `w_l p_l(x, y) sqrt(area of y)` for x the first point of a ring and all y, `[L + 1, points]`.
  func kernelTable(ofRing ring: Int) -> Matrix
  /// The value of each wave at each point, `[points, waves]`.
  func modes() -> Matrix
  /// The fields with these coefficients, `[fields, points]`, from `[fields, waves]`.
  func fields(from coefficients: Matrix) -> Matrix
  /// The mean square over the domain of each wavenumber of each field, `[fields, L + 1]`.
  ///
  /// - Parameters:
  ///   - fields: The fields, `[fields, points]`.
  ///   - interpolates: Whether fields on the sphere are interpolated to a finer grid, as in `filtered(_:by:interpolates:)`.
  func powers(of fields: Matrix, interpolates: Bool) -> Matrix
  /// The fields filtered by one transfer function.
  ///
  /// - Parameters:
  ///   - fields: The fields, `[fields, points]`.
  ///   - transfer: The transfer function H, of `transferCount` numbers.
  ///   - interpolates: Whether fields on the sphere are linearly interpolated to a finer grid, as in the published code;
  ///     otherwise the transform is exact.
  func filtered(_ fields: Matrix, by transfer: [Double], interpolates: Bool) -> FilteredFields
}

extension HarmonicDomain {
  /// The variance of a field with this modal spectrum, `[L + 1]`, in squared units of the field.
  ///
  /// - Precondition: There is one number for each wavenumber.
  public func variance(ofSpectrum spectrum: [Double]) -> Double {
    require(
      spectrum.count == spectrumCount,
      "variance(ofSpectrum:): \(spectrum.count) wavenumbers, but the domain has \(spectrumCount).")
    return zip(varianceWeights, spectrum).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// Filtered fields: real on the sphere; complex on the circle, where filters may be one-sided.
public struct FilteredFields: Sendable {
  /// The real parts, `[fields, points]`.
  public let real: Matrix
  /// The imaginary parts, `[fields, points]`; nil where all fields are real.
  public let imaginary: Matrix?
}
