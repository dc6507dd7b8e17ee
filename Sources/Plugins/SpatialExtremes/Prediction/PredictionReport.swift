import Foundation
import Plugins
import Runs
import Tables

/// The report of predictions: tables, numbers and files.
struct PredictionReport<M: ExtremesModel> {
  let numbers: PredictionNumbers<M>
  /// The folder of the fit, as it was typed.
  let run: String
  private var places: PredictedPlaces { numbers.places }
  private var axes: PlaceAxes { places.axes }

  var runReport: RunReport {
    let object = json
    return RunReport(
      table: table, numbers: object,
      files: [
        OutputFile("levels.csv", text: levelsFile), OutputFile("fields.csv", text: fieldsFile),
        OutputFile("events.csv", text: eventsFile),
        OutputFile(RunFileName.prediction, json: object),
      ] + [map.map { OutputFile("places.geojson", json: $0) }].compactMap(\.self)
        + [grid.map { OutputFile("grid.nc", netCDF: $0) }].compactMap(\.self)
        + [levelDrawsFile.map { OutputFile("levels_draws.csv", text: $0) }].compactMap(\.self))
  }

  // MARK: For programs

  private var json: JSONObject {
    let climates = numbers.climates + [numbers.baseline].compactMap(\.self)
    return JSONObject([
      ("model", M.name), ("run", run), ("unit", numbers.unit), ("draws", numbers.drawCount),
      ("baseline", numbers.baseline?.label),
      (
        "gmst",
        climates.map { JSONObject($0.members + [("source", $0.source)]) }
      ),
      (
        "places",
        places.stations.map {
          JSONObject([
            ("place", $0.id), (axes.columns[0], $0.longitude), (axes.columns[1], $0.latitude),
          ])
        }
      ),
      (
        "levels",
        numbers.levels.flatMap { level in
          zip(places.names, level.numbers).map { place, number in
            JSONObject(
              [("place", place), ("period", level.period)] + level.climate.members
                + number.members)
          }
        }
      ),
      (
        "fields",
        places.names.enumerated().map { index, place in
          JSONObject(
            [("place", place)] + numbers.fields.map { ($0.site.name, $0.numbers[index].object) })
        }
      ),
      ("events", numbers.events.flatMap(events)),
      (
        "joint",
        numbers.joint.map { joint in
          JSONObject(
            [("event", joint.value)] + joint.climate.members + [
              ("places", places.count), ("all", joint.all.object), ("any", joint.any.object),
              ("is_simulated", joint.simulationErrors != nil),
              ("all_simulation_error", joint.simulationErrors?.all),
              ("any_simulation_error", joint.simulationErrors?.any),
            ])
        }
      ),
      (
        "design_life",
        numbers.designLife.flatMap { design in
          zip(places.names, design.numbers).map { place, number in
            JSONObject(
              [
                ("place", place), ("first_year", design.span.years.lowerBound),
                ("last_year", design.span.years.upperBound), ("risk", design.risk),
              ] + number.members)
          }
        }
      ), ("note", numbers.note),
    ])
  }

  private func events(_ event: PredictionNumbers<M>.Event) -> [JSONObject] {
    places.names.enumerated().map { index, place in
      JSONObject(
        [("place", place), ("event", event.value)] + event.climate.members + [
          ("probability", event.numbers.probability[index].object),
          ("return_period", event.numbers.returnPeriod[index].object),
          ("probability_ratio", event.numbers.ratio?[index].object),
          ("intensity_change", event.numbers.change?[index].object),
        ])
    }
  }

  // MARK: Files

  private static var statistics: [String] { ["mean", "sd", "q05", "q50", "q95", "plugin"] }

  private func cells(_ number: PredictedNumber?) -> [CSVWriter.Cell] {
    [number?.mean, number?.sd, number?.q05, number?.q50, number?.q95, number?.plugin]
      .map { .optional($0) }
  }

  private func place(_ index: Int) -> [CSVWriter.Cell] {
    let place = places.stations[index]
    return [.text(place.id), .number(place.longitude), .number(place.latitude)]
  }

  private func cells(_ climate: PredictedClimate) -> [CSVWriter.Cell] {
    [.text(climate.label), climate.year.map { .integer($0) } ?? .missing, .optional(climate.gmst)]
  }

  private var levelsFile: String {
    var csv = CSVWriter(
      header: ["place"] + axes.columns + ["period", "climate", "year", "gmst"] + Self.statistics)
    for level in numbers.levels {
      for (index, number) in level.numbers.enumerated() {
        csv.append(
          place(index) + [.number(level.period)] + cells(level.climate) + cells(number))
      }
    }
    return csv.text
  }

  /// Each draw of the levels, a row for each draw and place; nil without `--per-draw`.
  private var levelDrawsFile: String? {
    var csv = CSVWriter(header: ["place", "period", "climate", "year", "gmst", "draw", "level"])
    let levels = numbers.levels.compactMap { level in level.draws.map { (level, $0.scalars) } }
    guard !levels.isEmpty else { return nil }
    for (level, values) in levels {
      for (index, value) in values.enumerated() {
        let (draw, place) = index.quotientAndRemainder(dividingBy: places.count)
        csv.append(
          [.text(places.names[place]), .number(level.period)] + cells(level.climate)
            + [.integer(draw), .number(value)])
      }
    }
    return csv.text
  }

  private var fieldsFile: String {
    let names = numbers.fields.flatMap { field in
      Self.statistics.map { "\(field.site.name)_\($0)" }
    }
    var csv = CSVWriter(header: ["place"] + axes.columns + names)
    for index in places.stations.indices {
      csv.append(place(index) + numbers.fields.flatMap { cells($0.numbers[index]) })
    }
    return csv.text
  }

  private var eventsFile: String {
    let quantities = ["probability", "return_period", "probability_ratio", "intensity_change"]
    var csv = CSVWriter(
      header: ["place"] + axes.columns + ["event", "climate", "year", "gmst"]
        + quantities.flatMap { name in Self.statistics.map { "\(name)_\($0)" } })
    for event in numbers.events {
      let found = event.numbers
      for index in places.stations.indices {
        let values = [
          found.probability[index], found.returnPeriod[index], found.ratio?[index],
          found.change?[index],
        ]
        csv.append(
          place(index) + [.number(event.value)] + cells(event.climate) + values.flatMap(cells))
      }
    }
    return csv.text
  }
}

extension PredictedClimate {
  /// The members of a JSON object.
  var members: [(String, (any Encodable & Sendable)?)] {
    [("climate", label), ("year", year), ("gmst", gmst)]
  }
}
