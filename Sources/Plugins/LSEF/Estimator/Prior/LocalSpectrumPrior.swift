import Assimilation
import LinearAlgebra
import Preconditions
import SpectralFields

/// The prior covariance of LSEF in cycled analyses on a circle: from perturbations to band variances, local spectra and
/// rows of the covariance of the convolution model.
///
///     v_j(x) -> estimator -> b_l(x),    B_xy = sum_l w_l sigma_l(x) sigma_l(y) cos(l (x - y))
///
/// With V of columns `sigma_l(x) Y_k(x)`, B = V Vᵀ, and the rows of observed points are (H V) Vᵀ; neither B nor W is
/// formed.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), sections 3 and 6, eq. (33); `lsef.md` 10.5.
public struct LocalSpectrumPrior: PriorCovariance {
  /// The estimator from band variances to local spectra, such as a `SpectrumNetwork`.
  public let estimator: any LocalSpectrumEstimator
  private let bandVariances: CircleBandVariances
  /// The waves Y_k(x), `[n, n]`: the cosines of 0...n/2, then the sines of 1..<n/2.
  private let modes: Matrix

  /// The prior covariance by an estimator and the filter bank that it is made for.
  ///
  /// - Throws: `EstimatorError.size` if the estimator has other bands or wavenumbers than the bank.
  public init(
    _ estimator: any LocalSpectrumEstimator, bank: FilterBank = .circle()
  ) throws(EstimatorError) {
    guard estimator.bandCount == bank.count else {
      throw .size(what: "the network", given: estimator.bandCount, expected: bank.count)
    }
    let circle = Circle(points: bank.transfer.columns)
    guard estimator.spectrumCount == circle.spectrumCount else {
      throw .size(
        what: "the network's spectrum", given: estimator.spectrumCount,
        expected: circle.spectrumCount)
    }
    self.estimator = estimator
    bandVariances = CircleBandVariances(bank)
    let waves = 0..<circle.pointCount
    let isSine = { (wave: Int) in wave > 0 && wave % 2 == 0 }
    modes = circle.modes().taking(
      columns: waves.filter { !isSine($0) } + waves.filter(isSine))
  }

  public var usesEnsemble: Bool { true }

  /// The number of points of the circle, n.
  public var pointCount: Int { modes.rows }

  /// The covariance V Vᵀ of the local spectra of perturbations, `[N, n]`.
  ///
  /// - Throws: `AnalysisError` for fewer than two members or perturbations of another circle; `EstimatorError` for
  ///   perturbations that are not finite.
  /// - Complexity: O(N *n* log *n*) for the bands, O(*n* weights) for the network; O(*n² n_o*) for the rows of
  ///   n_o observed points.
  public func estimated(from perturbations: Matrix) throws -> any PriorCovariance {
    guard perturbations.columns == pointCount else {
      throw AnalysisError.otherGrid(
        of: "the filter bank", points: pointCount, expected: perturbations.columns)
    }
    guard perturbations.rows >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: perturbations.rows, needed: 2)
    }
    return SquareRootCovariance(
      modalSquareRoot(try estimator.roots(of: bandVariances(perturbations))))
  }

  /// The covariance without an ensemble, which is 0.
  public func block(rows: [Int], columns: [Int]) -> Matrix {
    Matrix(rows: rows.count, columns: columns.count)
  }

  /// The square root V of the covariance, `[n, n]`, from the network's output o: sigma = |o|.
  private func modalSquareRoot(_ output: Matrix) -> Matrix {
    var result = modes
    let (n, count) = (modes.columns, output.columns)
    let o = output.scalars.span
    require(
      output.rows == modes.rows && count == n / 2 + 1,
      "LocalSpectrumPrior: the network gives \(output.rows) spectra of \(count) wavenumbers, but the "
        + "modes need \(modes.rows) of \(n / 2 + 1).")
    // All indices are in bounds by the requirement above; without checks the loops are vectorized.
    result.withMutableScalars { entries in
      for x in 0..<modes.rows {
        let (cosines, sines, spectrum) = (x * n, x * n + count - 1, x * count)
        for l in 0..<count {
          entries[unchecked: cosines &+ l] *= abs(o[unchecked: spectrum &+ l])
        }
        for l in 1..<count - 1 {
          entries[unchecked: sines &+ l] *= abs(o[unchecked: spectrum &+ l])
        }
      }
    }
    return result
  }
}

extension ControlFilter where Prior == LocalSpectrumPrior {
  /// The LSEF filter of the paper, without localization and, by default, without inflation.
  ///
  /// - Throws: As `LocalSpectrumPrior`.
  public static func lsef(
    members: Int, network: SpectrumNetwork, bank: FilterBank = .circle(), inflation: Double = 1
  ) throws(EstimatorError) -> ControlFilter {
    ControlFilter(
      "LSEF", prior: try LocalSpectrumPrior(network, bank: bank), members: members,
      inflation: inflation)
  }
}
