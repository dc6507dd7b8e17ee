import Assimilation
import Foundation
import LinearAlgebra
import Preconditions
import SpectralFields

/// The weight of the ensemble's own covariance against that of the convolution model, by wavenumber and place.
///
///     w_l(x) = 1 / (1 + exp(-(level + slope log2((1 + l) / (1 + n/8)) + contrast ln(v(x) / mean v))))
///
/// with v the sample variance of the ensemble at a point.
public struct ScaleWeights: Sendable, Equatable, Codable {
  /// The log odds of the weight at the middle wavenumber n/8, where the variance is as on average.
  public var level: Double
  /// The change of the log odds with each doubling of 1 + l.
  public var slope: Double
  /// The change of the log odds with the logarithm of the variance.
  public var contrast: Double

  /// Weights with these coefficients; by default a half everywhere.
  public init(level: Double = 0, slope: Double = 0, contrast: Double = 0) {
    (self.level, self.slope, self.contrast) = (level, slope, contrast)
  }

  /// The weight at wavenumber `l` of a circle of n points, where the logarithm of the relative variance is `logVariance`.
  public func callAsFunction(_ l: Int, points n: Int, logVariance: Double = 0) -> Double {
    let octaves = log2(Double(1 + l) / (1 + Double(n) / 8))
    return 1 / (1 + exp(-(level + slope * octaves + contrast * logVariance)))
  }
}

/// The hybrid prior covariance of LSEF and the localized ensemble on a circle, with weights by wavenumber and place.
///
///     B = S(e') ∘ C + factor V' V'ᵀ
///     e'(x) = sum_l sqrt(w_l(x)) e_l(x),    V' has the columns sqrt(1 - w_l(x)) sigma_l(x) Y_k(x)
///
/// where e_l is the part of a perturbation with wavenumber l, S the sample covariance, C a taper, and sigma_l(x) the network's
/// spectral function. B is a sum of covariances for any weights. Without weights it is that of LSEF alone.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), sections 3 and 6; Hamill and Snyder (2000), *A hybrid ensemble Kalman
///   filter-3D variational analysis scheme*, for constant weights.
public struct ScaleHybridPrior: PriorCovariance {
  /// The network from band variances to local spectra.
  public let network: SpectrumNetwork
  /// The weights of the ensemble's own covariance; nil for LSEF alone.
  public var weights: ScaleWeights?
  /// The factor of the covariance of LSEF.
  public var factor: Double
  private let bandVariances: CircleBandVariances
  private let localized: LocalizedEnsembleCovariance
  /// The waves Y_k(x), `[n, n]`, and the wavenumber of each.
  private let modes: Matrix
  private let wavenumbers: [Int]

  /// A prior by a network and the filter bank that it was trained with.
  ///
  /// - Parameters:
  ///   - network: The network; an amplitude-free one for fields of any unit.
  ///   - bank: The filter bank, of a circle.
  ///   - weights: The weights of the ensemble's own covariance; nil for LSEF alone.
  ///   - taper: The taper of the ensemble's own covariance, by distances in points.
  ///   - factor: The factor of the covariance of LSEF.
  /// - Throws: `EstimatorError.size` if the network has other bands or wavenumbers than the bank.
  public init(
    _ network: SpectrumNetwork, bank: FilterBank, weights: ScaleWeights? = nil,
    taper: Taper = .none, factor: Double = 1
  ) throws(EstimatorError) {
    let architecture = network.architecture
    guard architecture.bandCount == bank.count else {
      throw .size(what: "the network", given: architecture.bandCount, expected: bank.count)
    }
    let circle = Circle(points: bank.transfer.columns)
    guard architecture.spectrumCount == circle.spectrumCount else {
      throw .size(
        what: "the network's spectrum", given: architecture.spectrumCount,
        expected: circle.spectrumCount)
    }
    (self.network, self.weights, self.factor) = (network, weights, factor)
    bandVariances = CircleBandVariances(bank)
    localized = LocalizedEnsembleCovariance(taper, on: Ring(points: circle.pointCount))
    (modes, wavenumbers) = (circle.modes(), circle.modeWavenumbers)
  }

