import Preconditions
import RealModule

/// Nodes t_k and weights w_k with `∫_{-1}^{1} f(t) dt = sum_k w_k f(t_k)` for polynomials up to degree 2K - 1.
///
/// - Reference: Press et al. (2007), *Numerical Recipes*, 4.6.1: Newton's method on P_K.
public struct GaussLegendre: Sendable {
  /// From just below 1 down to just above -1.
  public let nodes: [Double]
  /// The weight of each node; their sum is 2.
  public let weights: [Double]

  /// - Precondition: There is at least one node.
  public init(count: Int) {
    require(count > 0, "GaussLegendre: \(count) nodes.")
    var (nodes, weights) = ([Double](), [Double]())
    for k in 0..<count {
      var t = Double.cos(.pi * (Double(k) + 0.75) / (Double(count) + 0.5))
      // Quadratic convergence from this start: five steps reach rounding, for any count.
      for _ in 0..<5 {
        t -= Self.polynomial(count, at: t).value / Self.polynomial(count, at: t).slope
      }
      let slope = Self.polynomial(count, at: t).slope
      nodes.append(t)
      weights.append(2 / ((1 - t * t) * slope * slope))
    }
    (self.nodes, self.weights) = (nodes, weights)
  }

  /// P_K(t) and its derivative, `K (t P_K - P_{K-1}) / (t² - 1)`.
  private static func polynomial(_ degree: Int, at t: Double) -> (value: Double, slope: Double) {
    let p = LegendrePolynomials.values(upTo: degree, at: t)
    return (p[degree], Double(degree) * (t * p[degree] - p[degree - 1]) / (t * t - 1))
  }
}
