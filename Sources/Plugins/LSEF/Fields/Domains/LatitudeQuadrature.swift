import LinearAlgebra
import Preconditions
import RealModule

/// A quadrature of spherical harmonic analysis over colatitude, from values at the ends of K equal steps or at their middles.
public enum LatitudeQuadrature: Sendable {
  /// The quadrature by Driscoll and Healy's weights on the grid itself: exact up to degree K/2 - 1.
  case driscollHealy
  /// The quadrature by trigonometric interpolation to twice as many steps, then Driscoll and Healy's weights: exact up to
  /// degree K - 1.
  case trigonometric
  /// The quadrature by linear interpolation to twice as many steps, first in longitude and then in latitude, then Driscoll
  /// and Healy's weights, as in the published code; it damps short waves.
  case linear

  /// The largest degree that K intervals resolve.
  func maximumDegree(intervals: Int) -> Int {
    switch self {
    case .driscollHealy: intervals / 2 - 1
    case .trigonometric, .linear: intervals - 1
    }
  }

  /// The weights, for each order m, of a value at each colatitude in the coefficient of each degree l = m...L.
  func analysisTables(maximumDegree: Int, intervals: Int, hasPoles: Bool = true) -> [Matrix] {
    let fine = self == .driscollHealy ? intervals : 2 * intervals
    let weights = driscollHealyWeights(intervals: fine)
    let colatitudes = (0...fine).map { Double.pi * Double($0) / Double(fine) }
    let tables = HarmonicTables.orders(upTo: maximumDegree, at: colatitudes)
    let interpolations = [false, true].map {
      hasPoles
        ? interpolation(intervals, ofOddOrders: $0)
        : interpolationFromMiddles(intervals, ofOddOrders: $0)
    }
    return tables.enumerated().map { m, table in
      let damping = longitudeDamping(order: m, longitudes: 2 * intervals)
      var weighted = table.scalars
      for i in weighted.indices { weighted[i] *= damping * weights[i % weights.count] }
      let onFineGrid = Matrix(rows: table.rows, columns: table.columns, weighted)
      guard let interpolation = interpolations[m % 2] else { return onFineGrid }
      return Matrix.product(onFineGrid, interpolation)
    }
  }

  /// The damping of order m by linear interpolation in longitude: `exp(i m φ)` is multiplied by the mean of 1 and
  /// cos(m step/2).
  private func longitudeDamping(order: Int, longitudes: Int) -> Double {
    guard self == .linear else { return 1 }
    return (1 + Double.cos(.pi * Double(order) / Double(longitudes))) / 2
  }

  /// The matrix of the interpolation from K + 1 colatitudes to 2K + 1; nil for none.
  ///
  /// Harmonics of even order are sums of cos kθ, those of odd order sums of sin kθ.
  private func interpolation(_ intervals: Int, ofOddOrders odd: Bool) -> Matrix? {
    switch self {
    case .driscollHealy: nil
    case .linear: linearInterpolation(intervals)
    case .trigonometric: odd ? sineInterpolation(intervals) : cosineInterpolation(intervals)
    }
  }

  private func linearInterpolation(_ intervals: Int) -> Matrix {
    var matrix = Matrix(rows: 2 * intervals + 1, columns: intervals + 1)
    for i in 0...intervals {
      matrix[2 * i, i] = 1
      if i > 0 { matrix[2 * i - 1, i] = 0.5 }
      if i < intervals { matrix[2 * i + 1, i] = 0.5 }
    }
    return matrix
  }

