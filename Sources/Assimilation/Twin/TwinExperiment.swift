import Autodiff
import LinearAlgebra
import Preconditions

/// A twin experiment: a simulated truth, observations of it, and runs of filters that estimate it.
///
/// All filters have the same truth, observations and, with one key, perturbations.
public struct TwinExperiment: Sendable {
  /// The model of truth and forecasts.
  public let model: any DynamicalModel
  /// The distribution of the state at the start, as filters know it.
  public let initial: InitialDistribution
  /// The model steps with an analysis, `[times]`.
  public let times: [Int]
  /// The true state at those steps, `[times, n]`.
  public let truth: Matrix
  /// The observations at those steps, one element a time.
  public let observations: [Observations]
  /// The weights of the points in means over the domain, `[n]`.
  public let areas: [Double]

  /// Simulates the truth and its observations.
  ///
  /// - Parameters:
  ///   - model: The model of the truth, and of the forecasts of filters.
  ///   - initial: The distribution of the state at the start, as filters know it.
  ///   - plan: The times, points and error variances of observations.
  ///   - steps: The number of steps of the truth.
  ///   - start: The true state at the start; a draw of `initial` if not given.
  ///   - areas: The areas of the cells of the points, `[n]`; all equal if not given.
  ///   - key: The random key of the start, the truth's model errors and the errors of observations.
  /// - Throws: `TwinError` for a truth that is not finite; the error of a model that fails; `AnalysisError` for a plan
  ///   with points that the model lacks, variances that are not finite or negative, or sizes that do not fit.
  public init(
    _ model: any DynamicalModel, initial: InitialDistribution, observing plan: ObservationPlan,
    steps: Int,
    start: [Double]? = nil, areas: [Double]? = nil, key: RandomKey
  ) throws {
    let n = model.dimension
    let areas = areas ?? Array(repeating: 1, count: n)
    let keys = key.split(3)
    var state =
      start.map { Matrix(rows: 1, columns: $0.count, $0) } ?? initial.draws(1, keys[0])
    for (what, count) in [
      ("start", state.columns), ("initial", initial.mean.count), ("areas", areas.count),
    ] where count != n {
      throw AnalysisError.size(what: what, given: count, expected: n)
    }
    var (times, truth, observations) = ([Int](), [Double](), [Observations]())
    for step in stride(from: 1, through: steps, by: 1) {
      try model.advance(&state, from: step - 1, to: step, noise: keys[1])
      guard let (points, variances) = plan(step) else { continue }
      if let point = state.firstNonFinite {
        throw TwinError.truthNotFinite(
          step: step, point: point, value: AnalysisError.text(state[0, point]))
      }
      times.append(step)
      truth += state.scalars
      observations.append(
        try Observations(
          of: state.scalars, points: points, variances: variances,
          key: keys[2].foldIn(UInt32(step))))
    }
    (self.model, self.initial, self.times) = (model, initial, times)
    self.truth = Matrix(rows: times.count, columns: n, truth)
    (self.observations, self.areas) = (observations, areas)
  }

  /// Runs a filter through all observations.
  ///
  /// A filter that fails during the run, by an error or by numbers that are not finite or too far from the truth, does not
  /// throw: the run records place and reason, and keeps the earlier rows.
  ///
  /// - Parameters:
  ///   - filter: The filter, which starts from `initial`.
  ///   - burnIn: The number of analyses at the start that do not count in means.
  ///   - measures: The measures in addition to errors and spreads.
  ///   - interval: The stride between analyses with these measures, from the first on.
  ///   - bound: The root mean squared error of an analysis at which the filter counts as diverged; without it a filter that
  ///     loses the truth with finite numbers does not fail.
  ///   - key: The random key of the initial ensemble, model errors and perturbations; the same for filters that are compared.
  /// - Precondition: The interval is positive, and the burn-in not negative.
  /// - Throws: As the filter's `start(_:key:)`.
  public func run(
    _ filter: some Filter, burnIn: Int = 0, measuring measures: TwinMeasures = .all,
    every interval: Int = 1, bound: Double? = nil, key: RandomKey
  ) throws -> FilterRun {
    var checkpoint = try start(
      filter, burnIn: burnIn, measuring: measures, every: interval, bound: bound, key: key)
    advance(&checkpoint, filter)
    return checkpoint.run
  }

  /// The checkpoint at the beginning of a run, to be advanced in parts.
  public func start(
    _ filter: some Filter, burnIn: Int = 0, measuring measures: TwinMeasures = .all,
    every interval: Int = 1, bound: Double? = nil, key: RandomKey
  ) throws -> TwinCheckpoint {
    require(interval > 0, "TwinExperiment: measures every \(interval) analyses.")
    require(burnIn >= 0, "TwinExperiment: a burn-in of \(burnIn) analyses.")
    let (first, next) = key.split()
    return TwinCheckpoint(
      state: try filter.start(initial, key: first),
      run: FilterRun(filter: filter.name, burnIn: burnIn), measures: measures,
      interval: interval, bound: bound,
      key: next.words.scalars)
  }

