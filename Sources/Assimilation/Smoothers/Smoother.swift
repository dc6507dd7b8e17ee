import Autodiff

/// A fixed-interval smoother: estimates of the states at all analysis times by the observations of all of them, past and future.
///
/// Smoothers that go along with the observations, such as `EnKS` and `IEnKS`, are filters.
public protocol Smoother: Sendable {
  /// The name of the smoother, for tables.
  var name: String { get }

  /// The filtered and the smoothed states at the times of observations.
  ///
  /// - Parameters:
  ///   - observations: The observations of each time, in the order of time.
  ///   - times: The model steps of the observations, increasing.
  ///   - model: The model.
  ///   - initial: The distribution of the state before the first step.
  ///   - key: The random key of the initial ensemble, model errors and perturbations.
  func smooth(
    _ observations: [Observations], times: [Int], with model: any DynamicalModel,
    from initial: InitialDistribution, key: RandomKey
  ) throws -> SmoothedStates
}

/// The states of a fixed-interval smoother at the times of observations.
public struct SmoothedStates: Sendable, Equatable {
  /// The states of the filter after each analysis.
  public let filtered: [FilterState]
  /// The smoothed states; the last is that of the filter.
  public let smoothed: [FilterState]
}

extension Smoother {
  /// The forecasts and the analyses of a filter.
  func filtered(
    _ filter: some Filter, _ observations: [Observations], times: [Int],
    with model: any DynamicalModel, from initial: InitialDistribution, key: RandomKey
  ) throws -> (forecasts: [FilterState], analyses: [FilterState]) {
    guard times.count == observations.count else {
      throw AnalysisError.size(what: "times", given: times.count, expected: observations.count)
    }
    let (first, next) = key.split()
    var state = try filter.start(initial, key: first)
    var (forecasts, analyses) = ([FilterState](), [FilterState]())
    for (index, step) in times.enumerated() {
      let keys = next.foldIn(UInt32(index)).split()
      try filter.forecast(&state, with: model, to: step, key: keys.0)
      try state.checkFinite(name)
      forecasts.append(state)
      try filter.analyse(&state, observations[index], with: model, key: keys.1)
      analyses.append(state)
    }
    return (forecasts, analyses)
  }
}
