import LinearAlgebra
import Preconditions

/// A homogeneous covariance: invariant under rotations of the grid, such as a function of distance.
///
/// It is the table of a function of two points, with one value for each pair of rings and difference of longitude.
public struct HomogeneousCovariance: PriorCovariance {
  private let values: [Double]
  /// The index of each point's ring in the rows and in the columns of the table, and that of the point in its ring.
  private let rowStart, columnStart, longitude: [Int]
  private let ringSize: Int
  private let rings: [Range<Int>]

  /// The covariance of a function of two points, on a grid.
  ///
  /// - Parameters:
  ///   - grid: The grid, whose `rings` say which pairs of points have one covariance.
  ///   - f: The covariance of two points, in squared units of the state.
  /// - Complexity: One call of `f` and one number for each class of pairs: points times rings, for rings of one size.
  public init(on grid: any Grid, _ f: (_ i: Int, _ j: Int) -> Double) {
    let rings = grid.rings
    let size = rings.map(\.count).max() ?? 1
    var values: [Double] = []
    values.reserveCapacity(rings.count * rings.count * size)
    for a in rings {
      for b in rings {
        for step in 0..<size {
          // Where b is one point, it is the first point of a that steps back.
          let i = b.count == 1 && a.count > 1 ? a.lowerBound + (size - step) % size : a.lowerBound
          values.append(f(i, b.count == 1 ? b.lowerBound : b.lowerBound + step))
        }
      }
    }
    var starts: (row: [Int], column: [Int], longitude: [Int]) = ([], [], [])
    for (place, ring) in rings.enumerated() {
      for step in 0..<ring.count {
        starts.row.append(place * rings.count * size)
        starts.column.append(place * size)
        starts.longitude.append(step)
      }
    }
    (self.values, ringSize, self.rings) = (values, size, rings)
    (rowStart, columnStart, longitude) = starts
  }

  public var pointCount: Int { rowStart.count }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    var result = Matrix(rows: rows.count, columns: columns.count)
    result.withMutableScalars { merge(into: &$0, rows: rows, columns: columns) { $1 } }
    return result
  }

  public func rows(at points: [Int]) -> Matrix {
    var result = Matrix(rows: points.count, columns: pointCount, repeating: 1)
    result.withMutableScalars { multiply(rows: points, of: &$0, scaledBy: 1) }
    return result
  }

  public func observationCovariance(at points: [Int]) -> Matrix {
    var result = Matrix(rows: points.count, columns: points.count)
    result.withMutableScalars { mergeLower(into: &$0, points: points) { $1 } }
    return result
  }

  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    (0..<pointCount).map { i in
      var sum = 0.0
      forEachNonZero(row: i, points: points) { sum += $1 * weights[$0] }
      return sum
    }
  }

  /// Calls `body` with the index of each of these points and its covariance with `row`, where that is not 0.
  @inline(__always)
  func forEachNonZero(
    row: Int, points: [Int], _ body: (_ place: Int, _ value: Double) -> Void
  ) {
    let (start, first) = (rowStart[row], longitude[row])
    for (place, point) in points.enumerated() {
      var step = longitude[point] - first
      if step < 0 { step += ringSize }
      let value = values[start + columnStart[point] + step]
      if value != 0 { body(place, value) }
    }
  }

  /// Multiplies the entries of these rows, `[rows, n]`, by `scale` times the covariances of the row's point with all others.
  func multiply(rows: [Int], of entries: inout MutableSpan<Double>, scaledBy scale: Double) {
    let (n, values) = (rowStart.count, self.values.span)
    require(
      entries.count == rows.count * n,
      "HomogeneousCovariance: \(entries.count) entries for \(rows.count) rows and \(n) columns.")
    for (k, row) in rows.enumerated() {
      let (start, first) = (rowStart[row], longitude[row])
      for ring in rings {
        let entry = k * n + ring.lowerBound
        let place = start + columnStart[ring.lowerBound] - first
        // Points at longitudes below that of the row lie one turn ahead.
        let turn = min(first, ring.count)
        for step in 0..<turn { entries[entry + step] *= scale * values[place + ringSize + step] }
        for step in turn..<ring.count { entries[entry + step] *= scale * values[place + step] }
      }
    }
  }

  /// Replaces each entry, `[rows, columns]`, by `combine` of it and the covariance of its row's and column's points.
  func merge(
    into entries: inout MutableSpan<Double>, rows: [Int], columns: [Int],
    _ combine: (Double, Double) -> Double
  ) {
    merge(into: &entries, rows: rows, columns: columns, isLower: false, combine)
  }

  /// Replaces the entries of the lower triangle of a matrix with these points in rows and columns, as `merge` does.
  func mergeLower(
    into entries: inout MutableSpan<Double>, points: [Int], _ combine: (Double, Double) -> Double
  ) {
    merge(into: &entries, rows: points, columns: points, isLower: true, combine)
  }

  @inline(__always)
  private func merge(
    into entries: inout MutableSpan<Double>, rows: [Int], columns: [Int], isLower: Bool,
    _ combine: (Double, Double) -> Double
  ) {
    require(
      entries.count == rows.count * columns.count,
      "HomogeneousCovariance: \(entries.count) entries for \(rows.count) rows and \(columns.count) columns."
    )
    let places = columns.map { (start: columnStart[$0], longitude: longitude[$0]) }
    for (i, row) in rows.enumerated() {
      let (start, longitude, first) = (rowStart[row], longitude[row], i * columns.count)
      for j in 0..<(isLower ? i + 1 : columns.count) {
        let place = places[j]
        var step = place.longitude - longitude
        if step < 0 { step += ringSize }
        entries[first + j] = combine(entries[first + j], values[start + place.start + step])
      }
    }
  }
}
