import LinearAlgebra
import PPL

/// The mean and covariance of a model's states over a long time.
public struct Climatology: Sendable, Equatable, Codable {
  public let mean: [Double]
  /// `[n, n]`.
  public let covariance: Matrix

  /// - Parameter states: A row each, at least two.
  /// - Throws: `AnalysisError` for fewer states, or numbers that are not finite.
  public init(states: Matrix) throws(AnalysisError) {
    guard states.rows >= 2 else {
      throw .ensembleTooSmall(members: states.rows, needed: 2)
    }
    let columns = states.columns
    try AnalysisError.check(states.scalars, "states") { [$0 / columns, $0 % columns] }
    mean = states.columnMeans
    var anomalies = states
    anomalies.shiftRows(
      from: mean, to: Array(repeating: 0, count: columns),
      scaledBy: 1 / Double(states.rows - 1).squareRoot())
    covariance = Matrix.symmetricProduct(anomalies.transposed(), mirrored: true)
  }

  /// From a run of a model.
  ///
  /// - Parameters:
  ///   - start: Where the run starts.
  ///   - spinUp: How many steps do not count.
  ///   - steps: How many steps there are after them.
  ///   - interval: The state is taken once in so many steps.
  public init(
    of model: any DynamicalModel, start: InitialLaw, spinUp: Int, steps: Int,
    every interval: Int = 1,
    key: RandomKey
  ) throws(AnalysisError) {
    let (first, noise) = key.split()
    var state = start.draws(1, first)
    var states: [Double] = []
    for step in stride(from: 1, through: spinUp + steps, by: 1) {
      model.advance(&state, to: step, noise: noise.foldIn(UInt32(step)))
      if step > spinUp, (step - spinUp).isMultiple(of: max(1, interval)) {
        states += state.scalars
      }
    }
    try self.init(
      states: Matrix(rows: states.count / model.dimension, columns: model.dimension, states))
  }
}

/// No filter at all: always the mean of the climate.
public struct ClimatologyFilter: Filter {
  public let climatology: Climatology

  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Climatology" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: climatology.mean, covariance: climatology.covariance)
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    state.step = step
  }

  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {}

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}

/// Optimal interpolation: an analysis of each time's observations alone, from the mean and covariance of the climate.
///
/// - Reference: Gandin (1963), *Objective analysis of meteorological fields*.
public struct OptimalInterpolation: Filter {
  public let climatology: Climatology

  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Optimal interpolation" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: climatology.mean, covariance: climatology.covariance)
  }

  /// Forgets what was: the background is the climate's.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    state = FilterState(
      step: step, estimate: climatology.mean, covariance: climatology.covariance)
  }

  /// - Throws: `AnalysisError`; `NotPositiveDefinite` for exact observations of what never varies.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard var covariance = state.covariance.take() else {
      throw FilterError.missing("covariance")
    }
    try kalmanUpdate(&state.estimate, &covariance, seen)
    state.covariance = covariance
  }

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}

/// The model on its own from the mean of the initial law, without observations and without model errors.
public struct FreeRun: Filter {
  public init() {}

  public var name: String { "Free run" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: initial.mean)
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    var estimate = Matrix(rows: 1, columns: state.estimate.count, state.estimate)
    for k in stride(from: state.step + 1, through: step, by: 1) {
      model.advance(&estimate, to: k, noise: nil)
    }
    (state.step, state.estimate) = (step, estimate.scalars)
  }

  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {}

  public func variances(of state: FilterState) -> [Double]? { nil }
}
