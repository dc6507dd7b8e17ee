import Assimilation
import Foundation
import LinearAlgebra
import NetCDF
import PPL
import Runs
import Tables

/// Observations of a field at any places of its grid, in the unit of the field: `y = H x + errors`.
///
/// A row of H interpolates bilinearly between the points around the place, linearly on a circle and a line.
struct GriddedObservations {
  /// The places, in the coordinates of the grid.
  let places: [[Double]]
  let values, variances: [Double]
  /// The rows of H.
  let rows: [[EnsembleGrid.PointWeight]]
  /// The conversions of units that were made, in words.
  let conversions: [String]

  var count: Int { places.count }

  /// The number of places that differ.
  var placeCount: Int { Set(places).count }

  /// The values of a field at the places, H x.
  func values(of field: [Double]) -> [Double] {
    Self.values(of: field, rows)
  }

  /// The products of rows of H with a field.
  private static func values(
    of field: [Double], _ rows: [[EnsembleGrid.PointWeight]]
  ) -> [Double] {
    rows.map { $0.reduce(0) { $0 + $1.weight * field[$1.point] } }
  }

  /// The analysis of a control and its members with the prior covariance W Wᵀ.
  ///
  /// The state is extended by its values at the places between grid points, and W by the rows H W, so that each observation is
  /// one of a point of the extended state: H B Hᵀ and B Hᵀ are blocks of the extended covariance.
  ///
  /// - Parameters:
  ///   - background: The control, `[n]`.
  ///   - members: The members about the control, `[N, n]`.
  ///   - squareRoot: The square root W of the prior covariance, `[n, m]`.
  ///   - key: The random key of the perturbations of the observations.
  /// - Throws: As `ControlFilter.analyse`.
  func analysis(
    of background: [Double], members: Matrix, squareRoot W: Matrix, key: RandomKey
  ) throws -> (control: [Double], members: Matrix, chiSquare: Double?) {
    let n = background.count
    let between = rows.filter { $0.count > 1 }
    var next = n
    let points = rows.map { row in
      if row.count == 1 { return row[0].point }
      next += 1
      return next - 1
    }
    let extra = between.flatMap { row in
      var sum = [Double](repeating: 0, count: W.columns)
      for own in row {
        for (k, w) in W.row(own.point).enumerated() { sum[k] += own.weight * w }
      }
      return sum
    }
    let extended = Matrix(
      rows: n + between.count, columns: W.columns, W.scalars + extra)
    func extending(_ field: [Double]) -> [Double] {
      field + Self.values(of: field, between)
    }
    let filter = ControlFilter(
      "LSEF", prior: SquareRootCovariance(extended), members: members.rows)
    var state = FilterState(
      estimate: extending(background),
      ensemble: Matrix(
        rows: members.rows, columns: n + between.count,
        (0..<members.rows).flatMap { extending(Array(members.row($0))) }))
    let innovations = try filter.analyse(
      &state, Observations(points: points, values: values, variances: variances), key: key)
    return (
      Array(state.estimate.prefix(n)),
      (state.ensemble ?? members).taking(columns: Array(0..<n)), innovations?.chiSquare
    )
  }
}

// MARK: - Reading

extension GriddedObservations {
  /// Reads observations; a file that ends in `.csv` as a table, any other as NetCDF.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - grid: The grid of the field.
  ///   - unit: The unit of the field; nil if it is not known, so that values are not converted.
  ///   - variable: The name of the field, which may be that of the observed values.
  /// - Throws: `DataError` for a file that cannot be read, a place outside of the grid, or an error variance that is not
  ///   positive; `ToolFailure.units` for a unit of another quantity.
  init(_ path: String, on grid: EnsembleGrid, unit: String?, variable: String) throws {
    let raw =
      path.lowercased().hasSuffix(".csv")
      ? try RawObservations(csv: path, grid) : try RawObservations(netCDF: path, grid, variable)
    guard raw.count > 0 else {
      throw DataError(file: path, found: "there is no observation", remedy: "give at least one")
    }
    var rows: [[EnsembleGrid.PointWeight]] = []
    var (values, variances) = (raw.values, raw.variances)
    var conversions: [String] = []
    for k in 0..<raw.count {
      let place = raw.places[k]
      guard let row = grid.weights(at: place) else {
        let words = zip(grid.coordinates, place).map { "the \($0.name) is \($1)" }
        throw raw.error(
          k, found: words.joined(separator: " and "),
          remedy: "give \(grid.extent), or leave the observation out")
      }
      rows.append(row)
      guard variances[k] > 0, variances[k].isFinite else {
        throw raw.error(
          k, found: "the variance of the error is \(variances[k])",
          remedy: "give a positive variance, in the squared unit of the value")
      }
      guard values[k].isFinite else {
        throw raw.error(
          k, found: "the value is missing or not finite", remedy: "leave the observation out")
      }
      guard let unit, let own = raw.units[k], own != unit else { continue }
      let change = try Self.conversion(own, to: unit, flag: "--observations")
      values[k] = change.factor * values[k] + change.offset
      variances[k] *= change.factor * change.factor
      if !conversions.contains(change.words) { conversions.append(change.words) }
    }
    (places, self.values, self.variances) = (raw.places, values, variances)
    (self.rows, self.conversions) = (rows, conversions)
  }

