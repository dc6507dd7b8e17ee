import Foundation
import Plugins

/// Why a fit gives no result, in terms of the data and the flags.
enum GEVMultiplicativeFailure: PluginError, Equatable {
  /// The data have no density wherever the parameters start.
  case noStart(lowest: Place, highest: Place)
  /// The projection does not look ahead.
  case projectionInThePast(year: Int, lastYear: Int)
  /// The machine has too little memory left; `most` stations would fit.
  case tooLarge(stations: Int, years: Int, bytes: Int, available: Int, most: Int)

  /// A maximum with its station and year.
  struct Place: Equatable, CustomStringConvertible {
    let value: Double
    let station: String
    let year: Int
    var description: String { "\(value) (station \"\(station)\", \(year))" }
  }

  var description: String {
    switch self {
    case .noStart(let lowest, let highest):
      "the maxima have no finite density under the model at its start; they reach from \(lowest) to \(highest). "
        + "Leave the cells of missing values empty, and see that --prior-mu0, --prior-sigma and --prior-xi suit the data."
    case .projectionInThePast(let year, let last):
      "--projection-year is \(year), but the data reach to \(last); give a later year, "
        + "or leave out the last years of the data with --last-year."
    case .tooLarge(let stations, let years, let bytes, let available, let most):
      "a fit of \(stations) stations x \(years) years needs about \(gigabytes(bytes)) of memory, but "
        + "\(gigabytes(available)) are available; leave out stations, of which about \(most) would fit, "
        + "or take a machine with more memory."
    }
  }
}

/// `21.3 GB`, to three digits.
private func gigabytes(_ bytes: Int) -> String {
  let size = Double(bytes) / 1e9
  return String(format: size < 10 ? "%.2f GB" : size < 100 ? "%.1f GB" : "%.0f GB", size)
}

extension GEVMultiplicativeFailure {
  /// The failure of a start, with the maxima that most likely caused it.
  static func noStart(of data: StationMaxima) -> Self? {
    let places = data.maxima.enumerated().compactMap { index, value in
      value.map {
        Place(
          value: $0, station: data.stations[index / data.years.count].id,
          year: data.years[index % data.years.count])
      }
    }
    let ascending = places.sorted { $0.value < $1.value }
    guard let lowest = ascending.first, let highest = ascending.last else { return nil }
    return .noStart(lowest: lowest, highest: highest)
  }
}
