import Fourier
import LinearAlgebra
import Preconditions
import RealModule

/// The band variances of ensembles on one circle, for repeated use: the function `FilterBank.bandVariances`, computed from the
/// covariances of the members' Fourier coefficients at a cost that does not grow with the number of members.
public struct CircleBandVariances: Sendable {
  private let filters: [CrossSpectra.Filter]
  /// The matrices, `[n, n]`, from fields, one a row, to their coefficients, and from the waves of a variance to the
  /// points.
  private let analysis, synthesis: Matrix

  /// The band variances of this filter bank.
  ///
  /// - Precondition: The bank is one of a circle.
  public init(_ bank: FilterBank) {
    require(
      bank.estimatesMean,
      "CircleBandVariances: the bank is not one of a circle; use FilterBank.circle.")
    let n = bank.transfer.columns
    filters = (0..<bank.count).map { .init(Array(bank.transfer.row($0))) }
    let h = n / 2
    let wave = { (x: Int, k: Int, sign: Double) in
      let angle = 2 * Double.pi * Double((k <= h ? k : k - h) * x % n) / Double(n)
      return k <= h ? Double.cos(angle) : sign * Double.sin(angle)
    }
    synthesis = Matrix(
      rows: n, columns: n, (0..<n).flatMap { x in (0..<n).map { wave(x, $0, 1) } })
    analysis = Matrix(
      rows: n, columns: n,
      (0..<n).flatMap { x in (0..<n).map { wave(x, $0, -1) / Double(n) } })
  }

  /// The band variances of an ensemble at each point, `[n, J]`.
  ///
  /// - Parameter ensemble: The ensemble, `[N, n]`, of at least two members.
  /// - Precondition: The members have as many points as the bank wavenumbers.
  /// - Complexity: O(N *n²* + J *n²*) time.
  public func callAsFunction(_ ensemble: Matrix) -> Matrix {
    let (N, n) = (ensemble.rows, synthesis.rows)
    require(
      N >= 2 && ensemble.columns == n,
      "CircleBandVariances: \(N) members of \(ensemble.columns) points, but needs two at least, of \(n)."
    )
    var deviations = ensemble
    deviations.shiftRows(
      from: ensemble.columnMeans, to: Array(repeating: 0, count: n),
      scaledBy: 1 / Double(N - 1).squareRoot())
    let coefficients = Matrix.product(deviations, analysis)
    let covariances = Matrix.product(coefficients, coefficients, transposingFirst: true)
    let spectra = CrossSpectra(covariances: covariances.scalars, count: n)
    let waves = Matrix(
      rows: filters.count, columns: n, filters.flatMap { spectra.variance(passing: $0) })
    var result = Matrix.product(synthesis, waves, transposingSecond: true)
    result.withMutableScalars { v in
      // A variance of 0 may be negative by rounding; NaN stays.
      for k in v.indices where v[k] < 0 { v[k] = 0 }
    }
    return result
  }
}
