/// The largest value of a cluster of exceedances of a threshold.
public struct ClusterPeak: Sendable, Equatable {
  /// The place of the peak in the series, from 0.
  public let index: Int
  /// The value of the peak, in the units of the series.
  public let value: Double
  /// The number of exceedances of the cluster.
  public let size: Int
}

/// The peaks of clusters of exceedances by runs declustering: a cluster ends when a number of successive values do not
/// exceed the threshold.
///
///     let peaks = try declustered(rain, threshold: 30, runLength: 3)
///
/// Peaks of different clusters are nearly independent, as the generalized Pareto distribution of exceedances assumes. The
/// first of equal values is the peak.
///
/// - Parameters:
///   - series: The values at equal steps of time; a missing one, NaN, does not exceed the threshold.
///   - threshold: The threshold, in the units of the series.
///   - runLength: The number of successive values below the threshold that end a cluster; 1 for runs of exceedances.
/// - Throws: `StatisticsError.runLength` unless it is positive.
/// - Complexity: O(n).
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §5.3.2; Smith and Weissman (1994),
///   *Estimating the extremal index*.
public func declustered(
  _ series: [Double], threshold: Double, runLength: Int
) throws(StatisticsError) -> [ClusterPeak] {
  guard runLength > 0 else { throw .runLength(runLength) }
  var peaks: [ClusterPeak] = []
  var last: Int?
  for (index, value) in series.enumerated() where value > threshold {
    if let last, let peak = peaks.last, index - last <= runLength {
      let isHigher = value > peak.value
      peaks[peaks.count - 1] = ClusterPeak(
        index: isHigher ? index : peak.index, value: isHigher ? value : peak.value,
        size: peak.size + 1)
    } else {
      peaks.append(ClusterPeak(index: index, value: value, size: 1))
    }
    last = index
  }
  return peaks
}
