import Foundation
import LinearAlgebra

/// The estimate of an inverse Hessian by the last steps of L-BFGS: a diagonal matrix plus one of low rank.
///
/// - Reference: Byrd, Nocedal and Schnabel (1994), *Representations of quasi-Newton matrices and their use in limited memory
///   methods*, theorem 2.2, for the compact form; Gilbert and Lemaréchal (1989), *Some numerical experiments with
///   variable-storage quasi-Newton algorithms*, for the diagonal; Zhang et al. (2022), algorithms 3 and 4.
struct InverseHessianEstimate {
  /// The diagonal matrix, `[n]`.
  private(set) var diagonal: [Double]
  /// The last steps with the changes of the gradient along them.
  private var history: [(step: [Double], change: [Double])] = []
  private let memory: Int

  /// The unit matrix of n rows, which will learn from the last `memory` steps.
  init(count: Int, memory: Int) {
    (diagonal, self.memory) = (Array(repeating: 1, count: count), memory)
  }

  /// Learns from a step of a minimization, unless its curvature is not positive beyond rounding.
  mutating func update(from last: EvaluatedPoint, to next: EvaluatedPoint) {
    let (s, y) = (difference(next.x, last.x), difference(next.gradient, last.gradient))
    let (curvature, squares) = (dot(s, y), dot(y, y))
    guard curvature > 0, squares < 1e12 * curvature else { return }
    history.append((s, y))
    if history.count > memory { history.removeFirst() }
    var (a, c) = (0.0, 0.0)
    for i in diagonal.indices {
      a += diagonal[i] * y[i] * y[i]
      c += s[i] * s[i] / diagonal[i]
    }
    for i in diagonal.indices {
      let ratio = s[i] / diagonal[i]
      diagonal[i] =
        curvature / (a / diagonal[i] + y[i] * y[i] - a * ratio * ratio / c)
    }
  }

  /// The factor T of the estimate T Tᵀ; nil where rounding has made it other than positive definite.
  ///
  /// - Complexity: O(m² n) with m steps.
  func factor() -> FactoredCovariance? {
    guard diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let scales = diagonal.map { $0.squareRoot() }
    let (m, n) = (history.count, scales.count)
    guard m > 0 else { return FactoredCovariance(variances: diagonal) }
    // The steps in the coordinates in which the diagonal matrix is a unit matrix: rows S, then Y.
    var rows = Matrix(
      rows: 2 * m, columns: n,
      history.flatMap { zip($0.step, scales).map { $0 / $1 } }
        + history.flatMap { zip($0.change, scales).map { $0 * $1 } })
    let middle = middleMatrix(rows)
    guard middle.isFinite else { return nil }
    // Rows of length 1, since the basis leaves out directions that are small beside the others.
    var scaled = rows
    for r in 0..<scaled.rows {
      let row = scaled.row(r)
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { scaled.scale(row: r, by: 1 / length) }
    }
    guard let basis = scaled.orthonormalBasis() else { return nil }
    rows = Matrix.product(rows, basis, transposingSecond: true)
    var low = Matrix.product(
      Matrix.product(rows, middle, transposingFirst: true), rows)
    low.addToDiagonal(Array(repeating: 1, count: low.rows))
    guard let eigen = try? SymmetricEigen(low), (eigen.values.first ?? 0) > 0 else { return nil }
    return FactoredCovariance(
      scales: scales, vectors: Matrix.product(eigen.vectors, basis), eigenvalues: eigen.values)
  }

  /// The matrix W of I + [S Y]ᵀ W [S Y], the estimate in these coordinates, with the rows S and Y.
  ///
  /// With R the upper triangle of S Yᵀ and D its diagonal, its blocks are R⁻ᵀ (D + Y Yᵀ) R⁻¹, -R⁻ᵀ, -R⁻¹ and 0.
  private func middleMatrix(_ rows: Matrix) -> Matrix {
    let m = history.count
    let products = Matrix.product(rows, rows, transposingSecond: true)
    var inverse = Matrix(rows: m, columns: m)
    for column in 0..<m {
      for row in (0...column).reversed() {
        var sum = row == column ? 1.0 : 0
        for k in row + 1..<max(column + 1, row + 1) {
          sum -= products[row, m + k] * inverse[k, column]
        }
        inverse[row, column] = sum / products[row, m + row]
      }
    }
    var inner = Matrix(rows: m, columns: m)
    for i in 0..<m {
      for j in 0..<m { inner[i, j] = products[m + i, m + j] }
      inner[i, i] += products[i, m + i]
    }
    let corner = Matrix.product(
      Matrix.product(inverse, inner, transposingFirst: true), inverse)
    var middle = Matrix(rows: 2 * m, columns: 2 * m)
    for i in 0..<m {
      for j in 0..<m {
        middle[i, j] = 0.5 * (corner[i, j] + corner[j, i])
        middle[i, m + j] = -inverse[j, i]
        middle[m + i, j] = -inverse[i, j]
      }
    }
    return middle
  }
}
