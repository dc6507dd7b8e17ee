import Autodiff
import LinearAlgebra
import Preconditions

/// The rotating shallow-water model on a ring: depth, and velocities along and across the ring.
///
///     dh/dt = -dF/dx,    F = h u
///     du/dt = q h v - dB/dx,    dv/dt = -q F,    q = (f + dv/dx) / h,    B = g h + (u² + v²) / 2
///
/// The state is h, then u, then v, each at all points; u lies half a point ahead of the others. The scheme in space conserves
/// mass and energy exactly, so that only the classical Runge-Kutta method in time changes the energy. `damping` slows
/// u and v at that rate.
///
/// - Units: Those of the parameters, such as m and s.
/// - Reference: Sadourny (1975), *The dynamics of finite-difference models of the shallow-water equations*, the scheme that
///   conserves energy, with fields that depend on one coordinate; Vallis (2017), *Atmospheric and Oceanic Fluid Dynamics*,
///   section 3.1.
public struct ShallowWater: DynamicalModel {
  /// The number of points of the ring.
  public let points: Int
  /// The distance between points.
  public let spacing: Double
  /// The gravity g, the Coriolis parameter f and the rate of damping of u and v.
  public let gravity, coriolis, damping: Double
  /// The length of a Runge-Kutta step.
  public let timeStep: Double
  /// The number of Runge-Kutta steps in a step of the model.
  public let substeps: Int
  /// The noise that is added after each step, of 3 n numbers; nil for none.
  public let noise: NormalNoise?

  /// A model of a mid-latitude ring: 120 points 200 km apart, with steps of ten minutes.
  ///
  /// - Precondition: There are at least three points, and the spacing is positive.
  public init(
    points: Int = 120, spacing: Double = 200_000, gravity: Double = 9.81, coriolis: Double = 1e-4,
    damping: Double = 0, timeStep: Double = 600, substeps: Int = 1, noise: NormalNoise? = nil
  ) {
    require(
      points >= 3 && spacing > 0 && substeps > 0,
      "ShallowWater: \(points) points \(spacing) apart, \(substeps) Runge-Kutta steps a step; there must be three points "
        + "and a step at least, and the distance must be positive.")
    (self.points, self.spacing, self.gravity) = (points, spacing, gravity)
    (self.coriolis, self.damping) = (coriolis, damping)
    (self.timeStep, self.substeps, self.noise) = (timeStep, substeps, noise)
  }

  public var dimension: Int { 3 * points }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    var numbers = states.scalars
    let n = dimension
    for start in stride(from: 0, to: numbers.count, by: n) {
      var state = Array(numbers[start..<start + n])
      for _ in 0..<substeps { rungeKuttaStep(&state, timeStep, tendency) }
      for i in 0..<n { numbers[start + i] = state[i] }
    }
    states = Matrix(rows: states.rows, columns: n, numbers)
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  /// The mass, the sum of h times the spacing.
  func mass(_ state: [Double]) -> Double { state[..<points].reduce(0, +) * spacing }

  /// The energy that the scheme conserves.
  func energy(_ state: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<points {
      let h = state[i]
      sum += h * (bernoulli(state, i) - gravity * h / 2)
    }
    return sum * spacing
  }

  /// The Bernoulli function g h + (u² + v²) / 2 at the i-th depth.
  private func bernoulli(_ x: [Double], _ i: Int) -> Double {
    let before = x[points + (i + points - 1) % points]
    let (after, v) = (x[points + i], x[2 * points + i])
    return gravity * x[i] + (before * before + after * after) / 4 + v * v / 2
  }

  private func tendency(_ x: [Double]) -> [Double] {
    let n = points
    var (F, q, rates) = (
      Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n),
      Array(repeating: 0.0, count: 3 * n)
    )
    for i in 0..<n {
      let next = (i + 1) % n
      let depth = (x[i] + x[next]) / 2
      F[i] = x[n + i] * depth
      q[i] = (coriolis + (x[2 * n + next] - x[2 * n + i]) / spacing) / depth
    }
    for i in 0..<n {
      let (next, before) = ((i + 1) % n, (i + n - 1) % n)
      rates[i] = (F[before] - F[i]) / spacing
      let across = (x[i] * x[2 * n + i] + x[next] * x[2 * n + next]) / 2
      let pressure = (bernoulli(x, i) - bernoulli(x, next)) / spacing
      rates[n + i] = q[i] * across + pressure - damping * x[n + i]
      rates[2 * n + i] = -(q[i] * F[i] + q[before] * F[before]) / 2 - damping * x[2 * n + i]
    }
    return rates
  }
}
