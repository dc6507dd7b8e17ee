import Foundation
import LinearAlgebra
import NetCDF
import Runs
import Tables

/// Fields over members and times, read from NetCDF of the CF conventions or from CSV.
struct EnsembleFile: Sendable {
  let path: String
  let grid: EnsembleGrid
  /// The name of the variable, and its unit where the file states one.
  let variable: String
  let unit: String?
  /// The fields of each time, `[N, n]`; one row where the file has no members.
  let fields: [Matrix]

  /// Reads a file; one that ends in `.csv` as a tidy table, any other as NetCDF.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - variable: The name of the variable or the column; the only one if nil.
  ///   - flag: The flag that names the file, for messages.
  /// - Throws: `DataError` for a file that cannot be read, another grid, or a missing value.
  init(_ path: String, variable: String?, flag: String) throws(DataError) {
    let raw =
      path.lowercased().hasSuffix(".csv")
      ? try RawFields(csv: path, variable) : try RawFields(netCDF: path, variable)
    self.path = path
    (self.variable, unit) = (raw.variable, raw.unit)
    let grid = try raw.grid(path)
    self.grid = grid
    let cells = raw.axes.reduce(1) { $0 * $1.values.count }
    if let k = raw.values.firstIndex(where: { !$0.isFinite }) {
      let (row, cell) = (k / cells, k % cells)
      let point = grid.sources.firstIndex { $0.contains(cell) } ?? 0
      let place = zip(grid.coordinates, grid.places[point]).map { "\($0.name) \($1)" }
      throw DataError(
        flag: flag, file: path,
        found:
          "\"\(raw.variable)\" is missing or not finite for member \(row % raw.members + 1) at "
          + place.joined(separator: ", "),
        remedy: "fill the gap, or leave the member out")
    }
    fields = (0..<raw.times).map { time in
      Matrix(
        rows: raw.members, columns: grid.sources.count,
        (0..<raw.members).flatMap { member in
          let start = (time * raw.members + member) * cells
          return grid.sources.map { copies in
            copies.reduce(0) { $0 + raw.values[start + $1] } / Double(copies.count)
          }
        })
    }
  }

  /// The fields of the only time, `[N, n]`.
  ///
  /// - Throws: `DataError` for a file of several times.
  func only(_ flag: String) throws(DataError) -> Matrix {
    guard fields.count == 1 else {
      throw DataError(
        flag: flag, file: path, found: "there are \(fields.count) times",
        remedy: "give a file of one time; \"ppl lsef train --archive\" reads several")
    }
    return fields[0]
  }

  /// The members of the only time, at least two.
  func ensemble(_ flag: String) throws(DataError) -> Matrix {
    let members = try only(flag)
    guard members.rows >= 2 else {
      throw DataError(
        flag: flag, file: path, found: "there is one member, which has no spread",
        remedy: "give at least 2, over a dimension or column such as \"member\"")
    }
    return members
  }
}

/// The values of a file in the order time, member, and then the axes of its grid.
private struct RawFields {
  var axes: [(name: String, unit: String?, values: [Double])]
  var variable: String
  var unit: String?
  var times, members: Int
  var values: [Double]

  private static let memberNames = ["member", "realization", "number", "ensemble", "ens"]
  private static let latitudeNames = ["lat", "latitude"]
  private static let longitudeNames = ["lon", "longitude"]

  func grid(_ path: String) throws(DataError) -> EnsembleGrid {
    axes.count == 2
      ? try .sphere(latitudes: axes[0].values, longitudes: axes[1].values, file: path)
      : try .ring(axes[0].values, name: axes[0].name, unit: axes[0].unit, file: path)
  }

  // MARK: NetCDF

  init(netCDF path: String, _ name: String?) throws(DataError) {
    do throws(NetCDFError) {
      let file = try NetCDFFile(reading: path)
      self = try RawFields(file, try Self.variable(name, in: file))
    } catch {
      throw DataError(error)
    }
  }

  private static func variable(
    _ name: String?, in file: NetCDFFile
  ) throws(NetCDFError) -> NetCDFVariable {
    if let name, let found = file.variable(name) { return found }
    let axes = Set(file.dimensions.map(\.name))
    let fields = file.variables.filter {
      $0.storage.isNumeric && !$0.shape.isEmpty && !axes.contains($0.name)
        && $0.attributes.text("bounds") == nil && !$0.name.hasSuffix("_bnds")
    }
    guard name == nil, fields.count == 1 else {
      throw NetCDFError(
        file: file.path,
        found: name.map { "there is no variable \"\($0)\"" }
          ?? "there are \(fields.count) variables with values",
        remedy: "give --variable, one of \(fields.map(\.name).joined(separator: ", "))")
    }
    return fields[0]
  }

