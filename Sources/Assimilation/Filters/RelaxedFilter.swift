import Autodiff
import LinearAlgebra

/// The relaxation of an analysis ensemble to the forecast ensemble, against too little spread.
public enum Relaxation: Sendable, Equatable {
  /// Relaxation to prior perturbations (RTPP): the deviations become (1 - α) X_a + α X_f.
  ///
  /// - Reference: Zhang, Snyder and Sun (2004), *Impacts of initial estimate and observation availability on convective-scale
  ///   data assimilation with an ensemble Kalman filter*, eq. (5).
  case toPriorPerturbations(_ alpha: Double)
  /// Relaxation to prior spread (RTPS): at each point the standard deviation σ_a becomes (1 - α) σ_a + α σ_f.
  ///
  /// - Reference: Whitaker and Hamill (2012), *Evaluating methods to account for system errors in ensemble data assimilation*,
  ///   eq. (2).
  case toPriorSpread(_ alpha: Double)

  /// The relaxation coefficient α.
  public var coefficient: Double {
    switch self {
    case .toPriorPerturbations(let alpha), .toPriorSpread(let alpha): alpha
    }
  }
}

/// An ensemble filter with relaxation: the update of another filter, whose deviations are then relaxed to those of the forecast.
///
/// Inflation and localization are those of the other filter. A rotation is applied after the relaxation.
public struct RelaxedFilter<Base: EnsembleFilter>: EnsembleFilter {
  /// The filter whose analysis is relaxed.
  public let base: Base
  /// The relaxation with its coefficient.
  public let relaxation: Relaxation
  public let rotation: EnsembleRotation

  /// A filter with this relaxation, with a coefficient in [0, 1] for perturbations and not negative for spread.
  public init(_ base: Base, _ relaxation: Relaxation, rotation: EnsembleRotation = .none) {
    (self.base, self.relaxation, self.rotation) = (base, relaxation, rotation)
  }

  public var name: String {
    switch relaxation {
    case .toPriorPerturbations: "\(base.name), RTPP"
    case .toPriorSpread: "\(base.name), RTPS"
    }
  }

  public var members: Int { base.members }
  public var inflation: Double { base.inflation }
  public var localization: Localization? { base.localization }

  /// Updates by the other filter, and relaxes the deviations.
  ///
  /// - Throws: What the other filter throws; `FilterError.setting` for a coefficient out of its range; `FilterError.rotation`
  ///   if the other filter rotates.
  /// - Complexity: That of the other filter, and O(N n).
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    guard base.rotation == .none else { throw FilterError.rotation(filter: name, base: base.name) }
    let (forecast, (own, other)) = (ensemble.anomalies, key.split())
    try base.update(&ensemble, y, key: own)
    switch relaxation {
    case .toPriorPerturbations(let alpha):
      try FilterError.check("coefficient", alpha, (0...1).contains(alpha), "in [0, 1]", of: name)
      ensemble.anomalies.scale(by: 1 - alpha)
      ensemble.anomalies.add(forecast, scaledBy: alpha)
    case .toPriorSpread(let alpha):
      try FilterError.check(
        "coefficient", alpha, alpha >= 0 && alpha.isFinite, "finite and not negative", of: name)
      let zero = Array(repeating: 0.0, count: ensemble.mean.count)
      let before = forecast.columnSquares(about: zero)
      let after = ensemble.anomalies.columnSquares(about: zero)
      // A point without spread after the analysis has none to relax.
      ensemble.anomalies.scaleColumns(
        by: zip(before, after).map {
          $1 > 0 ? 1 - alpha + alpha * ($0 / $1).squareRoot() : 1
        })
    }
    rotation.apply(to: &ensemble.anomalies, key: other)
  }
}
