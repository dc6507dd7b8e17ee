import Assimilation
import Autodiff
import LinearAlgebra
import RealModule

/// A distribution of local spectra for tests of estimators: one parametric shape, whose three parameters are random fields.
///
///     b_l(x) = c(x) / (1 + (lambda(x) l)^gamma(x)),    c(x) such that the variance is S(x)²
///     S, lambda, gamma = add + mult g(ln(kappa) chi)
///
/// chi are independent stationary Gaussian fields, one for each parameter, `scaleRatio` times as smooth as the field
/// itself.
///
/// - Reference: Tsyrulnikov and Sotskiy, appendix H.
public struct ParametricTruth: Sendable {
  /// The domain of the fields.
  public let domain: any HarmonicDomain
  /// The parameters of the distribution.
  public var parameters: Parameters

  /// The parameters of the distribution.
  public struct Parameters: Sendable, Equatable {
    /// The standard deviation S, in the units of the field.
    public var deviation: Range
    /// The length scale lambda, in radians.
    public var lengthscale: Range
    /// The slope gamma of the spectrum.
    public var slope: Range
    /// The strength kappa of non-stationarity; 1 for a stationary field, 4 for a strongly non-stationary one.
    public var strength = 2.0
    /// The ratio mu_NSL of the length scale of the parameters to that of the field; 1 for fast changes, 10 for an almost
    /// stationary field.
    public var scaleRatio = 3.0
    /// The slope Gamma of the spectra of chi.
    public var preTransformSlope: Double
    /// The scaling of chi.
    public var preTransformVariance: PreTransformVariance

    /// The median and the lowest value of a parameter.
    public struct Range: Sendable, Equatable {
      /// The median, where chi is 0: add + mult.
      public var median: Double
      /// The lowest value, where chi is far below 0: add.
      public var lowest: Double

      /// A median and a lowest value, in the units of the parameter.
      public init(median: Double, lowest: Double) {
        (self.median, self.lowest) = (median, lowest)
      }
    }
  }

  /// The distribution of the variance of chi over wavenumbers, and its size; s_l is `1 / (1 + (Lambda l)^Gamma)`.
  public enum PreTransformVariance: Sendable, Equatable {
    /// The variance s_l for all waves of wavenumber l together, as in the published sphere results.
    case unnormalised
    /// The variance s_l for all waves of wavenumber l together, scaled to a total variance of 1.
    case unitPerDegree
    /// A variance proportional to s_l for each wave, scaled to a total variance of 1, as in the paper's text and in its code
    /// for the circle.
    case unitPerMode
  }

  /// The distribution with these parameters on a domain.
  public init(on domain: any HarmonicDomain, _ parameters: Parameters) {
    (self.domain, self.parameters) = (domain, parameters)
  }

  /// The paper's truth on a sphere; lengths are multiples of the grid's step.
  public static func sphere(_ sphere: Sphere = Sphere()) -> ParametricTruth {
    let step = Double.pi / Double(sphere.intervals)
    return ParametricTruth(
      on: sphere,
      Parameters(
        deviation: .init(median: 1, lowest: 0.1),
        lengthscale: .init(median: 3 * step, lowest: step / 3),
        slope: .init(median: 4, lowest: 1), preTransformSlope: 4,
        preTransformVariance: .unnormalised))
  }

  /// The truth of the published static experiments on a circle; lengths are multiples of the grid's step.
  public static func circle(_ circle: Circle = Circle()) -> ParametricTruth {
    let step = 2 * Double.pi / Double(circle.pointCount)
    return ParametricTruth(
      on: circle,
      Parameters(
        deviation: .init(median: 5, lowest: 0.05),
        lengthscale: .init(median: 6 * step, lowest: step / 2),
        slope: .init(median: 1.5, lowest: 1), preTransformSlope: 3,
        preTransformVariance: .unitPerMode))
  }
}

// MARK: Drawing a truth

extension ParametricTruth {
  /// The spectra of one draw of the parameter fields.
  ///
  /// - Throws: `FieldError.invalidSpectrum` if the parameters give negative or infinite variances.
  public func spectra(key: RandomKey) throws(FieldError) -> LocalSpectra {
    let fields = parameterFields(key: key)
    let count = domain.spectrumCount
    var entries: [Double] = []
    entries.reserveCapacity(domain.pointCount * count)
    for x in 0..<domain.pointCount {
      entries += spectrum(
        deviation: fields[0, x], lengthscale: fields[1, x], slope: fields[2, x])
    }
    return try LocalSpectra(
      modal: Matrix(rows: domain.pointCount, columns: count, entries))
  }

  /// One draw of S, lambda and gamma at all points, `[3, points]`.
  public func parameterFields(key: RandomKey) -> Matrix {
    let ranges = [parameters.deviation, parameters.lengthscale, parameters.slope]
    let chi = preTransformFields(key: key)
    let logStrength = Double.log(parameters.strength)
    let entries = ranges.enumerated().flatMap { k, range in
      chi.row(k).map { chi in
        range.lowest + (range.median - range.lowest) * DSADM.Regime.transformed(logStrength * chi)
      }
    }
    return Matrix(rows: 3, columns: domain.pointCount, entries)
  }

  /// One draw of chi for S, lambda and gamma, `[3, points]`.
  public func preTransformFields(key: RandomKey) -> Matrix {
    let modal = preTransformSpectrum.map { $0.squareRoot() }
    let roots = domain.modeWavenumbers.map { modal[$0] }
    let noise = ConvolutionModel.noise(3, roots.count, key)
    let coefficients = noise.scalars.enumerated().map { $1 * roots[$0 % roots.count] }
    return domain.fields(from: Matrix(rows: 3, columns: roots.count, coefficients))
  }

  /// The modal spectrum of chi, `[L + 1]`.
  public var preTransformSpectrum: [Double] {
    let length = parameters.scaleRatio * parameters.lengthscale.median
    let shape = (0..<domain.spectrumCount).map {
      1 / (1 + Self.power(length * Double($0), parameters.preTransformSlope))
    }
    let weights = domain.varianceWeights
    let perDegree = zip(shape, weights).map { $0 / $1 }
    switch parameters.preTransformVariance {
    case .unnormalised: return perDegree
    case .unitPerDegree: return normalised(perDegree)
    case .unitPerMode: return normalised(shape)
    }
  }

  /// The modal spectrum with these parameters, `[L + 1]`, whose variance is `deviation` squared: eq. (64).
  public func spectrum(deviation: Double, lengthscale: Double, slope: Double) -> [Double] {
    let shape = (0..<domain.spectrumCount).map {
      1 / (1 + Self.power(lengthscale * Double($0), slope))
    }
    return normalised(shape, variance: deviation * deviation)
  }

  private func normalised(_ spectrum: [Double], variance: Double = 1) -> [Double] {
    let scale = variance / domain.variance(ofSpectrum: spectrum)
    return spectrum.map { $0 * scale }
  }

  private static func power(_ x: Double, _ exponent: Double) -> Double {
    x == 0 ? 0 : Double.exp(exponent * Double.log(x))
  }
}
