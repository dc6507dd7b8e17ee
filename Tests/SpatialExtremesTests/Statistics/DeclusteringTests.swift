import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Declustering by runs, and the extremal index by intervals.
struct DeclusteringTests {
  private let series: [Double] = [0, 5, 7, 0, 6, 0, 0, 9, 9, .nan, 0, 0, 3, 8]

  @Test func aClusterEndsAfterARunBelowTheThreshold() throws {
    // Exceedances of 4 at 1, 2, 4, 7, 8 and 13.
    #expect(
      try declustered(series, threshold: 4, runLength: 1) == [
        ClusterPeak(index: 2, value: 7, size: 2), ClusterPeak(index: 4, value: 6, size: 1),
        ClusterPeak(index: 7, value: 9, size: 2), ClusterPeak(index: 13, value: 8, size: 1),
      ])
    #expect(
      try declustered(series, threshold: 4, runLength: 2) == [
        ClusterPeak(index: 2, value: 7, size: 3), ClusterPeak(index: 7, value: 9, size: 2),
        ClusterPeak(index: 13, value: 8, size: 1),
      ])
    #expect(try declustered(series, threshold: 4, runLength: 5).map(\.size) == [6])
    #expect(try declustered(series, threshold: 9, runLength: 2).isEmpty)
    expectError("runs declustering: the run length is 0, but must be positive.") {
      _ = try declustered(series, threshold: 4, runLength: 0)
    }
  }

  /// Times 1, 2, 3, 1, 5 with T - 1 = 0, 1, 2, 0, 4: 2 * 49 / (5 * (0 + 0 + 2 + 0 + 12)) is above 1.
  @Test func theIntervalsEstimatorIsThatOfItsFormula() throws {
    #expect(try ExtremalIndex(series, threshold: 4).value == 1)
    // Exceedances at 0, 1, 2, 10, 11, 30: times 1, 1, 8, 1, 19.
    var pulses = Array(repeating: 0.0, count: 31)
    for place in [0, 1, 2, 10, 11, 30] { pulses[place] = 1 }
    let index = try ExtremalIndex(pulses, threshold: 0.5)
    let expected = 2.0 * 25 * 25 / (5 * (7 * 6 + 18 * 17))
    #expect(abs(index.value - expected) < 1e-15 && index.exceedances == 6)
    // The two times above the fifth largest part three clusters.
    #expect(index.runLength == 1)
    #expect(try declustered(pulses, threshold: 0.5, runLength: index.runLength).count == 3)
    // No time is above 2.
    let near = try ExtremalIndex([1, 1, 0, 1, 1, 1, 0, 1], threshold: 0.5)
    #expect(abs(near.value - min(1, 2.0 * 49 / (5 * 11))) < 1e-15)
    expectError(
      "ExtremalIndex: there are 1 numbers, but 2 are needed; take a longer series or a lower threshold."
    ) {
      _ = try ExtremalIndex([0, 1, 0], threshold: 0.5)
    }
  }

  /// A moving maximum of two independent values has the index 1/2.
  @Test func theIndexOfAMovingMaximumIsTheInverseOfItsClusterSize() throws {
    let noise = RandomKey(7).uniform([40_001]).scalars
    let index = try ExtremalIndex(zip(noise, noise.dropFirst()).map(max), threshold: 0.99)
    // About 800 exceedances in 400 clusters.
    #expect(abs(index.value - 0.5) < 0.06)
    let independent = try ExtremalIndex(noise, threshold: 0.98)
    #expect(abs(independent.value - 1) < 0.08)
  }
}
