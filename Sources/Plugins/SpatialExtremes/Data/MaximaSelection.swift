import Foundation
import Preconditions
import Tables

/// The selection of the maxima to use, with the reasons for dropping others.
struct MaximaSelection {
  let table: MaximaTable
  let stations: StationList
  let covariate: Covariate
  let options: ReadingOptions

  /// The used entries: those with a value, in a complete and requested year with a covariate.
  private(set) var used: [MaximaTable.Entry] = []
  private(set) var dropped: [DataRecord.Dropped] = []

  /// The indices of the stations with a used entry, in file order.
  private(set) var usedStations: [Int] = []

  /// The years with a used entry, ascending.
  private(set) var usedYears: [Int] = []

  init(
    _ table: MaximaTable, stations: StationList, covariate: Covariate, options: ReadingOptions
  ) {
    (self.table, self.stations) = (table, stations)
    (self.covariate, self.options) = (covariate, options)
    let kept = stations.stations.indices.map(isAskedFor)
    for entry in table.entries where entry.value != nil {
      if let reason = kept[entry.station] ? reasonToDrop(entry) : .stationNotAskedFor {
        drop(table.file, entry.line, station: entry.station, year: entry.year, reason)
      } else {
        used.append(entry)
      }
    }
    dropShortStations()
    usedStations = Set(used.map(\.station)).sorted()
    usedYears = Set(used.map(\.year)).sorted()
    dropEmptyStations()
    dropEmptyYears()
  }

  /// Whether the filter keeps a station.
  private func isAskedFor(_ station: Int) -> Bool {
    options.filter.contains(stations.stations[station], isProjected: stations.isProjected)
  }

  private func reasonToDrop(_ entry: MaximaTable.Entry) -> DataRecord.Reason? {
    if !options.includes(entry.year) { return .yearNotAskedFor }
    if !entry.isComplete { return .incomplete }
    if covariate.values[entry.year] == nil { return .noCovariate }
    return nil
  }

  /// Leaves out the stations with fewer years than are asked for.
  private mutating func dropShortStations() {
    guard options.filter.minimumYears > 1 else { return }
    let counts = Dictionary(grouping: used, by: \.station).mapValues(\.count)
    for entry in used where counts[entry.station, default: 0] < options.filter.minimumYears {
      drop(table.file, entry.line, station: entry.station, year: entry.year, .tooFewYears)
    }
    used.removeAll { counts[$0.station, default: 0] < options.filter.minimumYears }
  }

  private mutating func dropEmptyStations() {
    // Stations that were left out are not among those without maxima.
    let kept = Set(usedStations).union(
      table.entries.filter { $0.value != nil && !options.filter.flags.isEmpty }.map(\.station)
    )
    .union(stations.stations.indices.filter { !isAskedFor($0) })
    for index in stations.stations.indices where !kept.contains(index) {
      drop(stations.file, stations.lines[index], station: index, year: nil, .stationWithoutMaxima)
    }
  }

  /// Records the requested years with a covariate in which every maximum is missing or incomplete.
  private mutating func dropEmptyYears() {
    var seen = Set(usedYears)
    for entry in table.entries where options.includes(entry.year) {
      guard covariate.values[entry.year] != nil, seen.insert(entry.year).inserted else { continue }
      drop(table.file, entry.line, station: nil, year: entry.year, .yearWithoutMaxima)
    }
  }

  private mutating func drop(
    _ file: String, _ line: Int, station: Int?, year: Int?, _ reason: DataRecord.Reason
  ) {
    let id = station.map { stations.stations[$0].id }
    // Without its folder, so that the record does not depend on it.
    let name = URL(filePath: file).lastPathComponent
    dropped.append(.init(file: name, line: line, station: id, year: year, reason: reason))
  }
}

// MARK: - Is it enough?

extension MaximaSelection {
  /// The reason why the selection is not enough for a fit.
  struct Problem: Error {
    /// The error, with a remedy in the tables.
    let error: DataError
    /// The remedy where limits of the years are at fault; nil if more years are needed.
    var choiceOfYears: String?
  }

