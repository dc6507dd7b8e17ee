import Assimilation
import LinearAlgebra
import SpectralFields

extension SquareRootCovariance {
  /// The prior covariance of LSEF-B: a network estimates local spectra from the band variances of an ensemble, and the
  /// convolution model makes a square root of them.
  ///
  /// - Parameters:
  ///   - members: The ensemble, `[N, n]`.
  ///   - domain: The domain of its fields.
  ///   - network: The network, trained with the same filter bank.
  ///   - bank: The filter bank.
  ///   - interpolates: The argument of `FilterBank.bandVariances(of:on:interpolates:)`.
  /// - Throws: `EstimatorError` and `FieldError` if network, bank, domain and ensemble do not fit.
  /// - Complexity: *n²* numbers for W, and O(*n²* L) time.
  public init(
    estimatedFrom members: Matrix, on domain: any HarmonicDomain, by network: SpectrumNetwork,
    bank: FilterBank, interpolates: Bool = true
  ) throws {
    let variances = try bank.bandVariances(of: members, on: domain, interpolates: interpolates)
    let estimate = try LocalSpectra(modal: network.predict(variances))
    self.init(try ConvolutionModel(estimate, on: domain).squareRoot())
  }
}
