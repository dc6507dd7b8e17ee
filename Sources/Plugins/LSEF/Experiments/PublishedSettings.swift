import Assimilation

// The settings of the schemes in the published experiments.

extension Taper {
  /// The taper of sequential filters on the circle: wider for more members.
  ///
  /// - Parameters:
  ///   - members: The ensemble size.
  ///   - length: The length scale L of the process, in the units of the grid's distance.
  /// - Reference: `lsef.md` 10.3.
  public static func circleCycle(members: Int, length: Double) -> Taper {
    let factor =
      switch members {
      case ..<10: 1.2
      case ..<20: 1.4
      case ..<40: 1.6
      case ..<80: 2.2
      default: 2.6
      }
    return .gaspariCohn(factor * length)
  }
}

extension LocalizationTuning {
  /// Ten lengths, equally spaced in their logarithms from 500 to 3000 km and truncated to integers.
  ///
  /// - Reference: `lsef.md` 8.2.
  public static let sphereLengths: [Double] = [
    499, 610, 744, 908, 1108, 1352, 1650, 2014, 2458, 3000,
  ]
}

/// The weight of the ensemble covariance in a hybrid covariance, in cycled analyses: N / (N + 10).
///
/// - Reference: `lsef.md` 10.3, with a weight of a half at ten members.
public func ensembleWeight(ofMembers count: Int) -> Double {
  Double(count) / Double(count + 10)
}
