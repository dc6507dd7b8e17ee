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

/// The analysis from a square root W of the prior in the space of its white noise, by matrices as a whole.
///
///     (I + Gᵀ R⁻¹ G) chi = Gᵀ R⁻¹ (y - H x_f),    G = H W,    x_a = x_f + W chi
func inNoiseSpace(
  _ y: Observations, _ W: Matrix, background: [Double]? = nil
) throws -> [Double] {
  let background = background ?? Array(repeating: 0, count: W.rows)
  // Observations without end say nothing.
  let seen = y.points.indices.filter { y.variances[$0].isFinite }
  guard !seen.isEmpty else { return background }
  var scaled = W.taking(rows: seen.map { y.points[$0] }).transposed()
  let deviations = seen.map { y.variances[$0].squareRoot() }
  scaled.scaleColumns(by: deviations.map { 1 / $0 })
  var system = Matrix.symmetricProduct(scaled)
  system.addToDiagonal(Array(repeating: 1, count: system.rows))
  let innovations = seen.map { y.values[$0] - background[y.points[$0]] }
  let right = scaled.multiplied(by: zip(innovations, deviations).map(/))
  let chi = try CholeskyFactor(factoring: system).solving(right)
  return zip(background, W.multiplied(by: chi)).map(+)
}
