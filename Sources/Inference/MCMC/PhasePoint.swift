/// A point of Hamiltonian dynamics, with momenta in the coordinates of the mass matrix in which they are standard normal.
struct PhasePoint {
  var position, momentum, gradient: [Double]
  /// The force on the momentum, `Tᵀ` times the gradient.
  var force: [Double]
  var logDensity: Double

  /// The total energy, minus the log density plus the kinetic energy.
  var energy: Double { 0.5 * dot(momentum, momentum) - logDensity }

  /// Moves by one leapfrog step, backwards if `step` is negative.
  ///
  /// - Complexity: One gradient; allocates nothing.
  mutating func leap(
    _ step: Double, _ mass: MassMatrix, _ density: borrowing GradientEvaluator,
    _ scratch: inout [Double]
  ) throws {
    for i in momentum.indices { momentum[i] += 0.5 * step * force[i] }
    mass.apply(momentum, &scratch)
    for i in position.indices { position[i] += step * scratch[i] }
    logDensity = try density.value(at: position, gradient: &gradient)
    mass.applyTranspose(gradient, &force, scratch: &scratch)
    for i in momentum.indices { momentum[i] += 0.5 * step * force[i] }
  }

  /// Copies another point in place.
  mutating func set(_ other: PhasePoint) {
    for i in position.indices {
      position[i] = other.position[i]
      momentum[i] = other.momentum[i]
      gradient[i] = other.gradient[i]
      force[i] = other.force[i]
    }
    logDensity = other.logDensity
  }
}

extension PhasePoint {
  /// Memory for a point of vectors `[n]`, which is written without allocation.
  init(count: Int) {
    func zeros() -> [Double] { Array(repeating: 0, count: count) }
    self.init(
      position: zeros(), momentum: zeros(), gradient: zeros(), force: zeros(), logDensity: 0)
  }
}
