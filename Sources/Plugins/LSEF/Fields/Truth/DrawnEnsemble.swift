import Autodiff
import LinearAlgebra

/// A true field and an ensemble about it, drawn from one set of random local spectra.
///
/// Truth and members are independent draws of one convolution model, as in the static experiments.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5; `lsef.md` 8.1.
public struct DrawnEnsemble: Sendable {
  /// The convolution model with the local spectra that were drawn.
  public let model: ConvolutionModel
  /// The square root W of the model's covariance, `[n, n]`.
  public let squareRoot: Matrix
  /// The true field, one number for each of the n points.
  public let truth: [Double]
  /// The ensemble, `[N, n]`.
  public let members: Matrix

  /// Draws local spectra, a truth and an ensemble.
  ///
  /// - Parameters:
  ///   - truth: The distribution of the local spectra.
  ///   - count: The ensemble size N.
  ///   - keys: The keys of the spectra and of the fields, in this order.
  /// - Throws: `FieldError.invalidSpectrum` if the parameters of the truth give negative or infinite variances.
  /// - Complexity: *n²* numbers for W, and O(*n²* L) time.
  public init(_ truth: ParametricTruth, members count: Int, keys: [RandomKey]) throws(FieldError) {
    model = try ConvolutionModel(truth.spectra(key: keys[0]), on: truth.domain)
    squareRoot = model.squareRoot()
    let fields = model.sample(count: count + 1, key: keys[1], squareRoot: squareRoot)
    self.truth = Array(fields.row(0))
    members = fields.taking(rows: Array(1..<fields.rows))
  }
}
