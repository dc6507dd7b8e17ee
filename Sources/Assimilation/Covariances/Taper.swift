import Foundation
import Preconditions

/// A taper for localization: a correlation function of distance that damps sample covariances of distant points.
///
/// With straight-line distances, such as chords of a circle or a sphere, every taper is a covariance. With distances along a
/// ring the Gaspari-Cohn taper is one up to a length of a quarter of the ring, where its support reaches half-way round;
/// filters that multiply covariances by a taper refuse one that wraps.
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
    case .gaspariCohn(let c): Assimilation.gaspariCohn(distance / c)
    case .secondOrderAutoregressive(let c): (1 + distance / c) * exp(-distance / c)
    case .none: 1
    }
  }
}

extension Taper {
  /// Refuses a taper that is not a covariance between the points of a ring, because it wraps.
  ///
  /// A covariance in space is also one on any circle or sphere, with straight-line distances. With distances along the arc it
  /// is one if it vanishes from half the circumference on; a longer one has a kink at the opposite point, and negative
  /// eigenvalues. The check computes the eigenvalues, so that negligible tails are allowed. Grids of more than one ring are
  /// not checked.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  /// - Complexity: O(*n²*) time.
  /// - Reference: Gneiting (2013), *Strictly and non-strictly positive definite functions on spheres*, theorem 3; Gaspari and
  ///   Cohn (1999), *Construction of correlation functions in two and three dimensions*, section 2.
  public func checkIsCovariance(on grid: any Grid) throws(AnalysisError) {
    if let fault = fault(on: grid) { throw fault }
  }

  /// The error that `checkIsCovariance(on:)` throws, if any.
  func fault(on grid: any Grid) -> AnalysisError? {
    let n = grid.pointCount
    guard self != .none, grid.rings == [0..<n] else { return nil }
    let distances = (0..<n).map { grid.distance(0, $0) }
    let lags = distances.map(callAsFunction)
    // The covariance is cyclic; its eigenvalues are sums of cosines.
    let cosines = (0..<n).map { cos(2 * .pi * Double($0) / Double(n)) }
    let eigenvalues = (0...n / 2).map { k in
      lags.indices.reduce(0) { $0 + lags[$1] * cosines[k * $1 % n] }
    }
    let (least, most) = (eigenvalues.min() ?? 0, eigenvalues.max() ?? 0)
    // Rounding of n terms.
    if least >= -1e-12 * most { return nil }
    let halfWay = distances.max() ?? 0
    let largest: Double? = if case .gaspariCohn = self { halfWay / 2 } else { nil }
    return .wrappingTaper(
      taper: "\(self)", points: n, leastEigenvalue: least, largestLength: largest)
  }
}
