import Autodiff
import LinearAlgebra
import Preconditions

/// The doubly stochastic advection-diffusion-decay model: a linear equation on a circle whose coefficients are themselves
/// random fields of space and time.
///
///     dξ/dt + U(t,s) dξ/ds + rho(t,s) ξ - nu(t,s) d²ξ/ds² = sigma(t,s) alpha(t,s)
///
/// Given the coefficients, ξ is Gaussian and the Kalman filter is exact, while covariances change in space and time as in the
/// atmosphere: a test bed whose optimal filter is known. A model holds the coefficients of a range of steps.
///
///     let world = DSADM(regime: .standard, steps: 10_000, key: RandomKey(0))
///
/// The scheme is implicit in time, with advection upwind of first order and the Laplacian on three points:
///
///     G_k ξ_k = ξ_{k-1} + noise,    noise_i ~ N(0, q_i),    q = sigma² dt / h
///
/// - Reference: Tsyrulnikov and Rakitko (2019), QJRMS 145, 2255-2271; the scheme as in the authors' code, `lsef.md` 9.5. It
///   is diffusive, so that the process varies less than in the continuous equation, as in the published results.
public struct DSADM: LinearDynamicalModel {
  /// The grid of the state, and the time between two steps.
  public let mesh: Mesh
  /// The steps to which this model can advance a state.
  public let steps: ClosedRange<Int>
  /// The coefficients U in m/s, rho in 1/s, nu in m²/s, and sigma of space-time white noise.
  public let velocity, decay, diffusion, noise: ParameterField
  /// The factors of G at each step, or one for all.
  private var factors: [CyclicTridiagonalFactor] = []

  /// A coefficient at each step and point.
  public struct ParameterField: Sendable, Equatable {
    /// The values, `[steps, n]`, or one row for all steps.
    public let rows: Matrix

    /// A coefficient with these values, `[steps, n]`, or `[1, n]` if it is constant in time.
    public init(_ rows: Matrix) { self.rows = rows }

    /// A coefficient that is constant in space and time.
    public init(constant: Double, points: Int) {
      rows = Matrix(rows: 1, columns: points, repeating: constant)
    }

    /// Whether the coefficient is constant in time.
    public var isSteady: Bool { rows.rows == 1 }

    /// The values at the step that lies `offset` after the first one, `[n]`.
    func values(_ offset: Int) -> ArraySlice<Double> { rows.row(isSteady ? 0 : offset) }
  }

  /// The error of coefficients that the scheme cannot follow.
  public struct InstabilityError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The step and the point, from 0, where the scheme first fails.
    public let step, point: Int

