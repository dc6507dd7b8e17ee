import LinearAlgebra

/// The taper of a covariance between the points of a grid, tabulated.
///
/// - Complexity: O(n²) time once; memory for the pairs that the taper leaves, n² of them for one without compact support.
public struct Localization: Sendable {
  /// How many points the grid has. States that are analysed have as many numbers.
  public let pointCount: Int
  /// Where the entries of each point start, and where those of the last end.
  private let starts: [Int]
  private let places: [Int32]
  private let weights: [Double]
  /// Why the taper is no covariance on this grid, if so.
  private let fault: AnalysisError?

  /// The taper between all points of the grid.
  public init(_ taper: Taper, on grid: any Grid) {
    self.init(
      taper, on: grid, centres: (0..<grid.pointCount).map { [$0] }, fault: taper.fault(on: grid))
  }

  /// The taper around blocks of points, by the mean distance from the points of a block: on a line, that from its centre to
  /// points outside.
  init(_ taper: Taper, on grid: any Grid, centres: [[Int]], fault: AnalysisError? = nil) {
    var (starts, places, weights) = ([0], [Int32](), [Double]())
    for centre in centres {
      for point in 0..<grid.pointCount {
        let sum = centre.reduce(0) { $0 + grid.distance($1, point) }
        let weight = taper(sum / Double(centre.count))
        guard weight > 0 else { continue }
        places.append(Int32(point))
        weights.append(weight)
      }
      starts.append(places.count)
    }
    (pointCount, self.fault) = (grid.pointCount, fault)
    (self.starts, self.places, self.weights) = (starts, places, weights)
  }

  /// Refuses states of another grid.
  func check(stateSize: Int) throws(AnalysisError) {
    guard pointCount == stateSize else {
      throw .otherGrid(of: "the localization", points: pointCount, expected: stateSize)
    }
  }

  /// Refuses a taper that is no covariance, before one of an ensemble is multiplied by it.
  ///
  /// - Throws: `AnalysisError.wrappingTaper`.
  func checkIsCovariance() throws(AnalysisError) {
    if let fault { throw fault }
  }

  /// The points around one, or around a block, and what the taper leaves of them.
  func around(_ index: Int) -> (places: ArraySlice<Int32>, weights: ArraySlice<Double>) {
    let range = starts[index]..<starts[index + 1]
    return (places[range], weights[range])
  }

  /// The taper from each of these points to all, `[points, n]`.
  func rows(_ points: [Int]) -> Matrix {
    var result = Matrix(rows: points.count, columns: pointCount)
    for (row, point) in points.enumerated() {
      let (places, weights) = around(point)
      for (place, weight) in zip(places, weights) { result[row, Int(place)] = weight }
    }
    return result
  }
}
