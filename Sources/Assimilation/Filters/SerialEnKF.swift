import Autodiff
import LinearAlgebra

/// The serial ensemble Kalman filter with perturbed observations, one observation at a time.
///
///     K = S o B Hᵀ / (s + r),    x̄ += K (y - H x̄),    X_k += K (e_k - H X_k),    e_k ~ N(0, r),    s = H B Hᵀ
///
/// As in `EnKF`, perturbations are centred and rescaled. It needs no matrix of observations; with a localization its analysis
/// depends a little on their order.
///
/// - Reference: Houtekamer and Mitchell (2001), *A sequential ensemble Kalman filter for atmospheric data assimilation*;
///   Burgers, van Leeuwen and Evensen (1998), *Analysis scheme in the ensemble Kalman filter*.
public struct SerialEnKF: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  public let localization: Localization?

  /// A filter with this ensemble size, at least 2.
  public init(members: Int, inflation: Double = 1, localization: Localization? = nil) {
    (self.members, self.inflation, self.localization) = (members, inflation, localization)
  }

  public var name: String { "Serial EnKF" }

  /// Updates the mean and the deviations by one observation after the other.
  ///
  /// - Throws: `AnalysisError`; `FilterError.certain` for an exact observation where all members have one other value.
  /// - Complexity: O(p N n) for p observed points.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    try localization?.checkIsCovariance()
    let count = ensemble.anomalies.rows
    var noise = Matrix(rows: count, columns: y.count, key.normal([count, y.count]).scalars)
    noise.shiftRows(
      from: noise.columnMeans, to: Array(repeating: 0, count: y.count),
      scaledBy: (Double(count) / Double(count - 1)).squareRoot())
    for k in 0..<y.count {
      let (point, variance) = (y.points[k], y.variances[k])
      let innovation = y.values[k] - ensemble.mean[point]
      guard let update = SerialRegression(of: ensemble, at: point, localization) else {
        if variance == 0, innovation != 0 { throw FilterError.certain(point: point) }
        continue
      }
      let gain = update.variance / (update.variance + variance)
      let root = variance.squareRoot()
      let increments = (0..<count).map { gain * (root * noise[$0, k] - update.observed[$0]) }
      update.add(mean: gain * innovation, deviations: increments, to: &ensemble)
    }
  }
}

/// The regression of a state on its value at one point, which spreads increments of that value over the state.
///
///     x_i changes by S(i) cov(x_i, x_point) / var(x_point) for a change of 1 at the point
///
/// - Reference: Anderson (2003), *A local least squares framework for ensemble filtering*, eq. (12).
struct SerialRegression {
  /// The deviations at the point, `[N]`.
  let observed: [Double]
  /// The sample variance of the deviations.
  let variance: Double
  private let slopes: Matrix

  /// The regression of an ensemble; nil if all members have one value at the point.
  init?(of ensemble: Ensemble, at point: Int, _ localization: Localization?) {
    let X = ensemble.anomalies
    observed = (0..<X.rows).map { X[$0, point] }
    let square = observed.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return nil }
    variance = square / Double(X.rows - 1)
    var slopes = Matrix(rows: 1, columns: X.columns, X.transposeMultiplied(by: observed))
    slopes.scale(by: 1 / square)
    if let localization { slopes.multiplyElements(by: localization.correlations.rows(at: [point])) }
    self.slopes = slopes
  }

  /// Adds to an ensemble what follows from increments of the mean and the deviations, `[N]`, at the point.
  func add(mean: Double, deviations: [Double], to ensemble: inout Ensemble) {
    for (i, slope) in slopes.scalars.enumerated() { ensemble.mean[i] += mean * slope }
    ensemble.anomalies.accumulate(
      Matrix(rows: deviations.count, columns: 1, deviations), slopes)
  }
}
