import Plugins

/// A point of the static experiments: one setting of the truth and of the ensemble.
struct StaticPoint: SweepPoint {
  var members = 20
  /// The strength of non-stationarity, kappa.
  var strength = 2.0
  /// The length of non-stationarity mu_NSL, in length scales of the field.
  var lengthRatio = 3.0

  var label: String {
    "ensemble size \(members), strength \(strength.short), length \(lengthRatio.short)"
  }

  static let sweeps = [
    ensembleSizes(figure: 2),
    Sweep(
      name: "strength", axis: "strength of non-stationarity", figure: 3, parameter: \.strength,
      values: [1, 1.5, 2, 3, 4]),
    Sweep(
      name: "length", axis: "length of non-stationarity", figure: 4, parameter: \.lengthRatio,
      values: [1, 2, 3, 5, 10]),
  ]

  static let columns = ["ensembleSize", "strength", "length"]
  var cells: [CSVWriter.Cell] { [.integer(members), .number(strength), .number(lengthRatio)] }
}
