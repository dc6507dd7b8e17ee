import Autodiff
import LinearAlgebra

/// A filter whose state is an ensemble: a conformer brings only its analysis.
public protocol EnsembleFilter: Filter {
  /// N, at least 2.
  var members: Int { get }

  /// What the members' deviations from their mean are multiplied by after each analysis; 1 by default.
  var inflation: Double { get }
}

extension EnsembleFilter {
  /// 1.
  public var inflation: Double { 1 }

  /// N.
  public var memberCount: Int? { members }

  /// Draws the members.
  ///
  /// - Throws: `FilterError.inflation`; `AnalysisError` for fewer than two members or draws that are not finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: inflation, of: name)
    guard members >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: members, needed: 2)
    }
    let ensemble = initial.draws(members, key)
    try ensemble.checkMembers()
    return FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
  }

  /// Advances each member with model errors of its own; the estimate is their mean.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    var ensemble = try state.takeEnsemble()
    for k in stride(from: state.step + 1, through: step, by: 1) {
      model.advance(&ensemble, to: k, noise: key.foldIn(UInt32(k)))
    }
    state.step = step
    state.estimate = ensemble.columnMeans
    state.ensemble = ensemble
  }

  /// Those of the members.
  public func variances(of state: FilterState) -> [Double]? { state.ensemble?.columnVariances }

  /// Brings observations in, in terms of the mean and of the members' deviations from it. Without any that say something
  /// the state stays as it is, to the bit.
  ///
  /// - Parameters:
  ///   - inflation: What the deviations are multiplied by afterwards.
  ///   - localization: Of the update, if any.
  ///   - update: Changes deviations and mean by observations of distinct points.
  /// - Throws: `AnalysisError` for members that are not finite, and for a localization or observations that do not fit;
  ///   what `update` throws.
  func analyse(
    _ state: inout FilterState, _ observations: Observations, inflation: Double,
    localization: Localization? = nil,
    update: (_ anomalies: inout Matrix, _ mean: inout [Double], _ seen: Observations) throws -> Void
  ) throws {
    try localization?.check(stateSize: state.estimate.count)
    let seen = try observations.distinct(pointCount: state.estimate.count)
    try state.ensemble?.checkMembers()
    guard seen.count > 0 else { return }
    // A copy, so that an analysis that fails leaves the state as it was.
    guard var ensemble = state.ensemble else { throw FilterError.missing("ensemble") }
    var mean = ensemble.columnMeans
    let zero = Array(repeating: 0.0, count: mean.count)
    ensemble.shiftRows(from: mean, to: zero)
    try update(&ensemble, &mean, seen)
    ensemble.shiftRows(from: zero, to: mean, scaledBy: inflation)
    state.estimate = mean
    state.ensemble = ensemble
  }
}

extension FilterState {
  /// The ensemble, which leaves the state, so that it can be changed in place.
  fileprivate mutating func takeEnsemble() throws(FilterError) -> Matrix {
    guard let taken = ensemble.take() else { throw .missing("ensemble") }
    return taken
  }
}

extension Matrix {
  /// Refuses members with numbers that are not finite.
  fileprivate func checkMembers() throws(AnalysisError) {
    if isFinite { return }
    let columns = columns
    try AnalysisError.check(scalars, "members") { [$0 / columns, $0 % columns] }
  }
}
