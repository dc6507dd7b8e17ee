import Autodiff
import Foundation
import Preconditions

/// A taper for localization: correlations that fall with distance, to damp the sample covariance of an ensemble far off its
/// diagonal.
///
/// They are covariances of straight-line distances, chords on a circle or a sphere. Of distances along a ring the taper of
/// Gaspari and Cohn is one up to a length of a quarter of the ring, where it reaches half-way round; what wraps is refused by
/// the filters that multiply covariances by it.
public enum Taper: Sendable, Equatable {
  /// The compactly supported correlation of Gaspari and Cohn, 0 from distance 2 c on.
  ///
  /// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
  case gaspariCohn(_ c: Double)
  /// The correlation (1 + r/c) exp(-r/c) of an autoregression of second order.
  case secondOrderAutoregressive(_ c: Double)
  /// No damping: a factor of 1 everywhere.
  case none

  /// The taper with its length multiplied by a factor.
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

  /// The value of the taper at a distance in the units of c.
  ///
  /// - Precondition: c is positive.
  public func callAsFunction(_ distance: Double) -> Double {
    switch self {
    case .gaspariCohn(let c), .secondOrderAutoregressive(let c):
      require(c > 0, "Taper: the length is \(c), but must be positive; .none does not damp.")
    case .none: break
    }
    return switch self {
    case .gaspariCohn(let c): Self.gaspariCohn(inLengths: distance / c)
    case .secondOrderAutoregressive(let c): (1 + distance / c) * exp(-distance / c)
    case .none: 1
    }
  }

  private static func gaspariCohn(inLengths z: Double) -> Double {
    if z >= 2 { return 0 }
    // Rounding leaves a last digit on either side of 0 next to 2.
    return z <= 1 ? gaspariCohnNear(z) : max(0, gaspariCohnFar(z))
  }
}

/// Arithmetic that doubles and tensors share, for a formula that both need.
package protocol SharedArithmetic: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
}

extension Double: SharedArithmetic {}
extension Tensor: SharedArithmetic {}

/// The correlation of Gaspari and Cohn at distances z in [0, 1], in units of its length.
package func gaspariCohnNear<T: SharedArithmetic>(_ z: T) -> T {
  let quadratic: T = (0.5 - z / 4) * z + 0.625
  let cubic: T = quadratic * z - 5 / 3
  return cubic * z * z + 1
}

/// The correlation of Gaspari and Cohn at distances z in [1, 2], in units of its length.
package func gaspariCohnFar<T: SharedArithmetic>(_ z: T) -> T {
  let quadratic: T = (z / 12 - 0.5) * z + 0.625
  let quartic: T = (quadratic * z + 5 / 3) * z - 5
  return quartic * z + 4 - 2 / (3 * z)
}

extension Taper {
  /// Refuses a taper that is no covariance between the points of a ring, because it wraps.
  ///
  /// A covariance in space is one of straight-line distances on any circle or sphere. Of distances along the arc it stays one
  /// if it vanishes from half the circumference on; beyond that the two ways round meet with a kink, and eigenvalues become
  /// negative. The check is by the eigenvalues themselves, so that tapers with long tails count as far as they matter. Grids
  /// of more than one ring are not checked.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  /// - Complexity: O(*n²*) time.
  /// - Reference: Gneiting (2013), *Strictly and non-strictly positive definite functions on spheres*, theorem 3; Gaspari and
  ///   Cohn (1999), *Construction of correlation functions in two and three dimensions*, section 2.
  public func checkIsCovariance(on grid: any Grid) throws(AnalysisError) {
    let n = grid.pointCount
    guard self != .none, grid.rings == [0..<n] else { return }
    let distances = (0..<n).map { grid.distance(0, $0) }
    let lags = distances.map(callAsFunction)
    // The covariance is cyclic; its eigenvalues are sums of cosines.
    let cosines = (0..<n).map { cos(2 * .pi * Double($0) / Double(n)) }
    let eigenvalues = (0...n / 2).map { k in
      lags.indices.reduce(0) { $0 + lags[$1] * cosines[k * $1 % n] }
    }
    let (least, most) = (eigenvalues.min() ?? 0, eigenvalues.max() ?? 0)
    // Rounding of n terms.
    if least >= -1e-12 * most { return }
    let halfWay = distances.max() ?? 0
    let largest: Double? = if case .gaspariCohn = self { halfWay / 2 } else { nil }
    throw .wrappingTaper(
      taper: "\(self)", points: n, leastEigenvalue: least, largestLength: largest)
  }

  /// The error that `checkIsCovariance(on:)` throws, if any.
  func fault(on grid: any Grid) -> AnalysisError? {
    do throws(AnalysisError) {
      try checkIsCovariance(on: grid)
      return nil
    } catch {
      return error
    }
  }
}
