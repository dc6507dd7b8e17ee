import LinearAlgebra
import SpectralFields

/// An estimator of local spectra: from the band variances of a point to the spectrum there.
///
/// `SpectrumNetwork` is the paper's, `ShapeEstimator` the one without a network that it is compared with.
public protocol LocalSpectrumEstimator: Sendable {
  /// The number of bands, J.
  var bandCount: Int { get }
  /// The number of wavenumbers of a spectrum, L + 1.
  var spectrumCount: Int { get }
  /// Numbers o whose squares are the modal spectra, `[n, L + 1]`, from band variances, `[n, J]`.
  ///
  /// - Throws: `EstimatorError` for another number of bands, and for variances that are negative or not finite.
  func roots(of bandVariances: Matrix) throws(EstimatorError) -> Matrix
}

extension SpectrumNetwork: LocalSpectrumEstimator {
  public var bandCount: Int { architecture.bandCount }
  public var spectrumCount: Int { architecture.spectrumCount }
  public func roots(of bandVariances: Matrix) throws(EstimatorError) -> Matrix {
    try output(bandVariances)
  }
}
