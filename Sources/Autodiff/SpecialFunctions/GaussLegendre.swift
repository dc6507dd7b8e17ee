import Preconditions
import RealModule

/// The Gauss–Legendre quadrature rule: nodes t_k and weights w_k with `∫ f(t) dt = sum_k w_k f(t_k)` over an interval,
/// exact for polynomials up to degree 2K - 1.
///
/// - Complexity: O(K²).
/// - Reference: Press et al. (2007), *Numerical Recipes*, 4.6.1: Newton's method on P_K.
public struct GaussLegendre: Sendable {
  /// The points where the function is evaluated, K in number, inside the interval and descending.
  public let nodes: [Double]
  /// The weight of each node; their sum is the length of the interval.
  public let weights: [Double]

  /// The quadrature rule with `count` nodes on an interval.
  ///
  /// - Parameters:
  ///   - count: The number of nodes K.
  ///   - interval: The range of integration.
  /// - Precondition: There is at least one node.
  public init(count: Int, over interval: ClosedRange<Double> = -1...1) {
    require(count > 0, "GaussLegendre: \(count) nodes.")
    let half = 0.5 * (interval.upperBound - interval.lowerBound)
    let middle = interval.lowerBound + half
    let rule = (0..<count).map { k -> (node: Double, weight: Double) in
      var t = Double.cos(.pi * (Double(k) + 0.75) / (Double(count) + 0.5))
      // Quadratic convergence from this start: five steps reach rounding, for any count.
      for _ in 0..<5 {
        let (value, slope) = Self.polynomial(count, at: t)
        t -= value / slope
      }
      let slope = Self.polynomial(count, at: t).slope
      return (middle + half * t, half * (2 / ((1 - t * t) * slope * slope)))
    }
    (nodes, weights) = (rule.map(\.node), rule.map(\.weight))
  }

  /// The Legendre polynomial P_K(t) and its derivative, `K (t P_K - P_{K-1}) / (t² - 1)`.
  private static func polynomial(_ degree: Int, at t: Double) -> (value: Double, slope: Double) {
    var (value, before) = (1.0, 0.0)
    for l in 0..<degree {
      let next = Double(l) + 1
      let (rise, fall) = ((2 * Double(l) + 1) / next, Double(l) / next)
      (value, before) = (rise * t * value - fall * before, value)
    }
    return (value, Double(degree) * (t * value - before) / (t * t - 1))
  }
}
