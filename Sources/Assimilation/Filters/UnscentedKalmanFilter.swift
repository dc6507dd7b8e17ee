import Autodiff
import LinearAlgebra

/// The unscented Kalman filter (UKF): the Kalman filter with moments of the forecast from 2 n + 1 states, the sigma points,
/// which are advanced by the model itself.
///
///     x_0 = x,    x_{±i} = x ± sqrt(n + λ) (A^(1/2))_i,    n + λ = α² (n + κ)
///     x becomes sum w_i m(x_i),    A becomes sum w'_i (m(x_i) - x) (m(x_i) - x)ᵀ + Q
///
/// with w_0 = λ / (n + λ), w'_0 = w_0 + 1 - α² + β, and all others 1 / (2 n + 2 λ). A^(1/2) is the symmetric root. The moments
/// are exact for a linear model, and the mean for a quadratic one; the analysis is that of the Kalman filter, as observations
/// are linear. By default the weight w_0 is 0 and β is 0: 2 n points of equal weight.
///
/// With model errors the points are drawn anew at each step, otherwise once from one observation time to the next.
///
/// - Complexity: 2 n + 1 states a step, and O(*n³*) for each set of points.
/// - Reference: Julier and Uhlmann (1997), *A new extension of the Kalman filter to nonlinear systems*; Wan and van der Merwe
///   (2000), *The unscented Kalman filter for nonlinear estimation*, eq. (15); Arasaratnam and Haykin (2009), *Cubature Kalman
///   filters*, for the defaults.
public struct UnscentedKalmanFilter: Filter {
  /// The spread α of the points, the weight β of the central point in the covariance, and the κ of the points' distance.
  public let alpha, beta, kappa: Double
  /// The factor of the covariance in each step, for errors that the filter does not know of.
  public let stepInflation: Double

  /// An unscented Kalman filter with these points, α² (n + κ) positive.
  public init(
    alpha: Double = 1, beta: Double = 0, kappa: Double = 0, stepInflation: Double = 1
  ) {
    (self.alpha, self.beta, self.kappa) = (alpha, beta, kappa)
    self.stepInflation = stepInflation
  }

  public var name: String { "Unscented KF" }

  /// The state with the mean and covariance of the initial distribution.
  ///
  /// - Throws: `FilterError.inflation` for an inflation that is not positive and finite; `FilterError.setting` for points without
  ///   distance.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: stepInflation, of: name)
    let scale = alpha * alpha * (Double(initial.mean.count) + kappa)
    try FilterError.check(
      "square of the points' distance, alpha² (n + kappa),", scale, scale > 0 && scale.isFinite,
      "positive and finite", of: name)
    return FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// Advances the estimate and its covariance by the sigma points.
  ///
  /// - Throws: `FilterError.noErrorCovariance` for a model that is neither an `AdditiveNoiseModel` nor a
  ///   `LinearDynamicalModel`; `FilterError.notFinite`; `NoEigenvalues`.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    guard var covariance = state.covariance else { throw FilterError.missing("covariance") }
    try state.checkFinite(name)
    var (mean, start) = (state.estimate, state.step)
    while start < step {
      let errors = try errorCovariance(of: model, to: start + 1)
      let end = errors == nil ? step : start + 1
      var points = try sigmaPoints(mean, covariance)
      try model.advance(&points, from: start, to: end, noise: nil)
      (mean, covariance) = moments(of: points)
      if let errors { covariance.add(errors) }
      for _ in start..<end where stepInflation != 1 { covariance.scale(by: stepInflation) }
      start = end
    }
    (state.step, state.estimate, state.covariance) = (step, mean, covariance)
    try state.checkFinite(name)
  }

  /// Assimilates observations by the Kalman update.
  ///
  /// - Throws: `AnalysisError`; `FilterError.notFinite`; `NotPositiveDefinite` for exact observations of a point without variance.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    try state.assimilate(observations, name)
  }

  /// The covariance Q of the model's errors in one step; nil for none.
  private func errorCovariance(
    of model: any DynamicalModel, to step: Int
  ) throws(FilterError) -> Matrix? {
    guard let known = model.errorCovariance(to: step) else {
      throw .noErrorCovariance(filter: name, model: "\(type(of: model))")
    }
    return known
  }

  /// The points x_0, x_1, x_{-1}, ..., `[2 n + 1, n]`.
  private func sigmaPoints(_ mean: [Double], _ covariance: Matrix) throws -> Matrix {
    let n = mean.count
    let scale = alpha * alpha * (Double(n) + kappa)
    // Rounding may leave eigenvalues of 0 a little below it.
    let root = try SymmetricEigen(covariance).applying { (scale * max(0, $0)).squareRoot() }
    var numbers = mean
    for i in 0..<n {
      for sign in [1.0, -1] { for j in 0..<n { numbers.append(mean[j] + sign * root[i, j]) } }
    }
    return Matrix(rows: 2 * n + 1, columns: n, numbers)
  }

  /// The mean and covariance of points by their weights.
  private func moments(of points: Matrix) -> (mean: [Double], covariance: Matrix) {
    let n = points.columns
    let scale = alpha * alpha * (Double(n) + kappa)
    let (other, central) = (1 / (2 * scale), 1 - Double(n) / scale)
    var weights = Array(repeating: other, count: points.rows)
    weights[0] = central
    let mean = points.transposeMultiplied(by: weights)
    var deviations = points
    deviations.shiftRows(from: mean, to: Array(repeating: 0, count: n))
    weights[0] = central + 1 - alpha * alpha + beta
    // Weights may be negative, so that their roots are not taken.
    var weighted = deviations
    for k in weights.indices { weighted.scale(row: k, by: weights[k]) }
    var covariance = Matrix(rows: n, columns: n)
    covariance.accumulateLower(
      weighted.transposed(), deviations.transposed(), transposingSecond: true)
    covariance.mirrorLowerTriangle()
    return (mean, covariance)
  }
}

extension DynamicalModel {
  /// The covariance of the model's errors in one step, with a nil inside for none; nil if the model does not say.
  func errorCovariance(to step: Int) -> Matrix?? {
    if let additive = self as? any AdditiveNoiseModel { return .some(additive.errorCovariance) }
    guard let linear = self as? any LinearDynamicalModel else { return .none }
    var covariance = Matrix(rows: dimension, columns: dimension)
    linear.propagate(&covariance, to: step)
    return .some(covariance.scalars.allSatisfy { $0 == 0 } ? nil : covariance)
  }
}
