import Assimilation
import LinearAlgebra
import PPL

/// A dynamical model on a ring, with the settings of a twin experiment of it.
struct ModelCase: Sendable {
  /// The value of `--model`.
  let name: String
  /// The name in reports.
  let title: String
  let model: any DynamicalModel
  /// The state from which the model is spun up, the same at all points but for small noise.
  let rest: Double
  /// The number of steps of the spin-up.
  let spinUp: Int
  /// The number of model steps from one analysis to the next.
  let stepsPerCycle: Int
  /// The variance of the observation errors.
  let variance: Double
  /// The half-lengths of the Gaspari-Cohn taper that are tried, in points, rising.
  let lengths: [Double]
  /// The number of neighbours that the LETKF updates together.
  let block: Int

  var points: Int { model.dimension }
  var ring: Ring { Ring(points: points) }

  static let all = [
    ModelCase(
      name: "lorenz-96", title: "Lorenz-96, 40 points", model: Lorenz96(), rest: 8, spinUp: 1_000,
      stepsPerCycle: 1, variance: 1, lengths: [3, 5, 7, 10], block: 1),
    ModelCase(
      name: "lorenz-96-960", title: "Lorenz-96, 960 points", model: Lorenz96(points: 960), rest: 8,
      spinUp: 1_000, stepsPerCycle: 1, variance: 1, lengths: [3, 5, 7, 10], block: 4),
    ModelCase(
      name: "lorenz-2005-ii", title: "Lorenz-2005 II, 240 points", model: Lorenz2005.two(),
      rest: 5, spinUp: 1_000, stepsPerCycle: 1, variance: 1, lengths: [16, 28, 42, 60], block: 6),
    ModelCase(
      name: "lorenz-2005-iii-240", title: "Lorenz-2005 III, 240 points",
      model: Lorenz2005.three(points: 240, width: 8, smallScales: .init(radius: 3)), rest: 5,
      spinUp: 400, stepsPerCycle: 1, variance: 1, lengths: [8, 16, 28, 45], block: 4),
    ModelCase(
      name: "lorenz-2005-iii", title: "Lorenz-2005 III, 960 points", model: Lorenz2005.three(),
      rest: 5, spinUp: 400, stepsPerCycle: 1, variance: 1, lengths: [30, 60, 110, 200], block: 12),
    ModelCase(
      name: "kuramoto-sivashinsky", title: "Kuramoto-Sivashinsky, 128 points",
      model: KuramotoSivashinsky(), rest: 0, spinUp: 600, stepsPerCycle: 2, variance: 1,
      lengths: [8, 14, 22, 32], block: 2),
  ]

  /// A state on the attractor.
  func start(key: RandomKey) -> [Double] {
    let noise = key.normal([points]).scalars
    var state = Matrix(rows: 1, columns: points, noise.map { rest + $0 })
    for step in 1...spinUp { model.advance(&state, to: step, noise: nil) }
    return state.scalars
  }

  /// A twin experiment: filters start about the truth with the errors of an observation.
  ///
  /// - Parameters:
  ///   - stride: The stride between observed points.
  ///   - cycles: The number of analyses.
  func twin(observing stride: Int, cycles: Int, key: RandomKey) throws -> TwinExperiment {
    let keys = key.split(3)
    let truth = start(key: keys[0])
    let errors = keys[1].normal([points]).scalars
    let mean = zip(truth, errors).map { $0 + variance.squareRoot() * $1 }
    let observed = Array(Swift.stride(from: 0, to: points, by: stride))
    return try TwinExperiment(
      model, initial: .normal(mean: mean, variance: variance),
      observing: .every(stepsPerCycle, points: observed, variance: variance),
      steps: cycles * stepsPerCycle, start: truth, key: keys[2])
  }

  /// States of a free run, `[count, n]`, a time apart in which they become nearly independent.
  func climatology(_ count: Int, key: RandomKey) -> Matrix {
    var state = Matrix(rows: 1, columns: points, start(key: key))
    var states: [Double] = []
    for k in 0..<count {
      for step in 1...10 { model.advance(&state, to: 10 * k + step, noise: nil) }
      states += state.scalars
    }
    return Matrix(rows: count, columns: points, states)
  }
}
