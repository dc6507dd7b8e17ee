import Autodiff
import Foundation
import LinearAlgebra
import Preconditions

/// The Kuramoto-Sivashinsky model: waves that steepen, grow where they are long and decay where they are short.
///
///     du/dt = -u du/dx - d²u/dx² - d⁴u/dx⁴    on a ring of length `length`
///
/// Space is Fourier modes without the alternating one, and time fourth-order exponential time differencing (ETDRK4), which is
/// exact for the linear terms. The mean of u does not change. Transforms are products with dense matrices.
///
/// - Complexity: O(*n²*) for each state and step.
/// - Reference: Kassam and Trefethen (2005), *Fourth-order time-stepping for stiff PDEs*; Cox and Matthews (2002),
///   *Exponential time differencing for stiff systems*, eqs. (26)-(29); DAPPER 1.8.1, `dapper/mods/KS`, for the sizes.
public struct KuramotoSivashinsky: DynamicalModel {
  public let dimension: Int
  /// The length of the ring.
  public let length: Double
  /// The length of a step, in the time of the equation.
  public let timeStep: Double
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?
  /// From states to coefficients and back, `[n, n]` each, and from u² to the coefficients of -u du/dx.
  private let analysis, synthesis, nonlinear: Matrix
  /// The factors of the coefficients in a step.
  private let half, whole, halfWeight, first, middle, last: [Double]

  /// A model on this many points; with 128 the setup of the references, 32 pi long.
  ///
  /// - Precondition: The number of points is even and at least 8; length and time step are positive.
  public init(
    points: Int = 128, length: Double = 32 * .pi, timeStep: Double = 0.5, noise: NormalNoise? = nil
  ) {
    require(
      points >= 8 && points.isMultiple(of: 2) && length > 0 && timeStep > 0,
      "KuramotoSivashinsky: \(points) points on a ring of length \(length) in steps of \(timeStep); the number must be even "
        + "and at least 8, the others positive.")
    let n = points
    (dimension, self.length, self.timeStep, self.noise) = (n, length, timeStep, noise)
    // Coefficients: 1, then cosine and sine of each wavenumber below n / 2; the last place stays empty.
    let wavenumbers = (0..<n).map { ($0 + 1) / 2 }
    let isSine = { (k: Int) in k > 0 && k.isMultiple(of: 2) }
    var (waves, back, slope) = (
      Matrix(rows: n, columns: n), Matrix(rows: n, columns: n), Matrix(rows: n, columns: n)
    )
    for k in 0..<n - 1 {
      let l = wavenumbers[k]
      let scale = (k == 0 ? 1 : 2) / Double(n)
      let frequency = 2 * Double.pi * Double(l) / length
      for i in 0..<n {
        let angle = 2 * Double.pi * Double(l * i % n) / Double(n)
        waves[k, i] = isSine(k) ? sin(angle) : cos(angle)
        back[i, k] = scale * waves[k, i]
        // -1/2 d/dx: the cosine's coefficient comes from the sine and the reverse.
        slope[i, k] = 0.5 * frequency * scale * (isSine(k) ? cos(angle) : -sin(angle))
      }
    }
    (analysis, synthesis, nonlinear) = (back, waves, slope)
    let rates = wavenumbers.map { l in
      let squared = (2 * Double.pi * Double(l) / length) * (2 * Double.pi * Double(l) / length)
      return squared - squared * squared
    }
    let h = timeStep
    let full = rates.map { ExponentialFunctions.values(at: h * $0) }
    let parts = rates.map { ExponentialFunctions.values(at: h * $0 / 2) }
    (half, halfWeight) = (parts.map(\.0), parts.map { h / 2 * $0.1 })
    whole = full.map(\.0)
    first = full.map { h * ($0.1 - 3 * $0.2 + 4 * $0.3) }
    middle = full.map { h * 2 * ($0.2 - 2 * $0.3) }
    last = full.map { h * (4 * $0.3 - $0.2) }
  }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    let v = Matrix.product(states, analysis)
    let Nv = nonlinearTerm(v)
    let a = combined([(v, half), (Nv, halfWeight)])
    let Na = nonlinearTerm(a)
    let b = combined([(v, half), (Na, halfWeight)])
    let Nb = nonlinearTerm(b)
    let c = combined([(a, half), (Nb, halfWeight.map { 2 * $0 }), (Nv, halfWeight.map { -$0 })])
    let Nc = nonlinearTerm(c)
    let next = combined([(v, whole), (Nv, first), (Na, middle), (Nb, middle), (Nc, last)])
    states = Matrix.product(next, synthesis)
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  /// The coefficients of -u du/dx = -(1/2) d(u²)/dx, from those of u.
  private func nonlinearTerm(_ coefficients: Matrix) -> Matrix {
    var squares = Matrix.product(coefficients, synthesis)
    squares.withMutableScalars { u in
      for k in u.indices { u[k] *= u[k] }
    }
    return Matrix.product(squares, nonlinear)
  }

  /// The sum of matrices, each with its columns times factors.
  private func combined(_ terms: [(Matrix, [Double])]) -> Matrix {
    var result = Matrix(rows: terms[0].0.rows, columns: dimension)
    for (matrix, factors) in terms { result.add(matrix, scalingColumnsBy: factors) }
    return result
  }
}
