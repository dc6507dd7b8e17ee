import Plotting

/// A box of a map, in degrees, or in km on a plane; an east in degrees may be beyond 180 where stations lie on both sides of the
/// date line.
struct MapBox: Sendable, Equatable {
  let west, east, south, north: Double
  /// Whether the box is of eastings and northings in km.
  private(set) var isPlane = false

  /// The box of some places, widened by a margin on each side; of at least 2 margins in width and height.
  init(longitudes: [Double], latitudes: [Double], margin: Double = 1) {
    (west, east) = ((longitudes.min() ?? 0) - margin, (longitudes.max() ?? 0) + margin)
    (south, north) = (
      max(-90, (latitudes.min() ?? 0) - margin), min(90, (latitudes.max() ?? 0) + margin)
    )
  }

  /// The box of some places on a plane, km, widened by a twentieth of its larger side, and by at least 1 km, on each side.
  init(eastings: [Double], northings: [Double]) {
    let (low, high) = (
      SIMD2(eastings.min() ?? 0, northings.min() ?? 0),
      SIMD2(eastings.max() ?? 0, northings.max() ?? 0)
    )
    let margin = max(1, (high - low).max() / 20)
    self.init(
      west: low.x - margin, east: high.x + margin, south: low.y - margin, north: high.y + margin)
    isPlane = true
  }

  init(west: Double, east: Double, south: Double, north: Double) {
    (self.west, self.east, self.south, self.north) = (west, east, south, north)
  }

  /// The larger of width and height, degrees or km.
  var extent: Double { max(east - west, north - south) }

  func contains(_ point: SIMD2<Double>) -> Bool {
    point.x >= west && point.x <= east && point.y >= south && point.y <= north
  }

  /// The parts of a line inside the box.
  ///
  /// - Reference: Liang and Barsky (1984), *A new concept and method for line clipping*, ACM Trans. Graph. 3(1).
  func clipped(line: [SIMD2<Double>]) -> [[SIMD2<Double>]] {
    var (parts, part) = ([[SIMD2<Double>]](), [SIMD2<Double>]())
    for (a, b) in zip(line, line.dropFirst()) {
      guard let (start, end) = clipped(a, b) else {
        if !part.isEmpty { parts.append(part) }
        part = []
        continue
      }
      if part.last != start {
        if !part.isEmpty { parts.append(part) }
        part = [start]
      }
      part.append(end)
    }
    if !part.isEmpty { parts.append(part) }
    return parts
  }

  private func clipped(
    _ a: SIMD2<Double>, _ b: SIMD2<Double>
  ) -> (SIMD2<Double>, SIMD2<Double>)? {
    let step = b - a
    var (first, last) = (0.0, 1.0)
    for (direction, room) in [
      (-step.x, a.x - west), (step.x, east - a.x), (-step.y, a.y - south), (step.y, north - a.y),
    ] {
      if direction == 0 {
        if room < 0 { return nil }
      } else if direction < 0 {
        first = max(first, room / direction)
      } else {
        last = min(last, room / direction)
      }
    }
    return first > last
      ? nil : (first == 0 ? a : a + first * step, last == 1 ? b : a + last * step)
  }

  /// The part of a polygon inside the box; empty if there is none.
  ///
  /// A polygon that leaves the box several times gets edges along its border, which a filled polygon does not show.
  ///
  /// - Reference: Sutherland and Hodgman (1974), *Reentrant polygon clipping*, Comm. ACM 17(1).
  func clipped(ring: [SIMD2<Double>]) -> [SIMD2<Double>] {
    let edges: [(axis: Int, bound: Double, sign: Double)] = [
      (0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1),
    ]
    return edges.reduce(ring) { ring, edge in
      guard var previous = ring.last else { return [] }
      var kept: [SIMD2<Double>] = []
      func depth(_ point: SIMD2<Double>) -> Double { edge.sign * (point[edge.axis] - edge.bound) }
      for point in ring {
        let (before, now) = (depth(previous), depth(point))
        if (before >= 0) != (now >= 0) {
          kept.append(previous + before / (before - now) * (point - previous))
        }
        if now >= 0 { kept.append(point) }
        previous = point
      }
      return kept
    }
  }
}
