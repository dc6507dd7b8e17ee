import Assimilation

/// One setting of the world and of the ensemble: a point of a sweep.
struct CyclePoint: Sendable, Equatable, Hashable {
  /// From 0 to 3, from stationary to strongly non-stationary.
  var regime: Int
  var members: Int

  /// What names its pieces in a journal.
  var label: String { "regime \(regime), ensemble size \(members)" }
}

/// One filter at a point: the same at all points of a regime if it has no members.
struct CycleCase: Sendable, Hashable {
  let scheme: CycleExperiment.Scheme
  let regime: Int
  /// Nil for a filter without.
  let members: Int?

  init(_ scheme: CycleExperiment.Scheme, at point: CyclePoint) {
    (self.scheme, regime) = (scheme, point.regime)
    members = scheme.usesEnsemble ? point.members : nil
  }

  /// What names its pieces in a journal.
  var label: String {
    "\(scheme.rawValue), regime \(regime)" + (members.map { ", ensemble size \($0)" } ?? "")
  }
}

/// What is varied in a sweep; the rest stays as the point of departure has it.
enum CycleSweep: String, Sendable, CaseIterable {
  case ensembleSize = "ensemble-size"
  case regime

  /// Of figures 5 and 6.
  var values: [Int] {
    switch self {
    case .ensembleSize: [5, 10, 20, 40, 80]
    case .regime: Array(DSADM.Regime.all.indices)
    }
  }

  func point(_ value: Int, from departure: CyclePoint) -> CyclePoint {
    var point = departure
    switch self {
    case .ensembleSize: point.members = value
    case .regime: point.regime = value
    }
    return point
  }

  func value(of point: CyclePoint) -> Int {
    switch self {
    case .ensembleSize: point.members
    case .regime: point.regime
    }
  }

  /// The number of the figure in the paper.
  var figure: Int {
    switch self {
    case .ensembleSize: 5
    case .regime: 6
    }
  }

  /// For axes.
  var axis: String {
    switch self {
    case .ensembleSize: "ensemble size"
    case .regime: "regime of non-stationarity"
    }
  }
}