  /// Refuses a selection that the model cannot be fitted to.
  ///
  /// - Throws: `Problem` when nothing is left, or fewer stations or years than the model requires, when the covariate is
  ///   constant, or when two stations share a place.
  private func check() throws(Problem) {
    let required = options.requirements
    if used.isEmpty { throw Problem(error: nothingLeft()) }
    if usedStations.count < required.minimumStations {
      let which =
        usedStations.count == 1
        ? "station \"\(stations.stations[usedStations[0]].id)\" has"
        : "\(usedStations.count) stations have"
      throw Problem(
        error: error(
          found: "only \(which) maxima to use",
          remedy:
            "give at least \(counted(required.minimumStations, "station")), since the model is one of "
            + "differences between places"),
        choiceOfYears: "choose years in which another station has maxima")
    }
    if usedYears.count < required.minimumYears {
      throw Problem(
        error: error(
          found: "only \(counted(usedYears.count, "year")) can be used (\(yearRanges(usedYears)))",
          remedy:
            "give at least \(counted(required.minimumYears, "year")) with maxima and a GMST value"))
    }
    let values = usedYears.compactMap { covariate.values[$0] }
    // Numbers that were equal before a computation differ by less than a millionth.
    if required.covariates.contains(.gmst), let low = values.min(), let high = values.max(),
      high - low < 1e-6 * max(1, abs(low), abs(high))
    {
      let same = low == high ? "the same" : "the same up to rounding (\(low) to \(high))"
      throw Problem(
        error: DataError(
          file: covariate.file, column: covariate.column,
          found: "the value is \(same) in all \(usedYears.count) years used",
          remedy: "give the GMST of each year, since the model is one of change with it"),
        choiceOfYears: "choose years in which column \"\(covariate.column)\" varies")
    }
    if required.placesDiffer, let error = sharedPlace { throw Problem(error: error) }
  }

  /// The error that `check` throws; nil if there is none.
  var problem: Problem? {
    do throws(Problem) {
      try check()
      return nil
    } catch { return error }
  }

  private func nothingLeft() -> DataError {
    let valued = table.entries.filter { $0.value != nil }
    guard let (first, last) = range(valued.map(\.year)) else {
      return error(
        found: "there is not one maximum",
        remedy: "give a value in at least \(counted(options.requirements.minimumYears, "year"))")
    }
    let asked = valued.filter { options.includes($0.year) }
    if asked.isEmpty {
      return error(
        found: "no maximum is in the years asked for", remedy: "choose years of \(first) to \(last)"
      )
    }
    let filtered = asked.filter { isAskedFor($0.station) }
    let filters = options.filter.flags.joined(separator: " and ")
    if filtered.isEmpty || (!filters.isEmpty && dropped.contains { $0.reason == .tooFewYears }) {
      return DataError(
        flag: filters, file: table.file, found: "no station with maxima is left",
        remedy: "choose a wider range, or leave the flags out")
    }
    if asked.allSatisfy({ !$0.isComplete }) {
      let share = options.blockRule.coverage
      if options.isOfDays {
        return error(
          found: "no block \(options.blockRule.block) has values on \(share) of its days",
          remedy: "choose a lower --coverage, or another --block")
      }
      if table.completenessIsCounted {
        return error(
          found: "no year has values on \(share) of 365 days (n_days)",
          remedy: "choose a lower --coverage")
      }
      return error(
        found: "every maximum is marked as incomplete (complete = 0)",
        remedy: "mark with 1 those to use")
    }
    let (from, to) = range(asked.map(\.year)) ?? (first, last)
    let (warmFrom, warmTo) = range(covariate.values.keys) ?? (0, 0)
    return error(
      found: "the maxima are in \(from) to \(to), "
        + "but \"\(covariate.column)\" has values in \(warmFrom) to \(warmTo)",
      remedy: "give GMST values for the years of the maxima")
  }

  /// Two stations at one place; nil if there are none.
  private var sharedPlace: DataError? {
    var taken: [[Double]: Int] = [:]
    for index in usedStations {
      let station = stations.stations[index]
      let place = [station.longitude, station.latitude]
      if let other = taken.updateValue(index, forKey: place) {
        return DataError(
          file: stations.file, line: stations.lines[index],
          found: "stations \"\(stations.stations[other].id)\" and \"\(station.id)\" are at one "
            + "place (longitude \(place[0]), latitude \(place[1]))",
          remedy: "give more digits of their coordinates, or remove one of them")
      }
    }
    return nil
  }

  private func range(_ years: some Collection<Int>) -> (Int, Int)? {
    guard let first = years.min(), let last = years.max() else { return nil }
    return (first, last)
  }

  private func error(found: String, remedy: String) -> DataError {
    DataError(file: table.file, found: found, remedy: remedy)
  }
}
