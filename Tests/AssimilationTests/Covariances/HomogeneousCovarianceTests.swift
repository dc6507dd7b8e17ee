import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

struct HomogeneousCovarianceTests {
  /// Points that nothing carries into each other.
  private struct Scattered: Grid {
    let places = [0.0, 1, 1.5, 4, 9]
    var pointCount: Int { places.count }
    var cellAreas: [Double] { places.map { _ in 1 } }
    func distance(_ i: Int, _ j: Int) -> Double { abs(places[i] - places[j]) }
  }

  /// Two poles, and rings of six between them: a point of a ring and a pole are as far apart wherever the point is.
  private struct Barrel: Grid {
    let pointCount = 20
    var cellAreas: [Double] { Array(repeating: 1, count: pointCount) }
    var rings: [Range<Int>] { [0..<1, 1..<7, 7..<13, 13..<19, 19..<20] }
    private func place(_ i: Int) -> (x: Double, y: Double, z: Double) {
      let ring = rings.firstIndex { $0.contains(i) } ?? 0
      let radius = rings[ring].count == 1 ? 0.0 : 1
      let angle = 2 * .pi * Double(i - rings[ring].lowerBound) / 6
      return (radius * cos(angle), radius * sin(angle), Double(ring))
    }
    func distance(_ i: Int, _ j: Int) -> Double {
      let (a, b) = (place(i), place(j))
      let (dx, dy, dz) = (a.x - b.x, a.y - b.y, a.z - b.z)
      return (dx * dx + dy * dy + dz * dz).squareRoot()
    }
  }

  private static let grids: [any Grid] = [
    Ring(points: 1), Ring(points: 7), Ring(points: 8, metric: .chord(radius: 2)), Scattered(),
    Barrel(),
  ]

  @Test(arguments: grids.indices)
  func entriesAreThoseOfTheFunctionItself(_ place: Int) {
    let grid = Self.grids[place]
    // Not the same from i to j as from j to i, but for rotations: the rings are told apart.
    let ring = grid.rings.enumerated().flatMap { ring, points in points.map { _ in Double(ring) } }
    let f = { (i: Int, j: Int) in (1 + ring[i]) * exp(-grid.distance(i, j)) + ring[j] }
    let table = HomogeneousCovariance(on: grid, f)
    let (rows, columns) = (Array(0..<grid.pointCount), Array((0..<grid.pointCount).reversed()))
    var entries = Matrix(rows: rows.count, columns: columns.count, repeating: 3)
    entries.withMutableScalars {
      table.merge(into: &$0, rows: rows, columns: columns) { 10 * $0 + $1 }
    }
    let expected = rows.flatMap { i in columns.map { j in 30 + f(i, j) } }
    // Distances of rotated pairs differ by rounding.
    expectClose(entries.scalars, expected, relative: 1e-13)
  }

  @Test(arguments: grids.indices)
  func wholeRowsAreMultipliedByTheFunctionItself(_ place: Int) {
    let grid = Self.grids[place]
    let table = HomogeneousCovariance(on: grid) { exp(-grid.distance($0, $1)) }
    let (n, rows) = (grid.pointCount, Array((0..<grid.pointCount).reversed()))
    var entries = Matrix(rows: n, columns: n, repeating: 3)
    entries.withMutableScalars { table.multiply(rows: rows, of: &$0, scaledBy: 2) }
    let expected = rows.flatMap { i in (0..<n).map { 6 * exp(-grid.distance(i, $0)) } }
    // Distances of rotated pairs differ by rounding.
    expectClose(entries.scalars, expected, relative: 1e-13)
  }

  @Test func theUpperTriangleIsLeftAsItWas() {
    let ring = Ring(points: 6)
    let table = HomogeneousCovariance(on: ring) { ring.distance($0, $1) }
    let points = [5, 1, 2]
    var entries = Matrix(rows: 3, columns: 3, repeating: 2)
    entries.withMutableScalars { table.mergeLower(into: &$0, points: points, *) }
    #expect(entries.scalars == [0, 2, 2, 4, 0, 2, 6, 2, 0])
  }

  @Test func theFunctionIsCalledOncePerClassOfPairs() {
    var calls = 0
    _ = HomogeneousCovariance(on: Ring(points: 50)) { _, _ in
      calls += 1
      return 0
    }
    #expect(calls == 50)
  }

  @Test func entriesOfAnotherSizeAreRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var entries = Matrix(rows: 2, columns: 2)
      let table = HomogeneousCovariance(on: Ring(points: 4)) { _, _ in 1 }
      entries.withMutableScalars { table.merge(into: &$0, rows: [0], columns: [1], *) }
    }
    expectMessage("HomogeneousCovariance: 4 entries for 1 rows and 1 columns.", of: exit)
  }
}
