import LinearAlgebra
import PPL

/// The mean and covariance of a model's states over a long time.
public struct Climatology: Sendable, Equatable, Codable {
  /// One number a point.
  public let mean: [Double]
  /// `[n, n]`.
  public let covariance: Matrix

  /// - Parameter states: A row each, at least two.
  /// - Throws: `AnalysisError` for fewer states, or numbers that are not finite.
  public init(states: Matrix) throws(AnalysisError) {
    guard states.rows >= 2 else {
      throw .tooFewStates(states.rows)
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
  ///   - model: The model.
  ///   - start: Where the run starts.
  ///   - spinUp: How many steps do not count.
  ///   - steps: How many steps there are after them.
  ///   - interval: The state is taken once in so many steps.
  ///   - key: Of the start and the model's errors.
  /// - Throws: `AnalysisError` for fewer than two states, or a model that leaves the finite numbers.
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
        if let point = state.firstNonFinite {
          throw .modelNotFinite(
            step: step, point: point, value: AnalysisError.text(state[0, point]))
        }
        states += state.scalars
      }
    }
    try self.init(
      states: Matrix(rows: states.count / model.dimension, columns: model.dimension, states))
  }
}