  public var usesEnsemble: Bool { true }
  public var pointCount: Int { modes.rows }

  /// The covariance for an ensemble of perturbations, `[N, n]`.
  ///
  /// - Throws: `AnalysisError` for fewer than two members, perturbations of another circle, or a taper that wraps;
  ///   `EstimatorError` for perturbations that are not finite.
  /// - Complexity: O(*N n²*) for bands and filtered perturbations, O(*n* weights of the network); O(*n² n_o*) for the rows of n_o
  ///   observed points.
  public func estimated(from perturbations: Matrix) throws -> any PriorCovariance {
    guard perturbations.columns == pointCount else {
      throw AnalysisError.otherGrid(
        of: "the filter bank", points: pointCount, expected: perturbations.columns)
    }
    guard perturbations.rows >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: perturbations.rows, needed: 2)
    }
    let sigma = try spectralFunctions(perturbations)
    guard let weights else { return SquareRootCovariance(columns(sigma) { _, _ in 1 }) }
    let ofEnsemble = table(of: weights, perturbations)
    // Twice both parts, of which the mixture takes half each.
    let own = columns(sigma) { x, l in (2 * (1 - ofEnsemble[x, l])).squareRoot() }
    let filtered = filtered(perturbations) { x, l in (2 * ofEnsemble[x, l]).squareRoot() }
    return sum(try localized.estimated(from: filtered), SquareRootCovariance(own))
  }

  private func sum(
    _ a: some PriorCovariance, _ b: some PriorCovariance
  ) -> any PriorCovariance {
    HybridCovariance(a, b, weight: 0.5)
  }

  /// The covariance without an ensemble, which is 0.
  public func block(rows: [Int], columns: [Int]) -> Matrix {
    Matrix(rows: rows.count, columns: columns.count)
  }

  /// The spectral functions sigma_l(x), `[n, L + 1]`.
  private func spectralFunctions(_ perturbations: Matrix) throws -> Matrix {
    var output = try network.output(bandVariances(perturbations))
    let scale = factor.squareRoot()
    output.withMutableScalars { o in
      for k in o.indices { o[k] = scale * abs(o[k]) }
    }
    return output
  }

  /// The weights at all points and wavenumbers, `[n, L + 1]`.
  private func table(of weights: ScaleWeights, _ perturbations: Matrix) -> Matrix {
    let n = pointCount
    let variances = perturbations.columnSquares(about: Array(repeating: 0, count: n))
    let mean = variances.reduce(0, +) / Double(n)
    let entries = variances.flatMap { variance in
      let ratio = mean > 0 ? max(variance / mean, 1e-6) : 1
      return (0...n / 2).map { weights($0, points: n, logVariance: log(ratio)) }
    }
    return Matrix(rows: n, columns: n / 2 + 1, entries)
  }

  /// The square root with the columns f_l(x) sigma_l(x) Y_k(x), `[n, n]`.
  private func columns(_ sigma: Matrix, _ f: (Int, Int) -> Double) -> Matrix {
    scaledModes { x, l in sigma[x, l] * f(x, l) }
  }

  /// The waves f_l(x) Y_k(x), `[n, n]`.
  private func scaledModes(_ f: (Int, Int) -> Double) -> Matrix {
    var result = modes
    let (n, wavenumbers) = (modes.columns, wavenumbers)
    for x in 0..<modes.rows {
      let factors = (0...n / 2).map { f(x, $0) }
      result.withMutableScalars { entries in
        for k in 0..<n { entries[x * n + k] *= factors[wavenumbers[k]] }
      }
    }
    return result
  }

  /// The perturbations with each wavenumber multiplied by f_l(x) at each point, `[N, n]`.
  private func filtered(_ perturbations: Matrix, _ f: (Int, Int) -> Double) -> Matrix {
    var coefficients = Matrix.product(perturbations, modes)
    coefficients.scale(by: 1 / Double(pointCount))
    return Matrix.product(coefficients, scaledModes(f), transposingSecond: true)
  }
}
