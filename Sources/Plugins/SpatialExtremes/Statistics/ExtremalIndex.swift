/// The extremal index of a stationary series: the inverse of the mean size of clusters of its extremes, by the intervals
/// estimator, which needs no run length.
///
///     θ = 2 (Σ Tᵢ)² / ((N - 1) Σ Tᵢ²)                          if no Tᵢ is above 2,
///     θ = 2 (Σ (Tᵢ - 1))² / ((N - 1) Σ (Tᵢ - 1) (Tᵢ - 2))      otherwise, and at most 1
///
/// with the times Tᵢ between N successive exceedances. Its run length for declustering follows: clusters are parted by the
/// largest of these times.
///
///     let index = try ExtremalIndex(rain, threshold: 30)
///     let peaks = try declustered(rain, threshold: 30, runLength: index.runLength)
///
/// - Reference: Ferro and Segers (2003), *Inference for clusters of extreme values*, eq. (9), (10) and §4.
public struct ExtremalIndex: Sendable, Equatable {
  /// The estimate θ, in (0, 1]; 1 for independent values.
  public let value: Double
  /// The number of exceedances N.
  public let exceedances: Int
  /// The number of values below the threshold that end a cluster, such that there are about θ N clusters; at least 1.
  public let runLength: Int

  /// The estimate from a series.
  ///
  /// - Parameters:
  ///   - series: The values at equal steps of time; a missing one, NaN, does not exceed the threshold.
  ///   - threshold: The threshold, in the units of the series.
  /// - Throws: `StatisticsError.tooFew` for fewer than two exceedances.
  /// - Complexity: O(n).
  public init(_ series: [Double], threshold: Double) throws(StatisticsError) {
    let places = series.indices.filter { series[$0] > threshold }
    guard places.count >= 2 else { throw .tooFew(places.count, of: "ExtremalIndex", needed: 2) }
    let times = zip(places.dropFirst(), places).map { Double($0 - $1) }
    let isSmall = (times.max() ?? 0) <= 2
    let first = times.map { isSmall ? $0 : $0 - 1 }
    let second = times.map { isSmall ? $0 * $0 : ($0 - 1) * ($0 - 2) }
    let sum = first.reduce(0, +)
    value = min(1, 2 * sum * sum / (Double(times.count) * second.reduce(0, +)))
    exceedances = places.count
    // The largest θ N times part clusters; those as long as the next one do not.
    let sorted = times.sorted(by: >)
    let parting = min(Int(value * Double(places.count)), times.count)
    runLength = parting < sorted.count ? max(Int(sorted[parting]), 1) : 1
  }
}
