import LinearAlgebra
import RealModule

/// Diagnostics of local stationarity: the length scale on which local spectra change, against that of the field.
///
/// The spectral functions `sigma_l(x)` are taken as stationary random functions of x, and their expectations as means
/// over the domain. A field is locally stationary if `characteristicLength` is far below `nonStationarityLength`, or
/// `strength` far below 1. On the sphere the slope of a function is its whole gradient.
///
/// - Reference: Tsyrulnikov and Sotskiy, appendix E; eqs. (43) to (47).
public struct LocalStationarity: Sendable {
  /// The lengths Lambda_l, in radians: the root of `Var sigma_l / E |sigma_l'|²`; infinite where sigma_l is constant.
  /// Eq. (43).
  public let lengths: [Double]
  /// The strengths nu_l, between 0 and 1: the root of `Var sigma_l / E b_l`; 0 where b_l is 0. Eq. (45).
  public let strengths: [Double]
  /// The length scale Ls, in radians: `1 / Ls² = sum l² E b_l / sum E b_l`, with variances and Laplacian eigenvalues.
  /// Eq. (44).
  public let characteristicLength: Double
  /// The mean over the domain of `sum_l w_l |sigma_l'|²`, which bounds the error of a stationary approximation.
  public let meanSquaredSlope: Double

  /// The non-stationarity length Lambda, in radians: the smallest of `lengths`.
  public var nonStationarityLength: Double { lengths.min() ?? .infinity }
  /// The strength nu of non-stationarity: the largest of `strengths`.
  public var strength: Double { strengths.max() ?? 0 }
  /// The bound (nu Ls / Lambda)² of the relative error of a stationary approximation within Ls: eq. (47).
  public var errorBound: Double {
    let ratio = strength * characteristicLength / nonStationarityLength
    return ratio * ratio
  }

  /// The diagnostics of a model, whose spectral functions are taken as they are at its points.
  ///
  /// - Complexity: A harmonic analysis for each wavenumber.
  public init(of model: ConvolutionModel) {
    let (domain, modal) = (model.domain, model.spectra.modal)
    // [L + 1, wavenumbers]
    let powers = domain.powers(of: model.spectra.sigma.transposed(), interpolates: false)
    let (eigenvalues, weights) = (domain.laplacianEigenvalues, domain.varianceWeights)
    let areas = domain.cellAreas
    let shares = areas.map { $0 / areas.reduce(0, +) }
    let means = modal.transposeMultiplied(by: shares)  // E b_l

    let variances = (0..<powers.rows).map { powers.row($0).dropFirst().reduce(0, +) }
    let slopes = powers.multiplied(by: eigenvalues)
    // By rounding, the variance of a constant is about 1e-32 of its square.
    let rounding = means.map { 1e-24 * $0 }
    lengths = variances.indices.map { l in
      variances[l] <= rounding[l] ? .infinity : (variances[l] / slopes[l]).squareRoot()
    }
    strengths = variances.indices.map { l in
      variances[l] <= rounding[l] ? 0 : min(1, (variances[l] / means[l]).squareRoot())
    }
    let waves = means.indices.map { weights[$0] * means[$0] }
    let curvatures = means.indices.map { eigenvalues[$0] * waves[$0] }
    characteristicLength = (waves.reduce(0, +) / curvatures.reduce(0, +)).squareRoot()
    meanSquaredSlope = slopes.indices.reduce(0) { $0 + weights[$1] * slopes[$1] }
  }
}
