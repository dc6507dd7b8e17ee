import Foundation
import LSEF
import LinearAlgebra
import PPL

/// Normal numbers in rows.
func normalMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
  Matrix(rows: rows, columns: columns, RandomKey(seed).normal([rows, columns]).scalars)
}

/// A square root of a covariance with correlations along a circle of n points and variances that differ.
func exampleSquareRoot(_ n: Int) -> Matrix {
  let circle = Circle(points: n)
  var W = Matrix(rows: n, columns: n)
  for i in 0..<n {
    for j in 0..<n {
      let distance = circle.distance(i, j)
      W[i, j] = (1 + 0.5 * sin(Double(i))) * exp(-6 * distance * distance)
    }
  }
  return W
}
