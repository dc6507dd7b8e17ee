import Foundation
import Tables

/// The elevations of the cells of a table, of which the nearest one counts.
struct ElevationTable {
  private let path: String
  private let cells: [(longitude: Double, latitude: Double, elevation: Double)]

  /// Reads columns `lon`, `lat` and `elevation_m`; cells without an elevation are passed over.
  ///
  /// - Throws: `DataError` for a table without them.
  init(contentsOf path: String) throws(DataError) {
    let table = try CSVTable(contentsOf: URL(filePath: path))
    let longitude = try table.requireColumn("lon", "lon_deg", "longitude")
    let latitude = try table.requireColumn("lat", "lat_deg", "latitude")
    let elevation = try table.requireColumn("elevation_m", "elevation")
    var cells: [(longitude: Double, latitude: Double, elevation: Double)] = []
    for row in table.rows {
      guard let value = try table.optionalDouble(row, elevation) else { continue }
      cells.append((try table.double(row, longitude), try table.double(row, latitude), value))
    }
    (self.path, self.cells) = (path, cells)
  }

  /// The elevation of the cell that is nearest to a place, metres.
  ///
  /// - Throws: `DataError` where no cell is within a degree.
  func elevation(longitude: Double, latitude: Double) throws(DataError) -> Double {
    let shrinking = cos(latitude * .pi / 180)
    var nearest = (distance: 1.0, elevation: Double?.none)
    for cell in cells {
      let apart = (cell.longitude - longitude).remainder(dividingBy: 360)
      let (x, y) = (apart * shrinking, cell.latitude - latitude)
      let distance = x * x + y * y
      if distance < nearest.distance { nearest = (distance, cell.elevation) }
    }
    guard let found = nearest.elevation else {
      throw DataError(
        file: path,
        found: "no cell is within a degree of longitude \(longitude), latitude \(latitude)",
        remedy: "give a table that covers the places, or a --mask without this one")
    }
    return found
  }
}
