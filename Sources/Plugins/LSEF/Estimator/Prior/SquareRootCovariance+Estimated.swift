import Assimilation
import LinearAlgebra
import SpectralFields

extension SquareRootCovariance {
  /// The prior covariance of LSEF-B: a network, or another estimator, estimates local spectra from the band variances of an ensemble, and the
  /// convolution model makes a square root of them.
  ///
  /// - Parameters:
  ///   - members: The ensemble, `[N, n]`.
  ///   - domain: The domain of its fields.
  ///   - estimator: The estimator, such as a network trained with the same filter bank.
  ///   - bank: The filter bank.
  ///   - interpolates: The argument of `FilterBank.bandVariances(of:on:interpolates:)`.
  /// - Throws: `EstimatorError` and `FieldError` if estimator, bank, domain and ensemble do not fit.
  /// - Complexity: *n²* numbers for W, and O(*n²* L) time.
  public init(
    estimatedFrom members: Matrix, on domain: any HarmonicDomain,
    by estimator: any LocalSpectrumEstimator,
    bank: FilterBank, interpolates: Bool = true
  ) throws {
    let variances = try bank.bandVariances(of: members, on: domain, interpolates: interpolates)
    var modal = try estimator.roots(of: variances)
    modal.withMutableScalars { o in
      for k in o.indices { o[k] *= o[k] }
    }
    let estimate = try LocalSpectra(modal: modal)
    self.init(try ConvolutionModel(estimate, on: domain).squareRoot())
  }
}
