import LinearAlgebra
import Preconditions
import SpectralFields

/// The estimator of local spectra without a network: pseudo-inversion of the band variances, followed by the fit of a stretched
/// and scaled shape.
///
///     b̃ = Omega⁺ v,    b_l = A g(l / a) with the moments of b̃
///
/// On the sphere b̃ and g are variances of wavenumbers, (2l+1)/(4π) b_l; on the circle, where the bands are mirrored, modal
/// spectra. Where noise leaves a moment of b̃ that is not positive, its negative parts are set to 0; a point without variance
/// has the spectrum 0.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 6.1.
public struct ShapeEstimator: LocalSpectrumEstimator {
  private let inversion: PseudoInversion
  /// The fit of the shape, whose moments and bounds may be changed.
  public var fit: ShapeFit
  public let bandCount: Int
  /// The variance of a wavenumber per unit of the modal spectrum: 1 where modal spectra are fitted.
  private let weights: [Double]
  private let isMirrored: Bool

  public var spectrumCount: Int { weights.count }

  /// An estimator with this shape for the bands of a bank.
  ///
  /// - Parameters:
  ///   - bank: The filter bank.
  ///   - shape: The modal spectrum whose shape is fitted, `[L + 1]`, in any unit.
  ///   - domain: The domain of the bank.
  /// - Throws: `EstimatorError.dependentBands` for bands that cannot be told apart, and `.size` for a shape or a bank of other
  ///   wavenumbers; `.noVariance` for a shape without positive moments.
  public init(
    _ bank: FilterBank, shape: [Double], on domain: any HarmonicDomain
  ) throws(EstimatorError) {
    for (what, count) in [("the shape", shape.count), ("the bank", bank.omega.columns)]
    where count != domain.spectrumCount {
      throw .size(what: what, given: count, expected: domain.spectrumCount)
    }
    guard shape.allSatisfy({ $0 >= 0 && $0.isFinite }),
      shape.dropFirst().contains(where: { $0 > 0 })
    else { throw .noVariance(point: 0) }
    isMirrored = bank.estimatesMean
    bandCount = bank.count
    if isMirrored {
      inversion = try PseudoInversion(PseudoInversion.mirrored(transfer: bank.transfer))
      weights = Array(repeating: 1, count: shape.count)
    } else {
      let squares = bank.transfer.scalars.map { $0 * $0 }
      inversion = try PseudoInversion(
        Matrix(rows: bank.count, columns: bank.transfer.columns, squares))
      weights = domain.varianceWeights
    }
    fit = ShapeFit(shape: zip(weights, shape).map { $0 * $1 })
  }

  public func roots(of bandVariances: Matrix) throws(EstimatorError) -> Matrix {
    try EstimatorError.check(bandVariances, bands: bandCount)
    let data = isMirrored ? PseudoInversion.mirrored(bandVariances: bandVariances) : bandVariances
    let estimates = try inversion(data)
    var roots: [Double] = []
    roots.reserveCapacity(estimates.rows * weights.count)
    for point in 0..<estimates.rows {
      let hasVariance = bandVariances.row(point).contains { $0 > 0 }
      let spectrum =
        hasVariance ? try fitted(estimates.row(point).prefix(weights.count), point) : []
      roots += weights.indices.map { l in
        hasVariance ? (max(0, spectrum[l]) / weights[l]).squareRoot() : 0
      }
    }
    return Matrix(rows: estimates.rows, columns: weights.count, roots)
  }

  private func fitted(
    _ estimate: ArraySlice<Double>, _ point: Int
  ) throws(EstimatorError) -> [Double] {
    do {
      return fit.spectrum(try fit.parameters(of: estimate, point: point))
    } catch .noVariance {
      return fit.spectrum(try fit.parameters(of: estimate.map { max(0, $0) }, point: point))
    }
  }
}
