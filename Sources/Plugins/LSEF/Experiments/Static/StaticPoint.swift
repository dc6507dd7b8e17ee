/// One setting of the truth and of the ensemble: a point of a sweep.
struct StaticPoint: Sendable, Equatable {
  var members = 20
  /// kappa.
  var strength = 2.0
  /// mu_NSL.
  var lengthRatio = 3.0

  /// What names its pieces in a journal.
  var label: String {
    "ensemble size \(members), strength \(strength.short), length \(lengthRatio.short)"
  }
}

/// What is varied in a sweep; the rest stays as the point of departure has it.
enum StaticSweep: String, Sendable, CaseIterable {
  case ensembleSize = "ensemble-size"
  case strength, length

  /// Of figures 2, 3 and 4.
  var values: [Double] {
    switch self {
    case .ensembleSize: [5, 10, 20, 40, 80]
    case .strength: [1, 1.5, 2, 3, 4]
    case .length: [1, 2, 3, 5, 10]
    }
  }

  func point(_ value: Double, from departure: StaticPoint) -> StaticPoint {
    var point = departure
    switch self {
    case .ensembleSize: point.members = Int(value)
    case .strength: point.strength = value
    case .length: point.lengthRatio = value
    }
    return point
  }

  func value(of point: StaticPoint) -> Double {
    switch self {
    case .ensembleSize: Double(point.members)
    case .strength: point.strength
    case .length: point.lengthRatio
    }
  }

  /// The number of the figure in the paper.
  var figure: Int {
    switch self {
    case .ensembleSize: 2
    case .strength: 3
    case .length: 4
    }
  }

  /// For axes and the heads of columns.
  var axis: String {
    switch self {
    case .ensembleSize: "ensemble size"
    case .strength: "strength of non-stationarity"
    case .length: "length of non-stationarity"
    }
  }
}

extension Double {
  /// Without a decimal point where there is nothing behind it.
  var short: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