  private init(_ file: NetCDFFile, _ variable: NetCDFVariable) throws(NetCDFError) {
    enum Role: Int { case time, member, latitude, ring }
    var roles: [Role?] = []
    for (name, length) in zip(variable.dimensions, variable.shape) {
      let own = file.variable(name)
      let (standard, unit) = (own?.attributes.text("standard_name"), own?.units)
      let lower = name.lowercased()
      if lower == "time" || unit?.contains(" since ") == true {
        roles.append(.time)
      } else if standard == "realization" || Self.memberNames.contains(lower) {
        roles.append(.member)
      } else if standard == "latitude" || Self.latitudeNames.contains(lower) {
        roles.append(.latitude)
      } else if own != nil && length > 1 {
        roles.append(.ring)
      } else if length == 1 {
        roles.append(nil)
      } else {
        throw NetCDFError(
          file: file.path, variable: variable.name,
          found: "the dimension \"\(name)\" has no coordinate, and is none of members",
          remedy: "give it a coordinate variable, or the name \"member\"")
      }
    }
    let shape = variable.shape
    var strides = Array(repeating: 1, count: shape.count)
    for k in shape.indices.dropLast().reversed() { strides[k] = strides[k + 1] * shape[k + 1] }
    func dimension(_ role: Role) -> Int? { roles.firstIndex { $0 == role } }
    guard let ring = dimension(.ring), roles.count(where: { $0 == .ring }) == 1,
      roles.count(where: { $0 == .latitude }) <= 1, roles.count(where: { $0 == .member }) <= 1
    else {
      throw NetCDFError(
        file: file.path, variable: variable.name,
        found: "its dimensions are \(variable.dimensions.joined(separator: ", "))",
        remedy: "give fields over latitude and longitude, or over one coordinate, and over members")
    }
    let order = [dimension(.time), dimension(.member), dimension(.latitude), ring]
    let sizes = order.map { $0.map { shape[$0] } ?? 1 }
    let steps = order.map { $0.map { strides[$0] } ?? 0 }
    let all = try file.numbers(variable.name)
    values = []
    values.reserveCapacity(all.count)
    for t in 0..<sizes[0] {
      for m in 0..<sizes[1] {
        for i in 0..<sizes[2] {
          let start = t * steps[0] + m * steps[1] + i * steps[2]
          for j in 0..<sizes[3] { values.append(all[start + j * steps[3]]) }
        }
      }
    }
    (times, members, self.variable, unit) = (sizes[0], sizes[1], variable.name, variable.units)
    axes = []
    for k in [dimension(.latitude), ring].compactMap(\.self) {
      let name = variable.dimensions[k]
      axes.append((name, file.variable(name)?.units, try file.numbers(name)))
    }
  }

  // MARK: CSV

  init(csv path: String, _ name: String?) throws(DataError) {
    let table = try CSVTable(contentsOf: URL(filePath: path))
    let value = try table.requireColumn(name ?? "value")
    let latitude = table.column(anyOf: Self.latitudeNames)
    let longitude = table.column(anyOf: Self.longitudeNames)
    var columns = [latitude, longitude].compactMap(\.self)
    if columns.isEmpty { columns = [try table.requireColumn("x", "position")] }
    let (time, member) = (table.column("time"), table.column(anyOf: Self.memberNames))
    let unitColumn = table.column("unit")
    var rows: [(key: [Double], row: Int)] = []
    for row in table.rows {
      var key: [Double] = []
      for column in [time, member] {
        if let column { key.append(try table.double(row, column)) } else { key.append(0) }
      }
      for column in columns { key.append(try table.double(row, column)) }
      rows.append((key, row))
    }
    rows.sort { $0.key.lexicographicallyPrecedes($1.key) }
    func distinct(_ k: Int) -> [Double] { Array(Set(rows.map { $0.key[k] })).sorted() }
    let axisValues = columns.indices.map { distinct(2 + $0) }
    (times, members) = (distinct(0).count, distinct(1).count)
    let expected = axisValues.reduce(times * members) { $0 * $1.count }
    guard !rows.isEmpty, rows.count == expected, Set(rows.map(\.key)).count == expected else {
      throw DataError(
        file: path,
        found: "there are \(rows.count) rows, but \(expected) places of times, members and points",
        remedy: "give one row for each member and point of the grid")
    }
    variable = value.name
    let ringUnit = longitude != nil ? "degrees_east" : nil
    axes = zip(columns, axisValues).map {
      ($0.name, $0 == latitude ? "degrees_north" : ringUnit, $1)
    }
    values = []
    for (_, row) in rows { values.append(try table.optionalDouble(row, value) ?? .nan) }
    unit = unitColumn.map { table.text(rows[0].row, $0) }
    if let unitColumn, let odd = rows.first(where: { table.text($0.row, unitColumn) != unit }) {
      throw table.error(
        odd.row, unitColumn, found: "the unit differs from \"\(unit ?? "")\" above",
        remedy: "give all values in one unit")
    }
  }
}
