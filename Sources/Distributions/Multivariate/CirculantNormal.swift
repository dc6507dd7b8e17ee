import Autodiff
import PPL
import Preconditions

/// The multivariate normal distribution with a circulant covariance: it depends only on the distance of two
/// elements around a circle.
///
///     covariance[i, j] = c[(i - j) mod n],    spectrum sₖ = Σⱼ cⱼ cos(2π jk / n),    k = 0, …, n/2
///     log p(x) = Σ log Normal(coefficients of x - mean; 0, deviations of sₖ) + log |Jacobian|
///
/// - Shape: `mean` is `[..., n]`, the first row of the covariance c `[..., n]`, or its spectrum `[..., n/2 + 1]`; the
///   leading dimensions broadcast to the batch, the event is `[n]`.
/// - Units: `mean` has those of `x`; c and the spectrum have their square.
/// - Complexity: O(*n*²), by the matrix products of `RealFourierTransform`; nothing costs *n*³.
/// - Reference: Wood & Chan (1994), *Simulation of Stationary Gaussian Processes in [0, 1]^d*.
public struct CirculantNormal: HasMoments, HasEntropy, HasGaussianForm {
  public let mean: Tensor
  /// The distinct eigenvalues of the covariance, `[..., n/2 + 1]`.
  public let spectrum: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]
  private let given: Parameter
  /// The standard deviations of the packed Fourier coefficients, `[..., n]`.
  private let deviations: Tensor

  /// A batch of circulant normal distributions given by the first row of their covariance.
  ///
  /// - Parameters:
  ///   - mean: The mean, `[..., n]`.
  ///   - covarianceRow: The first row c of the covariance, `[..., n]`, with `c[j] = c[n - j]`.
  public init(_ mean: Tensor, covarianceRow: Tensor) {
    let (batch, sizes) = eventShapes(
      of: "CirculantNormal",
      [("mean", mean.shape, "n"), ("covarianceRow", covarianceRow.shape, "n")])
    let transform = RealFourierTransform(count: sizes["n", default: 0])
    self.init(
      mean, transform(covarianceRow)[.ellipsis, 0], batch,
      Parameter("covarianceRow", covarianceRow, .positiveDefiniteCirculant))
  }

  /// A batch of circulant normal distributions given by the spectrum of their covariance.
  ///
  /// - Parameters:
  ///   - mean: The mean, `[..., n]`.
  ///   - spectrum: The eigenvalues of the covariance, positive, `[..., n/2 + 1]`.
  public init(_ mean: Tensor, spectrum: Tensor) {
    let (batch, sizes) = eventShapes(
      of: "CirculantNormal", [("mean", mean.shape, "n"), ("spectrum", spectrum.shape, "k")])
    holds(
      sizes["k"] == sizes["n", default: 0] / 2 + 1,
      "CirculantNormal: mean \(mean.shape) and spectrum \(spectrum.shape) are not "
        + "[..., n], [..., n / 2 + 1].")
    self.init(
      mean, spectrum, batch, Parameter("spectrum", spectrum, .independent(.positive, 1)))
  }

  private init(_ mean: Tensor, _ spectrum: Tensor, _ batch: [Int], _ given: Parameter) {
    let n = mean.shape.last ?? 1
    (batchShape, eventShape) = (batch, [n])
    self.mean = mean.broadcast(to: batch + [n])
    (self.spectrum, self.given) = (spectrum, given)
    // A real and an imaginary part share the variance that a single real coefficient has.
    let variances = spectrum * (0.5 + 0.5 * Self.isSingle(n)) * Tensor(Double(n))
    let imaginary = variances[.ellipsis, .range(1..<max(1, n - n / 2))]
    deviations = sqrt(concatenate([variances, imaginary], along: -1))
  }

  public var parameters: [Parameter] { [.init("mean", mean, .realVector), given] }
  public var support: Support { .realVector }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let coefficients = key.normal(shape + batchShape + eventShape) * deviations
    return mean + fourier.inverse(packing(coefficients))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let logNormalizer = logVolume + Tensor(Double(eventShape[0]) * Constant.halfLogTwoPi)
    return -0.5 * squaredDistance(x) - logNormalizer
  }

  /// The squared Mahalanobis distance `(x - mean)ᵀ covariance⁻¹ (x - mean)`.
  func squaredDistance(_ x: Tensor) -> Tensor {
    square(packing.inverse(fourier(x - mean)) / deviations).sum(along: [-1])
  }

  /// The variance, the first element of the covariance row: the mean eigenvalue.
  public var variance: Tensor { averaged(spectrum).withEventAxes(1).broadcast(to: shape) }

  /// The diagonal element of the precision matrix: the mean of the reciprocal eigenvalues.
  var meanPrecision: Tensor { averaged(1 / spectrum) }

  /// The mean over all n frequencies of values at the distinct ones.
  private func averaged(_ values: Tensor) -> Tensor {
    let n = eventShape[0]
    return (values * (2 - Self.isSingle(n))).sum(along: [-1]) / Tensor(Double(n))
  }
  public var entropy: Tensor {
    let standard = Double(eventShape[0]) * (Constant.halfLogTwoPi + 0.5)
    return (logVolume + Tensor(standard)).broadcast(to: batchShape)
  }

  /// Flags of the frequencies with a single eigenvalue (1: the first, and for even n the last) and a double one (0).
  private static func isSingle(_ n: Int) -> Tensor {
    Tensor((0...n / 2).map { $0 == 0 || 2 * $0 == n ? 1 : 0 })
  }

  private var fourier: RealFourierTransform { RealFourierTransform(count: eventShape[0]) }
  private var packing: PackedSpectrumTransform { PackedSpectrumTransform(count: eventShape[0]) }

  /// The logarithm of the root of the determinant of the covariance: that of the coefficients over the Jacobian
  /// of the transform.
  var logVolume: Tensor {
    log(deviations).sum(along: [-1]) - fourier.logAbsDetJacobian(.zeros(eventShape), 0)
  }
}
