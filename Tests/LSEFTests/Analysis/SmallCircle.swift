import Foundation
import LSEF
import LinearAlgebra
import PPL

/// Points of the unit circle, and all that analyses ask of a domain.
struct SmallCircle: Domain {
  let pointCount: Int
  var maximumWavenumber: Int { pointCount / 2 }
  var spectrumCount: Int { maximumWavenumber + 1 }
  var cellAreas: [Double] { Array(repeating: 2 * .pi / Double(pointCount), count: pointCount) }

  private func angle(_ i: Int, _ j: Int) -> Double {
    2 * .pi * Double(i - j) / Double(pointCount)
  }
  func cosineOfDistance(_ i: Int, _ j: Int) -> Double { cos(angle(i, j)) }
  func chordalDistance(_ i: Int, _ j: Int) -> Double { 2 * abs(sin(angle(i, j) / 2)) }
  func variance(ofSpectrum b: [Double]) -> Double {
    b.enumerated().reduce(0) { sum, mode in
      sum + (mode.offset == 0 || mode.offset == maximumWavenumber ? 1 : 2) * mode.element
    }
  }
}

/// Normal numbers in rows.
func normalMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
  Matrix(rows: rows, columns: columns, RandomKey(seed).normal([rows, columns]).scalars)
}

/// A square root of a covariance with correlations along a circle of n points and variances that differ.
func exampleSquareRoot(_ n: Int) -> Matrix {
  let circle = SmallCircle(pointCount: n)
  var W = Matrix(rows: n, columns: n)
  for i in 0..<n {
    for j in 0..<n {
      let distance = circle.chordalDistance(i, j)
      W[i, j] = (1 + 0.5 * sin(Double(i))) * exp(-6 * distance * distance)
    }
  }
  return W
}
