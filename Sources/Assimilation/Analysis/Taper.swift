import Foundation
import Preconditions

/// Correlations of a covariance that falls with distance, to damp what an ensemble's sample covariance has far off its
/// diagonal.
///
/// They are covariances of straight-line distances, chords on a circle or a sphere. Of distances along a ring the taper of
/// Gaspari and Cohn is one up to a length of a quarter of the ring, where it reaches half-way round; what wraps is refused by
/// the filters that multiply covariances by it.
public enum Taper: Sendable, Equatable {
  /// Compactly supported: 0 from distance 2 c on.
  ///
  /// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
  case gaspariCohn(_ c: Double)
  /// (1 + r/c) exp(-r/c), of an autoregression of second order.
  case secondOrderAutoregressive(_ c: Double)
  /// No damping: 1 everywhere.
  case none

  /// The taper of the authors' static analyses on the circle: wider for more members.
  ///
  /// - Parameters:
  ///   - members: How many the ensemble has.
  ///   - lengthscale: The median length scale of the truth, in radians.
  /// - Reference: `lsef.md` 8.4.
  public static func circleStatic(members: Int, lengthscale: Double) -> Taper {
    let factor =
      switch members {
      case ..<10: 1.5
      case ..<20: 2.0
      case ..<40: 3.0
      case ..<80: 3.5
      default: 4.5
      }
    return .secondOrderAutoregressive(factor * lengthscale / 2)
  }

  /// The taper of sequential filters on the circle: wider for more members.
  ///
  /// - Parameters:
  ///   - members: How many the ensemble has.
  ///   - length: L of the process, in the units of the grid's distance.
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

  /// The same shape, stretched.
  ///
  /// - Precondition: The factor is positive.
  public func scaled(by factor: Double) -> Taper {
    require(factor > 0, "Taper: the factor is \(factor), but must be positive.")
    return switch self {
    case .gaspariCohn(let c): .gaspariCohn(factor * c)
    case .secondOrderAutoregressive(let c): .secondOrderAutoregressive(factor * c)
    case .none: .none
    }
  }

  /// Its value at a distance, in the units of c.
  ///
  /// - Precondition: c is positive.
  public func callAsFunction(_ distance: Double) -> Double {
    switch self {
    case .gaspariCohn(let c), .secondOrderAutoregressive(let c):
      require(c > 0, "Taper: the length is \(c), but must be positive; .none does not damp.")
    case .none: break
    }
    return switch self {
    case .gaspariCohn(let c): Self.gaspariCohnPolynomial(distance / c)
    case .secondOrderAutoregressive(let c): (1 + distance / c) * exp(-distance / c)
    case .none: 1
    }
  }

  private static func gaspariCohnPolynomial(_ z: Double) -> Double {
    if z >= 2 { return 0 }
    if z <= 1 { return (((-z / 4 + 1 / 2) * z + 5 / 8) * z - 5 / 3) * z * z + 1 }
    let polynomial = ((((z / 12 - 1 / 2) * z + 5 / 8) * z + 5 / 3) * z - 5) * z + 4
    // Rounding leaves a last digit on either side of 0 next to 2.
    return max(0, polynomial - 2 / (3 * z))
  }
}
