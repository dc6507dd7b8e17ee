import PPL

/// The observations of a state at one step of a model, with independent normal errors, for a filter inside a model.
///
///     y = H x + e,    e ~ Normal(0, diag(variance))
///
/// The variance is a tensor, so that it may have a prior. A missing value is nil, and is left out.
public struct TimedObservations: Sendable {
  /// The model step at which the state is observed; 0 is its start.
  public let step: Int
  /// The observed values, `[m]`; nil where missing.
  public let values: [Double?]
  /// The variance of the errors: one number for all, or `[m]`; in squared units of the values.
  public let variance: Tensor
  let observing: ObservationOperator

  /// Observations of elements of the state.
  ///
  /// - Parameters:
  ///   - step: The model step, from 0, the start.
  ///   - values: The observed values, `[m]`, in the units of the state; nil where missing.
  ///   - points: The index of the observed element of the state, from 0, `[m]`.
  ///   - variance: The variance of the errors: one number, or one for each value, missing ones too; in squared units of the
  ///     values.
  public init(step: Int, _ values: [Double?], points: [Int], variance: Tensor) {
    (self.step, self.values, self.variance) = (step, values, variance)
    observing = .points(points)
  }

  /// Observations of linear combinations of a state's elements: H is `[m, n]`.
  public init(step: Int, _ values: [Double?], operator: Tensor, variance: Tensor) {
    (self.step, self.values, self.variance) = (step, values, variance)
    observing = .matrix(`operator`)
  }

  /// The observations that have values; nil if none has.
  func present(stateSize n: Int) throws(FilteredError) -> PresentObservations? {
    let kept = values.indices.filter { values[$0] != nil }
    let numbers = values.compactMap { $0 }
    let count = values.count
    let own = try observing.keeping(kept, of: count, stateSize: n, step: step)
    guard variance.rank == 0 || variance.shape == [count] else {
      throw .observationShape(
        what: "the variance of observations", step: step, found: variance.shape, count: count)
    }
    guard !kept.isEmpty else { return nil }
    if let bad = numbers.first(where: { !$0.isFinite }) {
      throw .observationNotFinite(step: step, value: bad)
    }
    let variances =
      variance.rank == 0 || kept.count == count
      ? variance : variance.taking(indices: Tensor(kept.map(Double.init)), along: 0)
    try FilteredError.checkPositive(variances, "the variance of observations", step: step)
    return PresentObservations(
      values: Tensor(numbers), variances: variances.broadcast(to: [kept.count]), observing: own)
  }

  /// Refuses steps that do not increase, and observations that have no value at all.
  static func check(_ observations: [TimedObservations]) throws(FilteredError) {
    guard observations.contains(where: { $0.values.contains { $0 != nil } }) else {
      throw .noValue
    }
    var before: Int?
    for time in observations {
      if time.step < 0 { throw .steps(step: time.step, before: nil) }
      if let before, time.step <= before { throw .steps(step: time.step, before: before) }
      before = time.step
    }
  }
}

/// Observations that all have values.
struct PresentObservations: Sendable {
  /// The values and the variances of their errors, `[m]` each.
  let values, variances: Tensor
  let observing: ObservationOperator
}

/// The matrix H, or the points that its rows pick.
enum ObservationOperator: Sendable {
  case points([Int])
  /// The matrix H itself, `[m, n]`.
  case matrix(Tensor)

  /// H applied along the last axis: `[..., n]` to `[..., m]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .points(let points): x.taking(indices: Tensor(points.map(Double.init)), along: -1)
    case .matrix(let H): matmul(x, H.transposed())
    }
  }

  /// A selection of `count` rows, which must fit a state of `n` numbers.
  func keeping(
    _ rows: [Int], of count: Int, stateSize n: Int, step: Int
  ) throws(FilteredError) -> ObservationOperator {
    switch self {
    case .points(let points):
      guard points.count == count else {
        throw .observationShape(
          what: "the list of points", step: step, found: [points.count], count: count)
      }
      if let point = points.first(where: { !(0..<n).contains($0) }) {
        throw .noSuchPoint(step: step, point: point, size: n)
      }
      return .points(rows.map { points[$0] })
    case .matrix(let H):
      try FilteredError.check(H, "the observation operator", step: step, shape: [count, n])
      if rows.count == count { return self }
      return .matrix(H.taking(indices: Tensor(rows.map(Double.init)), along: 0))
    }
  }
}
