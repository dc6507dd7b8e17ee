import Tables

/// The values of a station by day.
struct DatedSeries {
  /// The values by the number of the day, as `CalendarDay` counts.
  private(set) var values: [Int: Double] = [:]

  /// The series of each station of a table with columns `station`, `date` and `value`, by identifier.
  ///
  /// - Throws: `DataError` for a date that is not one, a station that is not in the list, or a day that a station has twice.
  static func read(
    _ table: CSVTable, _ stations: StationList
  ) throws(DataError) -> [(id: String, series: DatedSeries)] {
    let station = try table.requireColumn("station", "station_id", "id")
    let date = try table.requireColumn("date")
    let value = try table.requireColumn("value", "tmax", "max")
    var found: [String: DatedSeries] = [:]
    for row in table.rows {
      let id = try BlockTable.station(table, row, station, stations)
      guard let day = CalendarDay(table.text(row, date)) else {
        throw table.error(
          row, date, found: "\"\(table.text(row, date))\" is not a date",
          remedy: "write dates as 1985-07-31")
      }
      guard let number = try table.optionalDouble(row, value) else { continue }
      if found[id, default: DatedSeries()].values.updateValue(number, forKey: day.number) != nil {
        throw table.error(
          row, date, found: "station \"\(id)\" has \(table.text(row, date)) twice",
          remedy: "keep one of the two")
      }
    }
    return stations.stations.compactMap { station in
      found[station.id].map { (station.id, $0) }
    }
  }

  /// The exceedances of a threshold, or the peaks of their clusters, in order of time.
  func exceedances(
    of threshold: Double, runLength: Int?
  ) throws(DataError) -> [(day: Int, value: Double)] {
    guard let runLength else {
      return values.filter { $0.value > threshold }.sorted { $0.key < $1.key }.map { ($0, $1) }
    }
    guard let first = values.keys.min(), let last = values.keys.max() else { return [] }
    let series = (first...last).map { values[$0] ?? .nan }
    let peaks = (try? declustered(series, threshold: threshold, runLength: runLength)) ?? []
    return peaks.map { (first + $0.index, $0.value) }
  }
}
