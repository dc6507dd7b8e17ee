import Inference
import PPL
import Plugins
import Runs
import Tables

extension ExtremesReport {
  /// The tidy table of all quantities with their units: a row for each number.
  var quantities: String {
    let (data, isPoint) = (fitted.dataset.data, fitted.fit.isPoint)
    var csv = CSVWriter(
      header: [
        "parameter", "station", data.placeColumns[0], data.placeColumns[1], "quantity", "unit",
        "mean", "sd", "q05", "q50", "q95",
      ])
    func append(
      _ name: String, _ place: StationMaxima.Station?, _ quantity: String, _ unit: String,
      _ s: Summary, _ median: Double
    ) {
      csv.append(
        [
          .text(name), place.map { .text($0.id) } ?? .missing,
          .optional(place?.longitude), .optional(place?.latitude), .text(quantity), .text(unit),
          .number(s.mean),
        ]
          + (isPoint
            ? Array(repeating: .missing, count: 4)
            : [.number(s.sd), .number(s.q05), .number(median), .number(s.q95)]))
    }
    for (reported, s) in zip(summary.model.parameters, summary.parameters) {
      let own = summary.posterior.draws.find(reported.site)
      let draws = own?.rank == 1 ? own : summary.predictions.find(reported.site)
      append(reported.site, nil, "parameter", reported.unit, s, draws.map(medians)?.first ?? .nan)
    }
    let fields = zip(summary.model.fields, summary.fields).map { field, values in
      (field.site, "field", field.unit, values, summary.predictions[field.site])
    }
    let period = ExtremesSummary<M>.returnPeriod
    let levels = [
      ("z\(period)_\(summary.lastYear)", summary.levelNow, summary.levelDraws.now),
      ("z\(period)_\(summary.projectionYear)", summary.levelThen, summary.levelDraws.then),
      ("z\(period)_shift", summary.shift, summary.levelDraws.then - summary.levelDraws.now),
    ].map { ($0, "return level", summary.unit, $1, $2) }
    for (name, quantity, unit, values, draws) in fields + levels {
      for ((station, s), median) in zip(zip(data.stations, values), medians(draws)) {
        append(name, station, quantity, unit, s, median)
      }
    }
    return csv.text
  }

  /// The median of each number over the draws, `[D]` or `[D, S]`.
  private func medians(_ draws: Tensor) -> [Double] {
    let count = draws.shape[0]
    let columns = draws.reshaped(to: [count, draws.count / count]).transposed().scalars
    return stride(from: 0, to: columns.count, by: count).map { start in
      let sorted = columns[start..<(start + count)].sorted()
      let (low, high) = (sorted[(count - 1) / 2], sorted[count / 2])
      return low + 0.5 * (high - low)
    }
  }

  /// The stations as GeoJSON, with their fields and return levels; nil for places on a plane, which GeoJSON has not.
  ///
  /// - Reference: Butler et al. (2016), *RFC 7946, The GeoJSON Format*.
  var map: JSONObject? {
    let (data, isPoint) = (fitted.dataset.data, fitted.fit.isPoint)
    if data.isProjected { return nil }
    let period = ExtremesSummary<M>.returnPeriod
    let quantities =
      zip(summary.model.fields, summary.fields).map { ($0.site, $1) } + [
        ("z\(period)_\(summary.lastYear)", summary.levelNow),
        ("z\(period)_\(summary.projectionYear)", summary.levelThen),
        ("z\(period)_shift", summary.shift),
      ]
    return geoJSON(
      data.stations,
      data.stations.indices.map { index in
        quantities.flatMap { name, values in
          let s = values[index]
          let spread: [(String, (any Encodable & Sendable)?)] =
            isPoint
            ? [] : [("\(name)_sd", s.sd), ("\(name)_q05", s.q05), ("\(name)_q95", s.q95)]
          return [(name, s.mean)] + spread
        }
      }, unit: summary.unit)
  }
}

/// Places as a feature collection of GeoJSON, each a point with properties.
///
/// - Parameters:
///   - places: The places.
///   - properties: The properties of each.
///   - unit: The unit of the return levels.
func geoJSON(
  _ places: [StationMaxima.Station], _ properties: [[(String, (any Encodable & Sendable)?)]],
  unit: String
) -> JSONObject {
  JSONObject([
    ("type", "FeatureCollection"), ("unit", unit),
    (
      "features",
      zip(places, properties).map { place, own in
        JSONObject([
          ("type", "Feature"), ("id", place.id),
          (
            "geometry",
            JSONObject([
              ("type", "Point"), ("coordinates", [place.longitude, place.latitude]),
            ])
          ),
          (
            "properties",
            JSONObject(
              [("place", place.id), ("name", place.name), ("elevation_m", place.elevation)] + own)
          ),
        ])
      }
    ),
  ])
}
