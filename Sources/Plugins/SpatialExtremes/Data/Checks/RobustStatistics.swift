/// A robust summary: median and spread, insensitive to a few outliers.
struct RobustSummary: Sendable {
  /// The median; for an even count the mean of the middle two.
  let median: Double

  /// The spread, 1.4826 times the median absolute deviation: the standard deviation of a normal distribution.
  let spread: Double

  /// The median and the scaled median absolute deviation of values.
  ///
  /// - Returns: Nil for no numbers.
  init?(_ values: [Double]) {
    guard let median = medianValue(values),
      let deviation = medianValue(values.map { abs($0 - median) })
    else { return nil }
    (self.median, spread) = (median, 1.4826 * deviation)
  }
}

/// The median; nil of no numbers.
func medianValue(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The sample standard deviation, with divisor n - 1; 0 of fewer than two numbers.
func standardDeviation(_ values: [Double]) -> Double {
  let n = Double(values.count)
  guard n > 1 else { return 0 }
  let mean = values.reduce(0, +) / n
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
}

/// Theil's robust slope of a line through points: the median of the slopes of n/2 pairs, each of a point in the lower half of
/// `x` and its counterpart in the upper half.
///
/// - Returns: 0 where fewer than 3 pairs differ in `x`.
/// - Complexity: O(*n* log *n*).
/// - Reference: Theil (1950), *A rank-invariant method of linear and polynomial regression analysis*, the incomplete
///   method.
func robustSlope(_ x: [Double], _ y: [Double]) -> Double {
  let order = x.indices.sorted { x[$0] < x[$1] }
  let half = order.count / 2
  let slopes = (0..<half).compactMap { pair -> Double? in
    let (low, high) = (order[pair], order[order.count - half + pair])
    return x[high] > x[low] ? (y[high] - y[low]) / (x[high] - x[low]) : nil
  }
  return slopes.count < 3 ? 0 : medianValue(slopes) ?? 0
}
