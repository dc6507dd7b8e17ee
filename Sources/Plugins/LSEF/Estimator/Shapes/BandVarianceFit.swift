import Foundation
import LinearAlgebra
import Preconditions

/// A fit of a spectrum of given shape to band variances, by weighted least squares over a grid of stretches.
///
///     sum_j w_j (A e_j(a) - v_j)² + eps sum_j w_j (A De_j - Dv_j)² + 10 (a - 1)²,    e_j(a) = sum_l Omega_jl g(l / a)
///
/// - Reference: `lsef.md` 6.2.
public struct BandVarianceFit: Sendable {
  /// The contribution Omega of each wavenumber to each band variance, `[J, L + 1]`.
  public let omega: Matrix
  /// The shape g at l = 0, 1, …, L.
  public let shape: [Double]
  /// The ensemble size N, on which the weights depend.
  public let members: Int
  private let stretches: [Double]
  /// The expected band variances e(a) for each stretch a.
  private let expected: [[Double]]

  /// The weight of the differences between neighbouring bands.
  private static let differenceWeight = 0.25
  /// The weight of the distance of the stretch from 1.
  private static let stretchPenalty = 10.0

  /// A fit of this shape to the band variances of ensembles of this size.
  ///
  /// - Precondition: `omega` has as many columns as the shape numbers; there are at least two members.
  public init(omega: Matrix, shape: [Double], members: Int) {
    require(
      omega.columns == shape.count && members >= 2,
      "BandVarianceFit: \(omega.columns) columns for \(shape.count) numbers, and \(members) members."
    )
    (self.omega, self.shape, self.members) = (omega, shape, members)
    stretches = (0...20).map { pow(2.5, Double($0 - 10) / 10) }
    expected = stretches.map { stretch in
      omega.multiplied(by: shape.indices.map { interpolated(shape, $0, by: stretch) })
    }
  }

  /// The fitted spectrum of each point, `[n, L + 1]`.
  ///
  /// - Throws: `EstimatorError` for another number of bands, variances that are negative or not finite, and a point
  ///   where all are 0.
  public func callAsFunction(_ bandVariances: Matrix) throws(EstimatorError) -> Matrix {
    try EstimatorError.check(bandVariances, bands: omega.rows)
    var rows: [Double] = []
    for point in 0..<bandVariances.rows {
      let variances = Array(bandVariances.row(point))
      guard variances.contains(where: { $0 > 0 }) else { throw .noVariance(point: point) }
      let fit = parameters(of: variances)
      rows += shape.indices.map {
        fit.amplitude * interpolated(shape, $0, by: fit.stretch)
      }
    }
    return Matrix(rows: bandVariances.rows, columns: shape.count, rows)
  }

  func parameters(of v: [Double]) -> ShapeFit.Parameters {
    let deviations = v.map { (2 / Double(members - 1)).squareRoot() * $0 }
    let floor = 0.2 * deviations.reduce(0, +) / Double(v.count)
    let weights = deviations.map { 1 / (($0 + floor) * ($0 + floor)) }
    let candidates = zip(stretches, expected).map { a, e in
      let A = amplitude(e, v, weights)
      let misfit = misfit(A, e, v, weights) + Self.stretchPenalty * (a - 1) * (a - 1)
      return (misfit, ShapeFit.Parameters(stretch: a, amplitude: A))
    }
    return candidates.dropFirst().reduce(candidates[0]) { $1.0 < $0.0 ? $1 : $0 }.1
  }

  private func amplitude(_ e: [Double], _ v: [Double], _ w: [Double]) -> Double {
    var (upper, lower) = (0.0, 0.0)
    for j in v.indices {
      upper += w[j] * e[j] * v[j]
      lower += w[j] * e[j] * e[j]
      guard j > 0 else { continue }
      let (De, Dv) = (e[j] - e[j - 1], v[j] - v[j - 1])
      upper += Self.differenceWeight * w[j] * De * Dv
      lower += Self.differenceWeight * w[j] * De * De
    }
    // The weights of the differences could make it negative.
    return max(0, upper / lower)
  }

  private func misfit(_ A: Double, _ e: [Double], _ v: [Double], _ w: [Double]) -> Double {
    var sum = 0.0
    for j in v.indices {
      let difference = A * e[j] - v[j]
      sum += w[j] * difference * difference
      guard j > 0 else { continue }
      let step = A * (e[j] - e[j - 1]) - (v[j] - v[j - 1])
      sum += Self.differenceWeight * w[j] * step * step
    }
    return sum
  }
}
