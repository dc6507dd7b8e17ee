import Assimilation
import Autodiff
import LinearAlgebra

/// A linear model whose ensembles have the exact moments: the noise of each step is orthogonal to all that came before, and its
/// sample covariance is Q.
struct ExactEnsemble: LinearDynamicalModel {
  static let steps = 6
  static let members = 26
  let dimension = 3
  let F = Matrix(rows: 3, columns: 3, [0.9, 0.3, 0, -0.2, 0.8, 0.1, 0.1, 0, 1.05])
  let hasNoise: Bool
  private let root = Matrix(rows: 3, columns: 3, [0.5, 0.1, 0, 0, 0.3, 0.2, 0, 0, 0.4])
  /// Orthonormal rows beside (1, ..., 1), three for the start and three for each step.
  private let basis: Matrix

  init(hasNoise: Bool) {
    self.hasNoise = hasNoise
    let size = Self.members
    var numbers = RandomKey(4).normal([size, size]).scalars
    for k in 0..<size { numbers[k] = 1 }
    basis = Matrix(rows: size, columns: size, numbers).orthonormalizedRows()
  }

  private func draws(_ number: Int, _ root: Matrix) -> Matrix {
    var result = Matrix.product(
      basis.taking(rows: (0..<3).map { 1 + 3 * number + $0 }), root, transposingFirst: true)
    result.scale(by: Double(Self.members - 1).squareRoot())
    return result
  }

  func advance(_ states: inout Matrix, to step: Int, noise: RandomKey?) {
    states = Matrix.product(states, F, transposingSecond: true)
    if hasNoise, noise != nil, states.rows == Self.members { states.add(draws(step, root)) }
  }

  func propagate(_ covariance: inout Matrix, to step: Int) {
    covariance = Matrix.product(Matrix.product(F, covariance), F, transposingSecond: true)
    if hasNoise { covariance.accumulate(root.transposed(), root) }
  }

  /// A normal distribution whose draws of an ensemble have its moments.
  var initial: InitialDistribution {
    let root = Matrix(rows: 3, columns: 3, [1, 0.5, 0.2, 0, 1, -0.3, 0, 0, 0.7])
    let mean = [1.0, -1, 2]
    return InitialDistribution(
      mean: mean, covariance: Matrix.product(root, root, transposingFirst: true)
    ) { count, key in
      guard count == Self.members else {
        return NormalNoise(root: root).draws(count, key: key)
      }
      var states = draws(0, root)
      states.shiftRows(from: [0, 0, 0], to: mean)
      return states
    }
  }

  /// Observations of changing points at each step.
  func observations() throws -> (times: [Int], observations: [Observations]) {
    let values = RandomKey(9).normal([Self.steps, 2]).scalars
    let observations = try (0..<Self.steps).map { k in
      try Observations(
        points: [k % 3, (k + 1) % 3].sorted(), values: [values[2 * k] + 1, values[2 * k + 1]],
        variances: [0.5, 0.8])
    }
    return (Array(1...Self.steps), observations)
  }

  /// The states of the Kalman smoother.
  func kalman(upTo count: Int = steps) throws -> SmoothedStates {
    let (times, observations) = try observations()
    return try KalmanSmoother().smooth(
      Array(observations.prefix(count)), times: Array(times.prefix(count)), with: self,
      from: initial, key: RandomKey(1))
  }

  /// The states of a filter after each analysis.
  func states(_ filter: some Filter) throws -> [FilterState] {
    let (times, observations) = try observations()
    var state = try filter.start(initial, key: RandomKey(1))
    return try zip(times, observations).map { step, y in
      try filter.forecast(&state, with: self, to: step, key: RandomKey(2))
      try filter.analyse(&state, y, with: self, key: RandomKey(3))
      return state
    }
  }
}

extension FilterState {
  /// The covariance of the members.
  var sampleCovariance: [Double] {
    guard let ensemble, let climatology = try? Climatology(states: ensemble) else { return [] }
    return climatology.covariance.scalars
  }
}
