import LinearAlgebra
import PPL

/// What a filter carries from one analysis to the next.
public struct FilterState: Sendable, Equatable, Codable {
  /// The model step that it is of; 0 at the start.
  public var step: Int
  /// The estimate of the state: the control, the ensemble's mean, or the mean of a law.
  public var estimate: [Double]
  /// `[N, n]`, if the filter has one.
  public var ensemble: Matrix?
  /// `[n, n]`, of the estimate's error, if the filter carries one.
  public var covariance: Matrix?

  /// A state of this step.
  public init(
    step: Int = 0, estimate: [Double], ensemble: Matrix? = nil, covariance: Matrix? = nil
  ) {
    (self.step, self.estimate) = (step, estimate)
    (self.ensemble, self.covariance) = (ensemble, covariance)
  }
}

/// What is known of the state before the first step.
public struct InitialLaw: Sendable {
  /// The mean of the draws, one number for each of the state.
  public let mean: [Double]
  /// Draws of the state, a row for each of `count`. The filter's ensemble starts from them.
  public let draws: @Sendable (_ count: Int, _ key: RandomKey) -> Matrix
  /// The covariance of the draws, for filters that carry one.
  public let covariance: Matrix

  /// A law with these moments and draws.
  public init(
    mean: [Double], covariance: Matrix,
    draws: @escaping @Sendable (_ count: Int, _ key: RandomKey) -> Matrix
  ) {
    (self.mean, self.covariance, self.draws) = (mean, covariance, draws)
  }
}

/// A sequential filter: forecast from one time of observations to the next, analysis there.
///
/// A filter is a value without state of its own, so that one serves many runs at once.
public protocol Filter: Sendable {
  /// For tables, and to know states of the filter by.
  var name: String { get }

  /// How many members its states have, 0 without an ensemble; nil, the default, if the filter does not say.
  var memberCount: Int? { get }

  /// The state before the first step.
  func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState

  /// Advances the state, step by step, up to `step`; a step that it has reached or passed changes nothing. The same key gives
  /// the same model errors to filters with as many members.
  func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey) throws

  /// Brings in the observations of the state's step. The same key gives the same perturbations of observations to filters
  /// with as many members.
  func analyse(_ state: inout FilterState, _ observations: Observations, key: RandomKey) throws

  /// The error variance of the estimate at each point, by what the state carries: the diagonal of its covariance, or the
  /// variance of its ensemble; nil if it carries neither.
  ///
  /// What a filter does to an ensemble within an analysis, such as the inflation and prior of a `ControlFilter`, is not in it:
  /// the B of the next analysis is in `innovationCovariance(of:points:variances:)`.
  func variances(of state: FilterState) -> [Double]?

  /// The covariance that the filter takes for innovations at these points, H B Hᵀ + R with the B that an analysis of the state
  /// would use, by its lower triangle; nil if it takes none. By default that of the state's covariance or, without one, of its
  /// ensemble.
  func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix?
}

extension Filter {
  /// Does not say.
  public var memberCount: Int? { nil }

  /// Of the state's covariance or, without one, of its ensemble.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    state.innovationCovariance(points: points, variances: variances)
  }
}

extension FilterState {
  /// H B Hᵀ + R with the B of the state's covariance or, without one, of its ensemble, damped by a localization; nil without
  /// both, or with a localization of another grid.
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
      result.multiplyElements(by: localization.rows(points).taking(columns: points))
    }
    result.addToDiagonal(variances)
    return result
  }
}