  /// Continues a run by a number of analyses, or to its end. Parts give the same bits as the whole.
  ///
  /// A run that has failed stays as it is. A checkpoint with another filter, number of members, state size or times fails with
  /// `TwinError.otherRun`, and keeps its rows; another truth with the same times is not detected.
  public func advance(
    _ checkpoint: inout TwinCheckpoint, _ filter: some Filter, cycles: Int? = nil
  ) {
    let done = checkpoint.run.rows.count
    let end = min(times.count, cycles.map { done + $0 } ?? times.count)
    guard checkpoint.run.failure == nil else { return }
    if let other = difference(of: checkpoint, filter) {
      checkpoint.run.failure = .init(
        cycle: done + 1, step: checkpoint.state.step, reason: other.description)
      return
    }
    for index in stride(from: done, to: end, by: 1) {
      do {
        try cycle(index, &checkpoint, filter)
      } catch {
        checkpoint.run.failure = .init(
          cycle: index + 1, step: times[index], reason: "\(error)")
        return
      }
    }
  }

  /// The difference between a checkpoint and those of this filter in this twin; nil if they agree.
  private func difference(of checkpoint: TwinCheckpoint, _ filter: some Filter) -> TwinError? {
    let (state, run) = (checkpoint.state, checkpoint.run)
    let members = state.ensemble?.rows ?? 0
    if run.filter != filter.name {
      return .otherRun(what: "the filter", found: run.filter, expected: filter.name)
    }
    if let expected = filter.memberCount, members != expected {
      return .otherRun(
        what: "the number of members", found: "\(members)", expected: "\(expected)")
    }
    if state.estimate.count != model.dimension {
      return .otherRun(
        what: "the size of the state", found: "\(state.estimate.count)",
        expected: "\(model.dimension)")
    }
    if run.rows.count > times.count {
      return .otherRun(
        what: "the number of analyses", found: "\(run.rows.count)",
        expected: "\(times.count) at most")
    }
    if let k = run.rows.indices.first(where: { run.rows[$0].step != times[$0] }) {
      return .otherRun(
        what: "the step of analysis \(k + 1)", found: "\(run.rows[k].step)",
        expected: "\(times[k])")
    }
    return nil
  }

  /// One forecast and analysis. The checkpoint changes only if both succeed.
  private func cycle(
    _ index: Int, _ checkpoint: inout TwinCheckpoint, _ filter: some Filter
  ) throws {
    let key = RandomKey(words: Tensor(checkpoint.key))
    let truth = Array(truth.row(index))
    var state = checkpoint.state
    var measured = TwinMeasurement(
      step: times[index], truth: truth, areas: areas,
      measures: index.isMultiple(of: checkpoint.interval) ? checkpoint.measures : [])
    try filter.forecast(
      &state, with: model, to: times[index], key: key.foldIn(UInt32(2 * index)))
    try measured.takeForecast(state, filter, observations[index])
    // Copied only where it is measured, so that the state can be changed in place.
    let forecast = measured.measures.contains(.innovations) ? state : nil
    let found = try filter.analyse(
      &state, observations[index], with: model, key: key.foldIn(UInt32(2 * index + 1)))
    if let forecast {
      try measured.takeInnovations(found, of: forecast, filter, observations[index])
    }
    let row = try measured.takingAnalysis(state, filter)
    if let bound = checkpoint.bound, row.analysisMSE.squareRoot() > bound {
      throw TwinError.diverged(error: row.analysisMSE.squareRoot(), bound: bound)
    }
    checkpoint.state = state
    checkpoint.run.append(row, ranks: measured.ranks, members: state.ensemble?.rows)
    for smoothed in state.smoothed ?? [] {
      // A window may begin at step 0, which has no truth here.
      guard let past = times[...index].lastIndex(of: smoothed.step) else { continue }
      let error = meanSquaredError(smoothed.estimate, Array(self.truth.row(past)), areas: areas)
      guard error.isFinite else {
        throw TwinError.notFinite(
          stage: "smoothed state", what: "the mean squared error", value: AnalysisError.text(error))
      }
      checkpoint.run.record(smoothedMSE: error, at: past)
    }
  }
}

extension Observations {
  /// Observations of a true state at given points, with errors drawn from `key`.
  fileprivate init(
    of truth: [Double], points: [Int], variances: [Double], key: RandomKey
  ) throws(AnalysisError) {
    if let point = points.first(where: { !truth.indices.contains($0) }) {
      throw .noSuchPoint(point, pointCount: truth.count)
    }
    guard points.count == variances.count else {
      throw .size(what: "variances", given: variances.count, expected: points.count)
    }
    try AnalysisError.check(variances, "variances")
    try AnalysisError.check(variances: variances)
    let noise = key.normal([points.count]).scalars
    let values = points.indices.map { truth[points[$0]] + variances[$0].squareRoot() * noise[$0] }
    try self.init(points: points, values: values, variances: variances)
  }
}
