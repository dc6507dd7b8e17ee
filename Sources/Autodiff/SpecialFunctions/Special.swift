/// Scalar special functions on `Double`, one family in each file.
///
/// They are plain functions `(Double) -> Double`, or of a few numbers, without allocation, so that the elementwise
/// kernels of `Tensor` can call them in a loop. Outside its domain a function is `nan`, at a pole it is the
/// infinity that it tends to. Accuracies in the comments were measured against 50-digit arithmetic
/// (`Tests/Reference/special_functions.json`); "relative" excludes results that are subnormal.
package enum Special {
  /// The value at `x` of the polynomial whose coefficients are given from the constant term upwards.
  @inline(__always)
  static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    var value = 0.0
    var power = coefficients.count - 1
    while power >= 0 {
      value = value * x + coefficients[power]
      power -= 1
    }
    return value
  }

  /// Adds the terms `term(1) + term(2) + …` to `first` until they no longer change the sum.
  ///
  /// - Returns: The sum, or `nan` where it has not settled after `limit` terms.
  @inline(__always)
  static func series(
    from first: Double, limit: Int = 10_000, _ term: (Int) -> Double
  ) -> Double {
    var (sum, index) = (first, 0)
    while index < limit {
      index += 1
      let next = sum + term(index)
      if next == sum { return sum }
      sum = next
    }
    return .nan
  }
}
