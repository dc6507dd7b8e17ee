import Assimilation
import Foundation
import LinearAlgebra

/// A circle of radius 1 with the straight lines between its points as distances.
func unitCircle(_ points: Int) -> Ring { Ring(points: points, metric: .chord(radius: 1)) }

/// A square root of a covariance with correlations along a circle of n points and variances that differ.
func exampleSquareRoot(_ n: Int) -> Matrix {
  let circle = unitCircle(n)
  var W = Matrix(rows: n, columns: n)
  for i in 0..<n {
    for j in 0..<n {
      let distance = circle.distance(i, j)
      W[i, j] = (1 + 0.5 * sin(Double(i))) * exp(-6 * distance * distance)
    }
  }
  return W
}
