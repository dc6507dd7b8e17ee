import Distributions
import Inference
import PPL
import Plugins

extension ExtremesFigures {
  /// The moments of some quantities between the stations.
  struct Surface: Sendable {
    /// The mean and the standard deviation of the draws at each cell; for a point the value at the conditional means, and 0.
    let mean, sd: [Double]
  }

  /// The surfaces of the fields in the order of the model; nil for a model that knows its stations only.
  func fieldSurfaces() throws -> [Surface]? {
    try surfaces { draws, places in try model.maps(draws, at: places).map(\.values) }
  }

  /// The surfaces of quantities of the thinned draws (kriging).
  ///
  /// The fields are drawn given those at the stations, as in predictions: the mean of a quantity that is not linear in them, such
  /// as a scale or a return level, is not that quantity of their conditional means.
  ///
  /// - Parameter quantities: The quantities of some draws at some places, which broadcast to `[D, P]` each.
  func surfaces(
    _ quantities: @Sendable (Draws, Places) throws -> [Tensor]
  ) throws -> [Surface]? {
    guard let grid = map.grid else { return nil }
    let (coordinates, P) = (grid.coordinates, grid.cells.count)
    let key = fitted.context.key.foldIn(ExtremesKeys.places)
    let thinned = thinned
    let pieces = (thinned.count + 24) / 25
    let isPoint = isPoint
    typealias Sums = (draw: [Double], square: [Double])
    let parts: [[Sums]]
    do {
      parts = try fitted.context.pool.mapParts(of: pieces) { range in
        try range.map { piece -> [Sums] in
          let draws = thinned.range((25 * piece)..<min(25 * piece + 25, thinned.count))
          // A point has no draws; its fields between the stations are the conditional means.
          let key = isPoint ? nil : key.foldIn(UInt32(piece))
          return try quantities(draws, Places(coordinates, key: key)).map {
            let rows = $0.broadcast(to: [draws.count, P])
            return (rows.sum(along: [0]).scalars, (rows * rows).sum(along: [0]).scalars)
          }
        }
      }.flatMap(\.self)
    } catch is NoPrediction {
      return nil
    } catch is PredictionError {
      return nil
    }
    let n = Double(thinned.count)
    return parts[0].indices.map { quantity in
      func total(_ part: (Sums) -> [Double]) -> [Double] {
        parts.reduce(into: Array(repeating: 0, count: P)) { sums, piece in
          for (cell, value) in part(piece[quantity]).enumerated() { sums[cell] += value }
        }
      }
      let (draw, square) = (total(\.draw), total(\.square))
      return Surface(
        mean: draw.map { $0 / n },
        sd: zip(draw, square).map { max(0, $1 / n - $0 / n * ($0 / n)).squareRoot() })
    }
  }

  /// The sentence on surfaces in captions.
  var surfaceWords: String {
    map.grid == nil
      ? ""
      : " Between the stations: "
        + (isPoint
          ? "the conditional means of the fields (kriging)"
          : "means over \(thinned.count) draws of the fields given those at the stations (kriging)")
        + "\(map.base.land == nil ? "" : ", on land")."
  }

  /// The last sentence of captions of maps.
  var mapWords: String {
    " \(map.base.box.isPlane ? "Easting and northing in km" : "Plate carrée"); \(map.base.source)."
  }
}

extension Draws {
  /// Some consecutive draws.
  func range(_ range: Range<Int>) -> Draws {
    Draws(count: range.count, sites: names.map { ($0, self[$0].range(range)) })
  }
}

extension Tensor {
  /// Some consecutive rows.
  func range(_ rows: Range<Int>) -> Tensor { self[.range(rows)] }
}
