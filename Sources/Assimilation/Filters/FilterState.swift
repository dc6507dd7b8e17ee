import LinearAlgebra

/// The state of a filter, which it carries from one analysis to the next.
public struct FilterState: Sendable, Equatable, Codable {
  /// The model step, 0 at the start.
  public var step: Int
  /// The estimate of the model's state, `[n]`: the control, the ensemble's mean, or the mean of a distribution.
  public var estimate: [Double]
  /// The ensemble, `[N, n]`, if the filter has one.
  public var ensemble: Matrix?
  /// The covariance of the estimate's error, `[n, n]`, if the filter carries one.
  public var covariance: Matrix?

  /// A state at a model step.
  public init(
    step: Int = 0, estimate: [Double], ensemble: Matrix? = nil, covariance: Matrix? = nil
  ) {
    (self.step, self.estimate) = (step, estimate)
    (self.ensemble, self.covariance) = (ensemble, covariance)
  }
}

extension FilterState {
  /// The innovation covariance H B Hᵀ + R, with B the state's covariance or, without one, that of its ensemble, localized;
  /// nil without both, or with a localization of another grid.
  func innovationCovariance(
    points: [Int], variances: [Double], localization: Localization? = nil
  ) -> Matrix? {
    var result: Matrix
    if let covariance {
      result = covariance.taking(rows: points).taking(columns: points)
    } else if let ensemble, ensemble.rows > 1 {
      var observed = ensemble.taking(columns: points)
      observed.shiftRows(
        from: observed.columnMeans, to: Array(repeating: 0, count: points.count),
        scaledBy: 1 / Double(ensemble.rows - 1).squareRoot())
      result = Matrix.product(observed, observed, transposingFirst: true)
    } else {
      return nil
    }
    if let localization {
      guard localization.pointCount == estimate.count else { return nil }
      result.multiplyElements(
        by: localization.correlations.block(rows: points, columns: points))
    }
    result.addToDiagonal(variances)
    return result
  }
}

extension FilterState {
  /// Advances the estimate to step `end` by a model without its errors.
  mutating func advanceEstimate(with model: any DynamicalModel, to end: Int) throws {
    var states = Matrix(rows: 1, columns: estimate.count, estimate)
    try model.advance(&states, from: step, to: end, noise: nil)
    (step, estimate) = (end, states.scalars)
  }

  /// Refuses numbers that are not finite.
  func checkFinite(_ filter: String) throws(FilterError) {
    guard let (what, value) = firstNonFinite else { return }
    throw .notFinite(filter: filter, step: step, what: what, value: AnalysisError.text(value))
  }

  /// The first number that is not finite, in words, with its value.
  var firstNonFinite: (what: String, value: Double)? {
    // Members first: if the mean is not finite, a member is the cause.
    if let ensemble, let k = ensemble.firstNonFinite {
      let (member, point) = k.quotientAndRemainder(dividingBy: ensemble.columns)
      return ("member \(member) at point \(point)", ensemble.scalars[k])
    }
    if let i = estimate.firstIndex(where: { !$0.isFinite }) {
      return ("the estimate at point \(i)", estimate[i])
    }
    if let covariance, let k = covariance.firstNonFinite {
      let (i, j) = k.quotientAndRemainder(dividingBy: covariance.columns)
      return ("the covariance of points \(i) and \(j)", covariance.scalars[k])
    }
    return nil
  }
}