    public var description: String {
      "the coefficients of step \(step) at point \(point) are not finite, or too unstable for the time step: each "
        + "1/dt + rho must outweigh the diffusion where that is negative."
    }
  }

  /// A model with given coefficients.
  ///
  /// - Parameters:
  ///   - mesh: The grid of the state, and the time between two steps.
  ///   - steps: The steps of the rows of the fields.
  ///   - velocity: The velocity U in m/s.
  ///   - decay: The decay rate rho in 1/s.
  ///   - diffusion: The diffusivity nu in m²/s.
  ///   - noise: The amplitude sigma of space-time white noise.
  /// - Precondition: The fields have a row for each step or one, with a number for each point.
  /// - Throws: `InstabilityError` where the matrix of a step is not diagonally dominant.
  public init(
    mesh: Mesh, steps: ClosedRange<Int>, velocity: ParameterField, decay: ParameterField,
    diffusion: ParameterField, noise: ParameterField
  ) throws(InstabilityError) {
    for field in [velocity, decay, diffusion, noise] {
      require(
        field.rows.columns == mesh.points && (field.isSteady || field.rows.rows == steps.count),
        "DSADM: a field of \(field.rows.rows) steps and \(field.rows.columns) points for "
          + "\(steps.count) and \(mesh.points).")
    }
    (self.mesh, self.steps) = (mesh, steps)
    (self.velocity, self.decay, self.diffusion, self.noise) = (velocity, decay, diffusion, noise)
    // Factored once for all states that are advanced through these steps.
    factors = try makeFactors()
  }

  public var dimension: Int { mesh.points }

  /// The variance of the forcing at each point in a step, q = sigma² dt / h, `[n]`.
  public func forcingVariances(_ step: Int) -> [Double] {
    let scale = mesh.timeStep / mesh.spacing
    return noise.values(offset(step)).map { $0 * $0 * scale }
  }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    require(
      states.columns == dimension, "DSADM: states of \(states.columns) for \(dimension) points.")
    if let key { addForcing(to: &states, step, key) }
    factor(step).solve(rows: &states)
  }

  /// Advances a covariance A, `[n, n]`, in place: A becomes F (A + diag(q)) Fᵀ, with F = G⁻¹.
  ///
  /// - Complexity: O(*n²*) time, no memory.
  public func propagate(_ covariance: inout Matrix, to step: Int) {
    require(
      covariance.rows == dimension && covariance.columns == dimension,
      "DSADM: a covariance of \(covariance.rows) x \(covariance.columns) for \(dimension) points.")
    covariance.addToDiagonal(forcingVariances(step))
    let factor = factor(step)
    factor.solve(columns: &covariance)
    factor.solve(rows: &covariance)
  }

  private func addForcing(to states: inout Matrix, _ step: Int, _ key: RandomKey) {
    let draws = Matrix(
      rows: states.rows, columns: dimension, key.normal([states.rows, dimension]).scalars)
    states.add(draws, scalingColumnsBy: forcingVariances(step).map { $0.squareRoot() })
  }

  private func offset(_ step: Int) -> Int {
    require(
      steps.contains(step), "DSADM: no coefficients for step \(step), only for \(steps).")
    return step - steps.lowerBound
  }

  private func factor(_ step: Int) -> CyclicTridiagonalFactor {
    let offset = offset(step)
    return factors[factors.count == 1 ? 0 : offset]
  }

  /// The matrix G of a step by its three diagonals: to the left, here, to the right.
  ///
  /// - Reference: `lsef.md` 9.5.
  private func matrix(_ offset: Int) -> (lower: [Double], diagonal: [Double], upper: [Double]) {
    let (U, rho, nu) = (velocity.values(offset), decay.values(offset), diffusion.values(offset))
    let (n, dt, h) = (mesh.points, mesh.timeStep, mesh.spacing)
    let (courant, spread) = (dt / h, dt / (h * h))
    var (lower, diagonal) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    var upper = lower
    let (ofU, ofRho, ofNu) = (U.startIndex, rho.startIndex, nu.startIndex)
    for i in 0..<n {
      let (transport, mixing) = (courant * U[ofU + i], spread * nu[ofNu + i])
      lower[i] = -max(transport, 0) - mixing
      upper[i] = min(transport, 0) - mixing
      diagonal[i] = 1 + abs(transport) + dt * rho[ofRho + i] + 2 * mixing
    }
    return (lower, diagonal, upper)
  }

  private func makeFactors() throws(InstabilityError) -> [CyclicTridiagonalFactor] {
    let isSteady = [velocity, decay, diffusion, noise].allSatisfy(\.isSteady)
    var factors: [CyclicTridiagonalFactor] = []
    for offset in 0..<(isSteady ? 1 : steps.count) {
      let rows = matrix(offset)
      let sigma = noise.values(offset)
      for i in 0..<mesh.points {
        let isDominant = rows.diagonal[i] > abs(rows.lower[i]) + abs(rows.upper[i])
        guard isDominant, rows.diagonal[i].isFinite, sigma[sigma.startIndex + i].isFinite else {
          throw InstabilityError(step: steps.lowerBound + offset, point: i)
        }
      }
      factors.append(
        CyclicTridiagonalFactor(
          lower: rows.lower, diagonal: rows.diagonal, upper: rows.upper))
    }
    return factors
  }
}