  /// The matrix of the interpolation from the K middles of the steps to the 2K + 1 ends of half steps, of which every other one
  /// is a middle. The weights of the poles are 0, so that any number serves there.
  ///
  /// Even orders are `sum_{k<K} a_k cos kθ`, odd ones `sum_{0<k≤K} b_k sin kθ`, by the discrete orthogonality of these waves at
  /// the middles.
  private func interpolationFromMiddles(_ intervals: Int, ofOddOrders odd: Bool) -> Matrix {
    let K = intervals
    if self == .linear {
      var matrix = Matrix(rows: 2 * K + 1, columns: K)
      for i in 0..<K {
        matrix[2 * i + 1, i] = 1
        if i > 0 { (matrix[2 * i, i - 1], matrix[2 * i, i]) = (0.5, 0.5) }
      }
      return matrix
    }
    // Steps of π / 2K, reduced to one period for accuracy at large arguments.
    func wave(_ k: Int, _ step: Int) -> Double {
      let angle = Double.pi * Double(k * step % (4 * K)) / Double(2 * K)
      return odd ? Double.sin(angle) : Double.cos(angle)
    }
    let waves = odd ? Array(1...K) : Array(0..<K)
    var (fine, middles) = (
      Matrix(rows: 2 * K + 1, columns: K), Matrix(rows: K, columns: K)
    )
    for (column, k) in waves.enumerated() {
      let weight = (k == 0 || k == K ? 1 : 2) / Double(K)
      for step in 0...2 * K { fine[step, column] = weight * wave(k, step) }
      for i in 0..<K { middles[i, column] = wave(k, 2 * i + 1) }
    }
    return Matrix.product(fine, middles, transposingSecond: true)
  }

  private func cosineInterpolation(_ intervals: Int) -> Matrix {
    // The first and the last term of a sum of cosines over a closed grid count half.
    let halves = (0...intervals).map { $0 == 0 || $0 == intervals ? 0.5 : 1 }
    return waves(intervals, Double.cos, halves)
  }

  private func sineInterpolation(_ intervals: Int) -> Matrix {
    waves(intervals, Double.sin, Array(repeating: 1, count: intervals + 1))
  }

  /// The matrix `(2/K) sum_k h_k h_i wave(k θ_fine) wave(k θ_i)` of an interpolation by waves.
  private func waves(
    _ intervals: Int, _ wave: (Double) -> Double, _ halves: [Double]
  ) -> Matrix {
    func table(_ steps: Int, _ weight: (Int, Int) -> Double) -> Matrix {
      var matrix = Matrix(rows: steps + 1, columns: intervals + 1)
      for i in 0...steps {
        for k in 0...intervals {
          // Reduced to one period first, for accuracy at large arguments.
          let angle = Double.pi * Double(i * k % (2 * steps)) / Double(steps)
          matrix[i, k] = weight(i, k) * wave(angle)
        }
      }
      return matrix
    }
    let scale = 2 / Double(intervals)
    let fine = table(2 * intervals) { _, k in scale * halves[k] }
    let coarse = table(intervals) { i, _ in halves[i] }
    return Matrix.product(fine, coarse, transposingSecond: true)
  }
}

/// The weights of an exact quadrature in colatitude on equal steps.
///
///     ∫_0^π f(θ) sin θ dθ = sum_{i=0}^{n-1} w_i f(π i / n)
///     w_i = (4/n) sin(π i / n) sum_{k=0}^{n/2-1} sin((2k+1) π i / n) / (2k+1)
///
/// They are exact for polynomials in cos θ of degree below n, and so for products of harmonics up to degree n/2 - 1.
///
/// - Parameter intervals: The number n of steps from pole to pole; even.
/// - Returns: n + 1 weights, one for each end of a step; those of the poles are 0.
/// - Reference: Driscoll and Healy (1994), *Computing Fourier transforms and convolutions on the 2-sphere*, Lemma 2.
public func driscollHealyWeights(intervals: Int) -> [Double] {
  require(
    intervals > 0 && intervals % 2 == 0,
    "driscollHealyWeights: \(intervals) intervals, but an even number is needed.")
  let n = Double(intervals)
  return (0...intervals).map { i in
    guard i > 0, i < intervals else { return 0 }
    let angle = Double.pi * Double(i) / n
    var sum = 0.0
    for k in stride(from: 1.0, to: n, by: 2) { sum += Double.sin(k * angle) / k }
    return 4 / n * Double.sin(angle) * sum
  }
}