  /// The conversion from a unit to that of the ensemble.
  ///
  /// - Throws: `ToolFailure.units` for units of different quantities.
  static func conversion(
    _ unit: String, to other: String, flag: String
  ) throws(ToolFailure) -> (factor: Double, offset: Double, words: String) {
    let own = FieldUnit(unit)
    guard let change = own.conversion(to: FieldUnit(other)) else {
      throw .units(flag: flag, unit: unit, other: "--ensemble", otherUnit: other)
    }
    let sum = change.offset == 0 ? "" : String(format: " plus %.6g", change.offset)
    let words = String(format: "times %.6g", change.factor)
    return (
      change.factor, change.offset,
      "\(flag) is converted from \(unit) to \(other), \(words)\(sum)"
    )
  }
}

/// Observations as a file has them.
private struct RawObservations {
  var places: [[Double]] = []
  var values: [Double] = []
  var variances: [Double] = []
  var units: [String?] = []
  /// The file, and the table that names lines; nil for NetCDF.
  let path: String
  var table: CSVTable?

  var count: Int { values.count }

  /// The error of an observation.
  func error(_ k: Int, found: String, remedy: String) -> DataError {
    guard let table else {
      return DataError(file: path, found: "observation \(k + 1): \(found)", remedy: remedy)
    }
    return DataError(
      file: path, line: table.line(ofRow: k), found: found, remedy: remedy)
  }

  private static let latitudes = ["latitude", "lat"]
  private static let longitudes = ["longitude", "lon"]

  /// The names of the columns of a place.
  private static func coordinates(_ grid: EnsembleGrid) -> [[String]] {
    grid.kind == .sphere
      ? [latitudes, longitudes]
      : [[grid.coordinates[0].name, "x", "position"] + longitudes]
  }

  // MARK: CSV

  init(csv path: String, _ grid: EnsembleGrid) throws(DataError) {
    let table = try CSVTable(contentsOf: URL(filePath: path))
    (self.path, self.table) = (path, table)
    var columns: [CSVTable.Column] = []
    for names in Self.coordinates(grid) {
      guard let column = table.column(anyOf: names) else {
        columns.append(try table.requireColumn(names[0]))
        continue
      }
      columns.append(column)
    }
    let value = try table.requireColumn("value")
    let error = table.column("standard_error")
    let variance = error == nil ? try table.requireColumn("variance") : table.column("variance")
    let unit = table.column("unit")
    for row in table.rows {
      var place: [Double] = []
      for column in columns { place.append(try table.double(row, column)) }
      places.append(place)
      values.append(try table.double(row, value))
      if let variance {
        variances.append(try table.double(row, variance))
      } else if let error {
        let deviation = try table.double(row, error)
        variances.append(deviation < 0 ? deviation : deviation * deviation)
      }
      units.append(unit.map { table.text(row, $0) }.flatMap { $0.isEmpty ? nil : $0 })
    }
  }

  // MARK: NetCDF

  init(netCDF path: String, _ grid: EnsembleGrid, _ field: String) throws(DataError) {
    self.path = path
    do throws(NetCDFError) {
      try read(NetCDFFile(reading: path), grid, field)
    } catch {
      throw DataError(error)
    }
  }

  private mutating func read(
    _ file: NetCDFFile, _ grid: EnsembleGrid, _ field: String
  ) throws(NetCDFError) {
    func found(_ names: [String], standard: String?) -> NetCDFVariable? {
      file.variables.first { $0.attributes.text("standard_name") == standard && standard != nil }
        ?? file.variables.first { names.contains($0.name.lowercased()) }
    }
    func need(_ names: [String], standard: String?, _ what: String) throws(NetCDFError)
      -> NetCDFVariable
    {
      guard let variable = found(names, standard: standard) else {
        throw NetCDFError(
          file: file.path, found: "there is no variable of the \(what)",
          remedy: "give one of the name \"\(names[0])\"")
      }
      return variable
    }
    let isSphere = grid.kind == .sphere
    let coordinates = try Self.coordinates(grid).enumerated().map { k, names throws(NetCDFError) in
      try need(
        names.map { $0.lowercased() }, standard: isSphere ? ["latitude", "longitude"][k] : nil,
        grid.coordinates[k].name)
    }
    let value = try need(["value", field.lowercased()], standard: nil, "values")
    let error = found(["standard_error"], standard: nil)
    let variance = error == nil ? try need(["variance"], standard: nil, "error variance") : nil
    let spread = error ?? variance ?? value
    for other in coordinates + [spread] where other.shape != value.shape {
      throw NetCDFError(
        file: file.path, variable: other.name,
        found: "it has the shape \(other.shape), and \"\(value.name)\" \(value.shape)",
        remedy: "give all variables over the observations")
    }
    var numbers: [[Double]] = []
    for variable in coordinates { numbers.append(try file.numbers(variable.name)) }
    values = try file.numbers(value.name)
    var spreads = try file.numbers(spread.name)
    if let unit = spread.units, let own = value.units {
      let base = error == nil ? FieldUnit(own).squared : FieldUnit(own).ofDifferences
      guard let change = FieldUnit(unit).ofDifferences.conversion(to: base) else {
        throw NetCDFError(
          file: file.path, variable: spread.name,
          found: "its unit is \"\(unit)\", and that of \"\(value.name)\" is \"\(own)\"",
          remedy: error == nil
            ? "give the variance in the squared unit of the values" : "give both in one unit")
      }
      for k in spreads.indices { spreads[k] *= change.factor }
    }
    variances = error == nil ? spreads : spreads.map { $0 < 0 ? $0 : $0 * $0 }
    places = values.indices.map { k in numbers.map { $0[k] } }
    units = values.map { _ in value.units }
  }
}
