import Runs
import Tables

/// The quality of the data of a fit: for each station what was used, missing and left out, and each maximum that was left out.
struct QualityTable {
  private let data: StationMaxima

  init(_ data: StationMaxima) { self.data = data }

  /// `quality.csv` and `dropped.csv`, where maxima were made of daily values, or more were left out than `run.json` lists.
  var files: [OutputFile] {
    let record = data.record
    guard record.daily != nil || record.dropped.count > DataRecord.mostListed else { return [] }
    return [
      OutputFile("quality.csv", text: stations), OutputFile("dropped.csv", text: dropped),
    ]
  }

  /// A row for each station: its years in use and missing among those of the fit, its maxima left out by reason, and its
  /// daily values.
  private var stations: String {
    let reasons = DataRecord.Reason.allCases.filter { $0 != .yearWithoutMaxima }
    let groups = Dictionary(grouping: data.record.dropped) { $0.station ?? "" }
    let days = data.record.daily?.stations ?? []
    let daily = Dictionary(days.map { ($0.station, $0) }) { $1 }
    var csv = CSVWriter(
      header: ["station", "used", "missing", "first_year", "last_year"]
        + reasons.map { "dropped_\($0.columnName)" } + ["daily_values", "daily_values_rejected"])
    let used = Dictionary(uniqueKeysWithValues: zip(data.stations.map(\.id), data.stations.indices))
    let others = Set(groups.keys).union(daily.keys).subtracting(used.keys).subtracting([""])
    for id in data.stations.map(\.id) + others.sorted() {
      let years = used[id].map { row in
        data.years.indices.filter { data.maxima[row * data.years.count + $0] != nil }
      }
      let group = groups[id, default: []]
      csv.append(
        [
          .text(id), .integer(years?.count ?? 0),
          .integer(years.map { data.years.count - $0.count } ?? 0),
          .text(years?.first.map { "\(data.years[$0])" } ?? ""),
          .text(years?.last.map { "\(data.years[$0])" } ?? ""),
        ] + reasons.map { reason in .integer(group.count { $0.reason == reason }) } + [
          .text(daily[id].map { "\($0.values)" } ?? ""),
          .text(daily[id].map { "\($0.rejected)" } ?? ""),
        ])
    }
    return csv.text
  }

  /// A row for each maximum, station or year that was left out.
  private var dropped: String {
    var csv = CSVWriter(header: ["file", "line", "station", "year", "reason"])
    for one in data.record.dropped {
      csv.append([
        .text(one.file), .text(one.line > 0 ? "\(one.line)" : ""), .text(one.station ?? ""),
        .text(one.year.map { "\($0)" } ?? ""), .text(one.reason.columnName),
      ])
    }
    return csv.text
  }
}

extension DataRecord.Reason {
  /// The reason in the style of the columns of tables, such as `no_covariate`.
  fileprivate var columnName: String {
    rawValue.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
  }
}
