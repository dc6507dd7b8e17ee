import LinearAlgebra
import PPL
import Preconditions
import SpectralFields

/// A sampling plan for training pairs on a circle: an ensemble of stationary fields drawn from each of given spectra, and its
/// band variances at one point.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6.3; `lsef.md` 10.6, steps 3 to 5.
public struct StationarySample: Sendable {
  /// The filter bank, of a circle.
  public let bank: FilterBank
  /// The ensemble size N.
  public let members: Int
  /// The real and imaginary outputs of each band for the real waves, `[n, 2 J]`.
  private let waves: Matrix

  /// A plan with this filter bank and ensemble size.
  ///
  /// - Precondition: There are two members at least, and the bank is one of a circle.
  public init(_ bank: FilterBank, members: Int) {
    require(
      members >= 2 && bank.estimatesMean,
      "StationarySample: \(members) members, but must be two at least, and a filter bank of a circle."
    )
    (self.bank, self.members) = (bank, members)
    waves = Self.wavesAtOnePoint(bank)
  }

  /// A pair for each spectrum, `[spectra, L + 1]`, in their order.
  ///
  /// - Throws: `EstimatorError` for spectra with numbers that are negative or not finite.
  /// - Precondition: The spectra have the wavenumbers of the bank's circle.
  public func pairs(of spectra: Matrix, key: RandomKey) throws(EstimatorError) -> SpectrumPairs {
    try EstimatorError.checkNotNegative(spectra.scalars, columns: spectra.columns, "spectra")
    return try SpectrumPairs(
      bandVariances: bandVariances(of: spectra, key: key), spectra: spectra)
  }

  /// The band variances, at one point, of an ensemble drawn from each spectrum, `[spectra, J]`.
  ///
  /// At the first point a filtered field is the sum of its coefficients H_l x_l, whose real and imaginary parts are
  /// independent normals of variance b_l / 2, except that those of l = 0 and n/2 are real.
  ///
  /// - Precondition: The spectra have the wavenumbers of the bank's circle.
  public func bandVariances(of spectra: Matrix, key: RandomKey) -> Matrix {
    let n = bank.transfer.columns
    require(
      spectra.columns == n / 2 + 1,
      "StationarySample: spectra of \(spectra.columns) wavenumbers for a circle of \(n) points.")
    var result: [Double] = []
    result.reserveCapacity(spectra.rows * bank.count)
    for row in 0..<spectra.rows {
      let deviations = (0..<n).map { spectra[row, ($0 + 1) / 2].squareRoot() }
      var draws = Matrix(
        rows: members, columns: n, key.foldIn(UInt32(row)).normal([members, n]).scalars)
      draws.scaleColumns(by: deviations)
      let filtered = Matrix.product(draws, waves)
      let variances = filtered.columnVariances
      result += (0..<bank.count).map { variances[2 * $0] + variances[2 * $0 + 1] }
    }
    return Matrix(rows: spectra.rows, columns: bank.count, result)
  }

  /// The real and imaginary outputs of each band for the real waves 0, cos 1, sin 1, ... of unit coefficients, `[n, 2
  /// J]`.
  private static func wavesAtOnePoint(_ bank: FilterBank) -> Matrix {
    let n = bank.transfer.columns
    var waves = Matrix(rows: n, columns: 2 * bank.count)
    for band in 0..<bank.count {
      let H = bank.transfer.row(band)
      for wave in 0..<n {
        let l = (wave + 1) / 2
        let (here, opposite) = (H[H.startIndex + l], H[H.startIndex + (n - l) % n])
        let isSingle = l == 0 || 2 * l == n
        // The mean of two squares with variance 1/2 each.
        let share = 0.5.squareRoot()
        if isSingle {
          waves[wave, 2 * band] = here
        } else if wave % 2 == 1 {
          waves[wave, 2 * band] = share * (here + opposite)
        } else {
          waves[wave, 2 * band + 1] = share * (here - opposite)
        }
      }
    }
    return waves
  }

  /// The mean over the perturbations of their modal periodograms, `[L + 1]`: the spectrum of their covariance (1/N) sum e eᵀ,
  /// averaged along cyclic diagonals.
  ///
  /// - Parameters:
  ///   - perturbations: The perturbations, `[N, n]`.
  ///   - circle: The circle of n points.
  public static func spectrum(of perturbations: Matrix, on circle: Circle) -> [Double] {
    let powers = circle.powers(of: perturbations)
    let weights = circle.varianceWeights
    return zip(powers.columnMeans, weights).map { $0 / $1 }
  }
}
