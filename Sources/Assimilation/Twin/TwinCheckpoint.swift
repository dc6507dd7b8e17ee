/// A run of a filter on its way, to be stored and resumed.
public struct TwinCheckpoint: Sendable, Codable, Equatable {
  /// The filter's state after its last analysis.
  public internal(set) var state: FilterState
  /// What was measured so far.
  public internal(set) var run: FilterRun
  let measures: TwinMeasures
  let interval: Int
  let bound: Double?
  /// The words of the key of all cycles.
  let key: [Double]
}
