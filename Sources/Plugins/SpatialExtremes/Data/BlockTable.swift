import PPL
import Tables

/// The values of each station-year as a table has them, before stations and years are selected.
struct BlockTable {
  struct Key: Hashable {
    var station: String
    var year: Int
  }

  /// The values in descending order, or the exceedances.
  private(set) var values: [Key: [Double]] = [:]
  /// The maximum of each station-year.
  private(set) var maxima: [Key: Double] = [:]
  /// The observed years of each station-year.
  private(set) var coverage: [Key: Double] = [:]
  /// The threshold of each station.
  private(set) var thresholds: [String: Double] = [:]
  private let file: String

  /// The maxima as a table in long form.
  func maximaTable() throws(DataError) -> CSVTable {
    var csv = CSVWriter(header: ["station", "year", "value"])
    for (key, value) in maxima.sorted(by: {
      ($0.key.station, $0.key.year) < ($1.key.station, $1.key.year)
    }) {
      csv.append([.text(key.station), .integer(key.year), .number(value)])
    }
    return try CSVTable(parsing: csv.text, file: file)
  }

  /// The values of the selected stations and years.
  func blocks(_ stations: [String], _ years: [Int]) -> BlockValues {
    let keys = stations.flatMap { station in years.map { Key(station: station, year: $0) } }
    return BlockValues(
      values: keys.map { values[$0] ?? [] }, coverage: keys.map { coverage[$0] ?? 0 },
      thresholds: stations.compactMap { thresholds[$0] })
  }

  // MARK: The largest values

  /// The r largest values of each station-year: one row with columns `value1`, `value2`, …, or a row for each value.
  init(_ table: CSVTable, largest r: Int, _ stations: StationList) throws(DataError) {
    file = table.file
    let station = try table.requireColumn("station", "station_id", "id")
    let year = try table.requireColumn("year")
    let numbered = (1...r).compactMap { k in
      table.header.first { $0.name.wholeMatch(of: /[A-Za-z]+_?(\d+)(_.*)?/)?.1 == "\(k)" }
    }
    let single = table.column("tmax", "txx_c", "value", "max")
    if numbered.count < r, single == nil {
      throw table.error(
        found: numbered.isEmpty
          ? "there is no column with the values"
          : "there are \(numbered.count) columns of numbered values, but --largest is \(r)",
        remedy: "give columns value1 to value\(r), or a row for each value with a column \"value\"")
    }
    let columns = single.map { [$0] } ?? numbered
    for row in table.rows {
      let key = Key(
        station: try Self.station(table, row, station, stations), year: try table.year(row, year))
      for column in columns {
        if let value = try table.optionalDouble(row, column) {
          values[key, default: []].append(value)
        }
      }
    }
    for (key, all) in values {
      values[key] = Array(all.sorted(by: >).prefix(r))
      (maxima[key], coverage[key]) = (all.max(), 1)
    }
  }

  static func station(
    _ table: CSVTable, _ row: Int, _ column: CSVTable.Column, _ stations: StationList
  ) throws(DataError) -> String {
    let id = table.text(row, column)
    guard stations.index(of: id) == nil else { return id }
    let unknown = stations.unknown(id)
    throw table.error(row, column, found: unknown.found, remedy: unknown.remedy)
  }

  // MARK: Exceedances

  /// The exceedances of a threshold in a table of dated values, `station`, `date` (as 1985-07-31) and `value`.
  ///
  /// The days with a value are the observed time, 365.25 a year. Peaks of clusters are those of the days in order, of which one
  /// without a value does not exceed the threshold.
  init(
    _ table: CSVTable, _ threshold: ThresholdChoice, runLength: Int?, _ stations: StationList
  ) throws(DataError) {
    file = table.file
    for (id, series) in try DatedSeries.read(table, stations) {
      for (day, value) in series.values {
        let key = Key(station: id, year: CalendarDay(day).year)
        coverage[key, default: 0] += 1 / 365.25
        maxima[key] = max(maxima[key] ?? value, value)
      }
      let u =
        switch threshold {
        case .number(let number): number
        case .quantile(let level):
          quantile(ofSorted: series.values.values.sorted(), at: level)
        }
      thresholds[id] = u
      let peaks = try series.exceedances(of: u, runLength: runLength)
      guard peaks.count >= Self.fewest else {
        throw table.error(
          found: "station \"\(id)\" has \(peaks.count) exceedances of \(u)",
          remedy: "choose a lower --threshold, so that each station has at least \(Self.fewest)")
      }
      for peak in peaks {
        values[Key(station: id, year: CalendarDay(peak.day).year), default: []].append(peak.value)
      }
    }
  }

  /// The least number of exceedances of a station.
  private static let fewest = 5
}
