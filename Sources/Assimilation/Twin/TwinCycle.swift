/// The states of one cycle of a twin experiment: truth, observations, forecast and analysis.
public struct TwinCycle: Sendable {
  /// The measurements of the cycle, with its step.
  public let row: FilterRun.Row
  /// The true state, `[n]`.
  public let truth: [Double]
  /// The observations that are assimilated.
  public let observations: Observations
  /// The state of the filter before the analysis.
  public let forecast: FilterState
  /// The state of the filter after the analysis.
  public let analysis: FilterState
}
