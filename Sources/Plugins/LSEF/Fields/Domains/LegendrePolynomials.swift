import LinearAlgebra
import Preconditions

/// The Legendre polynomials P_l, with P_l(1) = 1.
///
///     l P_l(t) = (2l - 1) t P_{l-1}(t) - (l - 1) P_{l-2}(t)
///
/// - Reference: Abramowitz and Stegun (1964), 22.7.10.
public enum LegendrePolynomials {
  /// The values of P_0...P_L, `[L + 1, arguments]`, for L the maximum degree.
  ///
  /// - Precondition: The degree is not negative.
  /// - Complexity: O(L n).
  public static func table(upTo maximumDegree: Int, at arguments: [Double]) -> Matrix {
    require(maximumDegree >= 0, "LegendrePolynomials: degree \(maximumDegree).")
    let count = arguments.count
    var previous = [Double](repeating: 0, count: count)
    var current = [Double](repeating: 1, count: count)
    var table = current
    table.reserveCapacity((maximumDegree + 1) * count)
    for l in 0..<maximumDegree {
      let next = Double(l + 1)
      let (rise, fall) = ((2 * Double(l) + 1) / next, Double(l) / next)
      for i in 0..<count {
        let value = rise * arguments[i] * current[i] - fall * previous[i]
        previous[i] = current[i]
        current[i] = value
      }
      table += current
    }
    return Matrix(rows: maximumDegree + 1, columns: count, table)
  }
}
