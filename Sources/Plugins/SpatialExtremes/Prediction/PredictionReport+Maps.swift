import NetCDF
import Plugins
import Runs

extension PredictionReport {
  private var stations: [StationMaxima.Station] { numbers.places.stations }

  /// The name of a return level in maps: `z25_2050`, or `z25_+2 °C` for a climate that is no year.
  private func name(_ level: PredictionNumbers<M>.Level) -> String {
    "z\(shortNumber(level.period))_\(level.climate.year.map { "\($0)" } ?? level.climate.label)"
  }

  /// The places as GeoJSON, with fields and return levels; nil for places on a plane.
  var map: JSONObject? {
    if numbers.places.axes.isProjected { return nil }
    func members(_ name: String, _ number: PredictedNumber) -> [(
      String, (any Encodable & Sendable)?
    )] {
      [
        (name, number.mean), ("\(name)_sd", number.sd), ("\(name)_q05", number.q05),
        ("\(name)_q50", number.q50), ("\(name)_q95", number.q95),
      ]
    }
    return geoJSON(
      stations,
      stations.indices.map { index in
        numbers.fields.flatMap { members($0.site.name, $0.numbers[index]) }
          + numbers.levels.flatMap { members(name($0), $0.numbers[index]) }
      }, unit: numbers.unit)
  }

  /// The grid of `--grid` on latitude and longitude, or on a plane, places outside of its mask missing; nil for other places.
  ///
  /// - Reference: Eaton et al., *CF Conventions 1.8*, §5.1.
  var grid: NetCDFContent? {
    guard numbers.places.spacing != nil else { return nil }
    let (latitudes, longitudes) = (axis(\.latitude), axis(\.longitude))
    let (x, y) = numbers.places.axes.variables
    var content = NetCDFContent(attributes: [
      "Conventions": "CF-1.8", "title": .text("Predictions by \(M.name)"),
      "source": .text("ppl \(PPLVersion.current)"), "references": .text(run),
    ])
    for (axis, values) in [(y, latitudes), (x, longitudes)] {
      content.addDimension(axis.name, values.count)
      content.addVariable(
        axis.name, dimensions: [axis.name], numbers: values, attributes: axis.attributes)
    }
    let cells = stations.map { place in
      (latitudes.firstIndex(of: place.latitude) ?? 0) * longitudes.count
        + (longitudes.firstIndex(of: place.longitude) ?? 0)
    }
    func add(_ name: String, _ words: String, _ unit: String, _ own: [PredictedNumber]) {
      for (statistic, value) in Self.statisticsOfMaps {
        var values = Array(repeating: Double.nan, count: latitudes.count * longitudes.count)
        for (cell, number) in zip(cells, own) { values[cell] = value(number) ?? .nan }
        var attributes: NetCDFAttributes = [
          "long_name": .text("\(words), \(statistic)"), "_FillValue": .numbers([.nan]),
        ]
        if !unit.isEmpty { attributes["units"] = .text(cfUnit(unit)) }
        content.addVariable(
          "\(name)_\(statistic)", dimensions: [y.name, x.name], numbers: values,
          attributes: attributes)
      }
    }
    for field in numbers.fields {
      add(variable(field.site.name), field.site.name, field.site.unit, field.numbers)
    }
    for level in numbers.levels {
      let climate = level.climate.gmst.map { ", GMST \(shortNumber($0)) °C" } ?? ""
      add(
        variable(name(level)),
        "\(shortNumber(level.period))-year return level, climate \(level.climate.label)\(climate)",
        numbers.unit, level.numbers)
    }
    return content
  }

  private static var statisticsOfMaps: [(String, (PredictedNumber) -> Double?)] {
    [("mean", \.mean), ("sd", \.sd), ("q05", \.q05), ("q50", \.q50), ("q95", \.q95)]
  }

  /// The distinct values of a coordinate, ascending.
  private func axis(_ coordinate: (StationMaxima.Station) -> Double) -> [Double] {
    Set(stations.map(coordinate)).sorted()
  }

  /// The name of a variable: letters, digits and underscores.
  private func variable(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}
