import LinearAlgebra

/// A localization: the table of a taper between the points of a grid.
///
/// - Complexity: O(n²) time once; memory for the pairs that the taper leaves, n² of them for one without compact support.
public struct Localization: Sendable {
  /// The number of grid points n, the dimension of states that are analysed with it.
  public let pointCount: Int
  /// The index of each point's first entry, and the number of all entries.
  private let starts: [Int]
  private let places: [Int32]
  private let weights: [Double]
  /// The error of a taper that is no covariance on this grid; nil if it is one.
  private let fault: AnalysisError?

  /// A localization by a taper between all points of a grid.
  public init(_ taper: Taper, on grid: any Grid) {
    self.init(
      taper, on: grid, centres: (0..<grid.pointCount).map { [$0] }, fault: taper.fault(on: grid))
  }

  /// A localization around blocks of points, by the mean distance from the points of a block.
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

  /// The points around one, or around a block, with the values of the taper that are not 0.
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
