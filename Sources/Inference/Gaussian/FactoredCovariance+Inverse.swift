import Foundation
import LinearAlgebra

extension FactoredCovariance {
  /// The logarithm of the determinant of T, half that of the covariance.
  ///
  /// - Complexity: O(n).
  public var logDeterminant: Double {
    let ofScales = scales.reduce(0) { $0 + log($1) }
    return switch factor {
    case .diagonal: ofScales
    case .lowRank(_, let excess): excess.reduce(ofScales) { $0 + log(1 + $1) }
    case .lower(let lower): lower.diagonal.reduce(ofScales) { $0 + log($1) }
    }
  }

  /// The variances, the diagonal of the covariance `[n]`.
  ///
  /// - Complexity: O(k n) with k directions, O(n²) for a dense matrix.
  public var variances: [Double] {
    switch factor {
    case .diagonal: return scales.map { $0 * $0 }
    case .lowRank(let vectors, let excess):
      return scales.indices.map { i in
        var sum = 1.0
        for (k, f) in excess.enumerated() { sum += f * (2 + f) * vectors[k, i] * vectors[k, i] }
        return scales[i] * scales[i] * sum
      }
    case .lower(let lower):
      return scales.indices.map { i in
        scales[i] * scales[i] * (0...i).reduce(0) { $0 + lower[i, $1] * lower[i, $1] }
      }
    }
  }

  /// The factor T as a dense matrix `[n, n]`.
  ///
  /// - Complexity: O(n²), O(k n²) with k directions.
  public var dense: Matrix { matrix { apply($0, &$1) } }

  /// The inverse of T as a dense matrix `[n, n]`.
  ///
  /// - Complexity: O(n³), O(k n²) with k directions.
  var denseInverse: Matrix { matrix { applyInverse($0, &$1) } }

  /// The dense matrix of a linear map, by its products with unit vectors.
  private func matrix(_ map: ([Double], inout [Double]) -> Void) -> Matrix {
    var columns: [Double] = []
    columns.reserveCapacity(count * count)
    var unit = Array(repeating: 0.0, count: count)
    var column = unit
    for i in 0..<count {
      unit[i] = 1
      map(unit, &column)
      unit[i] = 0
      columns += column
    }
    return Matrix(rows: count, columns: count, columns).transposed()
  }

  /// The covariance T Tᵀ as a dense matrix `[n, n]`.
  ///
  /// - Complexity: O(n³).
  public var covariance: Matrix { Matrix.symmetricProduct(dense, mirrored: true) }

  /// Writes the solution w of `T w = x` into `result`.
  ///
  /// - Complexity: As `apply`.
  func applyInverse(_ x: [Double], _ result: inout [Double]) {
    switch factor {
    case .diagonal:
      for i in scales.indices { result[i] = x[i] / scales[i] }
    case .lowRank(let vectors, let excess):
      // The inverse of I + f u uᵀ is I + g u uᵀ with 1 + g the inverse of 1 + f.
      let scaled = zip(x, scales).map { $0 / $1 }
      correct(scaled, vectors, excess.map { 1 / (1 + $0) - 1 }, &result)
    case .lower(let lower):
      for i in scales.indices {
        var sum = x[i] / scales[i]
        for j in 0..<i { sum -= lower[i, j] * result[j] }
        result[i] = sum / lower[i, i]
      }
    }
  }
}
