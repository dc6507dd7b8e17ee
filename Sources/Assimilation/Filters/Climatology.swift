import Autodiff
import LinearAlgebra

/// The climatology of a model: the mean and covariance of its states over a long time.
public struct Climatology: Sendable, Equatable, Codable {
  /// The mean, `[n]`.
  public let mean: [Double]
  /// The covariance, `[n, n]`.
  public let covariance: Matrix

  /// The climatology of given states.
  ///
  /// - Parameter states: The states, one a row, `[states, n]`, at least two.
  /// - Throws: `AnalysisError` for fewer states, or numbers that are not finite.
  public init(states: Matrix) throws(AnalysisError) {
    guard states.rows >= 2 else {
      throw .tooFewStates(states.rows)
    }
    try AnalysisError.check(states, "states")
    mean = states.columnMeans
    var anomalies = states
    anomalies.shiftRows(
      from: mean, to: Array(repeating: 0, count: states.columns),
      scaledBy: 1 / Double(states.rows - 1).squareRoot())
    covariance = Matrix.symmetricProduct(anomalies.transposed(), mirrored: true)
  }

  /// The climatology of a run of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - start: The distribution of the state at the start of the run.
  ///   - spinUp: The number of steps at the start that do not count.
  ///   - steps: The number of steps after them.
  ///   - interval: The stride between steps whose states are taken.
  ///   - key: The random key of the start and the model's errors.
  /// - Throws: `AnalysisError` for fewer than two states, or a model that leaves the finite numbers; the error of a model
  ///   that fails.
  public init(
    of model: any DynamicalModel, start: InitialDistribution, spinUp: Int, steps: Int,
    every interval: Int = 1,
    key: RandomKey
  ) throws {
    let (first, noise) = key.split()
    var state = start.draws(1, first)
    var states: [Double] = []
    for step in stride(from: 1, through: spinUp + steps, by: 1) {
      try model.advance(&state, from: step - 1, to: step, noise: noise)
      if step > spinUp, (step - spinUp).isMultiple(of: max(1, interval)) {
        if let point = state.firstNonFinite {
          throw AnalysisError.modelNotFinite(
            step: step, point: point, value: AnalysisError.text(state[0, point]))
        }
        states += state.scalars
      }
    }
    try self.init(
      states: Matrix(rows: states.count / model.dimension, columns: model.dimension, states))
  }

  /// The state with the climatological mean and covariance.
  func state(step: Int = 0) -> FilterState {
    FilterState(step: step, estimate: mean, covariance: covariance)
  }
}

/// The climatological forecast: the climatological mean at all times; observations are ignored.
public struct ClimatologyFilter: Filter {
  /// The climatology whose mean and covariance are the estimate.
  public let climatology: Climatology

  /// A filter with this climatology.
  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Climatology" }

  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    climatology.state()
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    state.step = max(step, state.step)
  }

  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? { nil }
}
