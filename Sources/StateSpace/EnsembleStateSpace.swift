import PPL

/// An ensemble state-space model: members, and a forecast by any function of tensors.
///
/// To fit parameters of the forecast, it must be differentiable, and draw random numbers from its key only.
public struct EnsembleStateSpace: Sendable {
  /// A forecast, which advances members `[N, n]` from the step before `step` to it, with model errors drawn from `key`; steps count from 1.
  public typealias Forecast =
    @Sendable (_ members: Tensor, _ step: Int, _ key: RandomKey) -> Tensor

  private enum Start: Sendable {
    case members(Tensor)
    case drawn(count: Int, mean: Tensor, factor: Tensor)
  }

  private let start: Start
  private let forecast: Forecast

  /// A model with given members at the start, `[N, n]`.
  public init(members: Tensor, forecast: @escaping Forecast) {
    (start, self.forecast) = (.members(members), forecast)
  }

  /// A model whose members at the start are drawn from a normal distribution.
  ///
  /// - Parameters:
  ///   - count: The ensemble size N.
  ///   - mean: The mean of the start, `[n]`.
  ///   - choleskyFactor: The lower Cholesky factor of the covariance of the start, `[n, n]`; zeros where the start is known.
  ///   - forecast: The forecast of one step of all members.
  public init(
    members count: Int, mean: Tensor, choleskyFactor: Tensor, forecast: @escaping Forecast
  ) {
    start = .drawn(count: count, mean: mean, factor: choleskyFactor)
    self.forecast = forecast
  }

  var stateSize: Int {
    switch start {
    case .members(let members): members.shape.last ?? 1
    case .drawn(_, let mean, _): mean.shape.last ?? 1
    }
  }
}

extension EnsembleStateSpace {
  /// The ensemble Kalman filter.
  func filtered(
    _ observations: [TimedObservations], by update: EnsembleUpdate, key: RandomKey
  ) throws(FilteredError) -> FilteredStates {
    try TimedObservations.check(observations)
    var members = try initialMembers(key.foldIn(0))
    let shape = members.shape
    try update.check(stateSize: shape[1])

    var states = FilteredStates()
    var step = 0
    for time in observations {
      while step < time.step {
        step += 1
        members = forecast(members, step, key.foldIn(UInt32(2 * step)))
        // A diverging forecast is not an error: parameters for which it diverges have no density.
        guard members.shape == shape else {
          throw .shape(
            what: "the forecast ensemble", step: step, found: members.shape, expected: shape)
        }
      }
      let before = members
      var likelihood = ObservationLikelihood.none
      if let present = try time.present(stateSize: shape[1]) {
        likelihood = update.apply(
          to: &members, present, key: key.foldIn(UInt32(2 * step + 1)))
      }
      states.append(
        FilteredTime(
          step: step, forecast: .ensemble(before), analysis: .ensemble(members),
          likelihood: likelihood))
    }
    return states
  }

  private func initialMembers(_ key: RandomKey) throws(FilteredError) -> Tensor {
    let members: Tensor
    switch start {
    case .members(let given): members = given
    case .drawn(let count, let mean, let factor):
      let n = stateSize
      try FilteredError.check(mean, "the mean of the start", shape: [n])
      try FilteredError.check(factor, "the factor of the start's covariance", shape: [n, n])
      if count < 2 { throw .tooFewMembers(count) }
      members = mean + matmul(key.normal([count, n]), factor.transposed())
    }
    guard members.rank == 2 else { throw .notAnEnsemble(members.shape) }
    if members.shape[0] < 2 { throw .tooFewMembers(members.shape[0]) }
    try FilteredError.checkFinite(members, "the ensemble of the start")
    return members
  }
}
