import Foundation
import Runs
import Tables

/// A simulated panel of annual maxima with its truth; of minima, the truth is that of the negatives, as fits report it.
struct SimulatedPanel: Sendable {
  /// The stations, years, covariate and maxima.
  var data: StationMaxima
  /// The true parameters that are the same at all stations, by name.
  let parameters: [(name: String, value: Double)]
  /// The true fields by name, a value for each station.
  let fields: [(name: String, values: [Double])]
  /// The true location of each maximum, row-major `[S, T]`.
  let location: [Double]

  /// The texts of a data folder, which `ppl fit --data` reads, and those of the truth, by file name.
  var texts: [(name: String, text: String)] {
    [
      ("stations.csv", stations), ("gmst.csv", covariate), ("maxima.csv", data.maximaText),
      ("truth.csv", truth), ("truth_field.csv", truthOfMaxima),
    ]
  }

  private var stations: String {
    let columns = Set(data.stations.flatMap(\.columns.keys)).sorted()
    var csv = CSVWriter(header: ["station", "lon", "lat", "elevation_m"] + columns)
    for station in data.stations {
      csv.append(
        [
          .text(station.id), .number(station.longitude), .number(station.latitude),
          .optional(station.elevation),
        ] + columns.map { .optional(station.columns[$0]) })
    }
    return csv.text
  }

  /// The covariates of time, and the covariate less its mean over the years of the maxima; years without maxima among them.
  private var covariate: String {
    let mean = pairwiseSum(data.covariate) / Double(data.covariate.count)
    let names = data.otherYears.values.reduce(into: Set(data.yearColumns.keys)) {
      $0.formUnion($1.keys)
    }
    let others = names.subtracting([Covariates.gmst, "d"]).sorted()
    var csv = CSVWriter(header: ["year", Covariates.gmst, "d"] + others)
    var values = data.otherYears
    for (index, year) in data.years.enumerated() {
      values[year] = data.climate(index).values
    }
    for (year, own) in values.sorted(by: { $0.key < $1.key }) {
      let gmst = own[Covariates.gmst]
      csv.append(
        [.integer(year), .optional(gmst), .optional(gmst.map { $0 - mean })]
          + others.map { .optional(own[$0]) })
    }
    return csv.text
  }

  private var truth: String {
    var csv = CSVWriter(header: ["station"] + fields.map { "\($0.name)_truth" })
    for (index, station) in data.stations.enumerated() {
      csv.append([.text(station.id)] + fields.map { .number($0.values[index]) })
    }
    return csv.text
  }

  private var truthOfMaxima: String {
    var csv = CSVWriter(header: ["station", "year", "f_truth"])
    for (i, station) in data.stations.enumerated() {
      for (j, year) in data.years.enumerated() {
        csv.append(
          [.text(station.id), .integer(year), .number(location[i * data.years.count + j])])
      }
    }
    return csv.text
  }
}

/// The sum in the order of NumPy: eight partial sums of up to 128 numbers.
private func pairwiseSum(_ values: [Double]) -> Double {
  guard values.count >= 8 else { return values.reduce(0, +) }
  guard values.count <= 128 else {
    let half = values.count / 2 - values.count / 2 % 8
    return pairwiseSum(Array(values[..<half])) + pairwiseSum(Array(values[half...]))
  }
  let whole = values.count - values.count % 8
  var r = Array(values[..<8])
  for i in stride(from: 8, to: whole, by: 8) { for k in 0..<8 { r[k] += values[i + k] } }
  let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
  return values[whole...].reduce(sum, +)
}
