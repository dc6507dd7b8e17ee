import PPL
import Preconditions

/// The covariates of time and of place of a data set, by name: a column of `gmst.csv` or of `stations.csv`.
///
/// `gmst` is the covariate of `--gmst-column`, `year` the calendar year; `lon`, `lat` and `elevation` are the coordinates and
/// the elevation of the stations, whatever the names of their columns.
public struct Covariates: Sendable {
  /// The name of the global mean surface temperature.
  public static let gmst = "gmst"
  /// The name of the calendar year, a covariate of time of all data.
  public static let year = "year"

  private struct Column: Sendable {
    let values: Tensor
    let mean: Double
    let centred: Tensor

    init(_ numbers: [Double]) {
      values = Tensor(numbers)
      let mean = numbers.reduce(0, +) / Double(max(numbers.count, 1))
      centred = Tensor(numbers.map { $0 - mean })
      self.mean = mean
    }
  }

  private let times, places: [String: Column]
  /// The covariates of time of all years of `gmst.csv`, by year and name.
  private let record: [Int: [String: Double]]

  init(_ data: StationMaxima) {
    times = data.timeColumns.mapValues(Column.init)
    places = data.stationColumns.mapValues(Column.init)
    let columns = data.timeColumns
    record = data.years.enumerated().reduce(into: data.otherYears) { record, year in
      record[year.element] = columns.mapValues { $0[year.offset] }
    }
  }

  /// The names of the columns of the tables, in alphabetical order, without the year.
  public var names: [String] {
    Set(times.keys).subtracting([Self.year]).union(places.keys).sorted()
  }
  /// Whether there is a covariate of time of this name.
  public func hasTime(_ name: String) -> Bool { times[name] != nil }
  /// Whether there is a covariate of place of this name.
  public func hasPlace(_ name: String) -> Bool { places[name] != nil }

  /// The values of a covariate of time in the years of the data, `[T]`.
  ///
  /// - Precondition: There is one of this name, as of the next functions.
  public func ofTime(_ name: String) -> Tensor { time(name).values }
  /// The values of a covariate of time less their mean, `[T]`.
  public func centred(ofTime name: String) -> Tensor { time(name).centred }
  /// The mean of a covariate of time over the years of the data.
  public func mean(ofTime name: String) -> Double { time(name).mean }
  /// The value of a covariate of time in a climate.
  public func value(ofTime name: String, in climate: Climate) -> Double {
    guard let value = climate.values[name] else {
      requirementFailed("Climate: there is no value of \"\(name)\"; the model uses it.")
    }
    return value
  }
  /// The value in a climate less the mean over the years of the data.
  public func centred(ofTime name: String, in climate: Climate) -> Double {
    value(ofTime: name, in: climate) - time(name).mean
  }

  /// The values of a covariate of time in all years of its file, those of the data among them, by year.
  func history(ofTime name: String) -> [(year: Double, value: Double)] {
    record.keys.sorted().compactMap { year in
      record[year]?[name].map { (Double(year), $0) }
    }
  }

  /// The values of a covariate of place at the stations, `[S]`.
  public func ofPlace(_ name: String) -> Tensor { place(name).values }
  /// The values of a covariate of place at the stations less their mean, `[S]`.
  public func centred(ofPlace name: String) -> Tensor { place(name).centred }
  /// The values at some places less the mean over the stations, `[P]`.
  public func centred(ofPlace name: String, at places: Places) -> Tensor {
    guard let coordinates = places.coordinates else { return place(name).centred }
    let mean = Tensor(place(name).mean)
    switch (places.columns[name], name) {
    case (let values?, _): return values - mean
    case (nil, "lon"): return coordinates[.all, .at(0)] - mean
    case (nil, "lat"): return coordinates[.all, .at(1)] - mean
    case (nil, _):
      requirementFailed("Places: there are no values of \"\(name)\"; the model uses them.")
    }
  }

  private func time(_ name: String) -> Column { found(name, times, "time") }
  private func place(_ name: String) -> Column { found(name, places, "place") }

  private func found(_ name: String, _ columns: [String: Column], _ kind: String) -> Column {
    guard let column = columns[name] else {
      let names = columns.keys.sorted().joined(separator: ", ")
      requirementFailed(
        "Covariates: there is no covariate of \(kind) \"\(name)\"; there are \(names).")
    }
    return column
  }
}
