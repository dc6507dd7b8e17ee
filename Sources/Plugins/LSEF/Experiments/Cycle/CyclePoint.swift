import Assimilation
import Tables

/// A point of the cycled experiments: one setting of the world and of the ensemble.
struct CyclePoint: SweepPoint, Hashable {
  /// The regime of the process, from 0, stationary, to 3, strongly non-stationary.
  var regime: Int
  var members: Int

  var label: String { "regime \(regime), ensemble size \(members)" }

  /// The regime as a parameter of sweeps.
  private var regimeNumber: Double {
    get { Double(regime) }
    set { regime = Int(newValue) }
  }

  static let sweeps = [
    ensembleSizes(figure: 5),
    Sweep(
      name: "regime", axis: "regime of non-stationarity", figure: 6, parameter: \.regimeNumber,
      values: DSADM.Regime.all.indices.map(Double.init)),
  ]

  static let columns = ["regime", "ensembleSize"]
  var cells: [CSVWriter.Cell] { [.integer(regime), .integer(members)] }
}

/// A filter at a point; a filter without an ensemble is the same at all points of a regime.
struct CycleCase: Sendable, Hashable {
  let scheme: CycleExperiment.Scheme
  let regime: Int
  /// The ensemble size; nil for a filter without an ensemble.
  let members: Int?

  init(_ scheme: CycleExperiment.Scheme, at point: CyclePoint) {
    (self.scheme, regime) = (scheme, point.regime)
    members = scheme.usesEnsemble ? point.members : nil
  }

  /// The name in journals.
  var label: String {
    "\(scheme.rawValue), regime \(regime)" + (members.map { ", ensemble size \($0)" } ?? "")
  }
}
