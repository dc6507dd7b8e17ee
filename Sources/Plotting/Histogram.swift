import Preconditions

/// A histogram: the density of values in bins of equal width.
public struct Histogram: Sendable, Equatable {
  /// The edges of the bins, one more than there are bins, in the unit of the values.
  public let edges: [Double]
  /// The density in each bin: the share of the values divided by the width, whose integral over all bins is the share inside.
  public let densities: [Double]

  /// The histogram of values over a range; the last bin includes its upper edge.
  ///
  /// - Precondition: The number of bins is positive, and the range has a width.
  public init(_ values: [Double], bins: Int, over range: ClosedRange<Double>) {
    require(bins > 0, "Histogram: the number of bins is \(bins), but must be positive.")
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    require(width > 0, "Histogram: the range is a single number, \(range.lowerBound).")
    var counts = Array(repeating: 0, count: bins)
    for value in values where range.contains(value) {
      counts[min(bins - 1, Int((value - range.lowerBound) / width))] += 1
    }
    let total = Double(max(values.count, 1)) * width
    edges = (0...bins).map { range.lowerBound + Double($0) * width }
    densities = counts.map { Double($0) / total }
  }
}
