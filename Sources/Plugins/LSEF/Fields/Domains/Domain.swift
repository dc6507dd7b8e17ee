import Assimilation

/// A domain of fields: the points of a grid on the sphere or on the circle, and the wavenumbers that it carries.
/// Distances are those of the straight line between two points.
public protocol Domain: Grid {
  /// The largest wavenumber, L.
  var maximumWavenumber: Int { get }
  /// The number of wavenumbers of a spectrum, L + 1.
  var spectrumCount: Int { get }
  /// The cosine of the angle between two points.
  func cosineOfDistance(_ i: Int, _ j: Int) -> Double
  /// The variance of a field with this modal spectrum.
  func variance(ofSpectrum spectrum: [Double]) -> Double
}
