import Autodiff
import LinearAlgebra

/// The ensemble Rauch-Tung-Striebel smoother (EnRTS): a backward pass over the ensembles of a filter.
///
///     E^s_k = E_k + (E^s_{k+1} - F_{k+1}) X_{F,k+1}⁺ X_k
///
/// E_k are the members after the analysis, F_{k+1} those of the next forecast, X their deviations, and ⁺ the pseudoinverse. For a
/// linear model and an ensemble with the exact moments it is the Kalman smoother. Few members give spurious gains, which a
/// damping below 1 reduces.
///
/// - Complexity: That of the filter, and O(N³ + N² n) at each time; the ensembles of all times are kept.
/// - Reference: Lermusiaux and Robinson (1999), *Data assimilation via error subspace statistical estimation. Part I*; Raanes
///   (2016), *On the ensemble Rauch-Tung-Striebel smoother and its equivalence to the ensemble Kalman smoother*, eq. (17).
public struct EnRTS<Base: EnsembleFilter>: Smoother {
  /// The filter, without rotation.
  public let base: Base
  /// The factor of the gain.
  public let damping: Double

  /// A smoother over this filter.
  public init(_ base: Base, damping: Double = 1) { (self.base, self.damping) = (base, damping) }

  public var name: String { "EnRTS, \(base.name)" }

  /// The filtered and the smoothed ensembles.
  ///
  /// - Throws: What the filter throws; `FilterError.rotation` for a filter with a rotation; `AnalysisError.size`; `NoEigenvalues`.
  public func smooth(
    _ observations: [Observations], times: [Int], with model: any DynamicalModel,
    from initial: InitialDistribution, key: RandomKey
  ) throws -> SmoothedStates {
    guard base.rotation == .none else { throw FilterError.rotation(filter: name, base: base.name) }
    let (forecasts, analyses) = try filtered(
      base, observations, times: times, with: model, from: initial, key: key)
    var smoothed = analyses
    for k in analyses.indices.dropLast().reversed() {
      guard let members = analyses[k].ensemble, let forecast = forecasts[k + 1].ensemble,
        var change = smoothed[k + 1].ensemble
      else { throw FilterError.missing("ensemble") }
      change.add(forecast, scaledBy: -1)
      let coordinates = try Ensemble(members: forecast).anomalies.coordinates(of: change)
      var result = members
      result.accumulate(coordinates, Ensemble(members: members).anomalies, scaledBy: damping)
      smoothed[k].ensemble = result
      smoothed[k].estimate = result.columnMeans
    }
    return SmoothedStates(filtered: analyses, smoothed: smoothed)
  }
}

extension Matrix {
  /// The least coefficients C with C X = D where that is possible, for rows X of deviations, `[N, n]`: D X⁺, by the smaller of
  /// the products X Xᵀ and Xᵀ X.
  func coordinates(of differences: Matrix) throws(NoEigenvalues) -> Matrix {
    if rows > columns {
      let inverse = try Matrix.product(self, self, transposingFirst: true).pseudoinverse()
      return Matrix.product(
        Matrix.product(differences, inverse), self, transposingSecond: true)
    }
    let inverse = try Matrix.product(self, self, transposingSecond: true).pseudoinverse()
    return Matrix.product(
      Matrix.product(differences, self, transposingSecond: true), inverse)
  }
}
