import Foundation
import Plugins

/// A failure of a fit of a model of extremes, in terms of the data and the flags.
enum ExtremesFailure: PluginError, Equatable {
  /// The data have density 0 at all starting values of the parameters.
  case noStart(lowest: Place, highest: Place, causes: [StartFailureCause])
  /// The fit has no result, and some flags put the priors far from all maxima.
  case farPriors([String], lowest: Place, highest: Place, left: FitFailure.Leftover)
  /// A projection year that is not after the data.
  case projectionInThePast(year: Int, lastYear: Int)
  /// Places on a plane, for a model with priors of degrees.
  case placesOnAPlane(model: String)
  /// The machine has too little memory; `most` stations would fit.
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
    case .noStart(let lowest, let highest, let causes):
      "the maxima have no finite density under the model at its start; they reach from \(lowest) to \(highest). "
        + causes.map { "\($0)" }.joined(separator: " ")
    case .farPriors(let flags, let lowest, let highest, let left):
      "the fit has no result with priors so far from the data: \(flags.joined(separator: ", ")). The maxima reach from "
        + "\(lowest) to \(highest); choose priors that suit them, or leave these flags out. \(left)"
    case .projectionInThePast(let year, let last):
      "--projection-year is \(year), but the data reach to \(last); give a later year, "
        + "or leave out the last years of the data with --last-year."
    case .placesOnAPlane(let model):
      "the places of the stations are on a plane, in km, but the distances of \(model) are those of degrees; "
        + "give columns lon and lat, or fit gev."
    case .tooLarge(let stations, let years, let bytes, let available, let most):
      "a fit of \(stations) stations x \(years) years needs about \(gigabytes(bytes)) of memory, but "
        + "\(gigabytes(available)) are available; leave out stations, of which about \(most) would fit, "
        + "or take a machine with more memory."
    }
  }
}

/// The text of a number of bytes to three digits, such as `21.3 GB`.
private func gigabytes(_ bytes: Int) -> String {
  let size = Double(bytes) / 1e9
  return String(format: size < 10 ? "%.2f GB" : size < 100 ? "%.1f GB" : "%.0f GB", size)
}

extension ExtremesFailure {
  /// The failure of a start, with the maxima and its most likely cause.
  static func noStart(of data: StationMaxima, _ priors: PriorValues) -> Self? {
    extremes(of: data).map {
      .noStart(
        lowest: $0.lowest, highest: $0.highest, causes: StartFailureCause.causes(data, priors))
    }
  }

  /// The failure by flags that put priors far from the data; nil if there are none.
  static func farPriors(
    _ priors: PriorValues, of data: StationMaxima, left: FitFailure.Leftover
  ) -> Self? {
    guard let (lowest, highest) = extremes(of: data) else { return nil }
    let flags = priors.flags(farFrom: lowest.value...highest.value, covariate: data.covariate)
    return flags.isEmpty ? nil : .farPriors(flags, lowest: lowest, highest: highest, left: left)
  }

  private static func extremes(of data: StationMaxima) -> (lowest: Place, highest: Place)? {
    let places = data.maxima.enumerated().compactMap { index, value in
      value.map {
        Place(
          value: $0, station: data.stations[index / data.years.count].id,
          year: data.years[index % data.years.count])
      }
    }
    let ascending = places.sorted { $0.value < $1.value }
    guard let lowest = ascending.first, let highest = ascending.last else { return nil }
    return (lowest, highest)
  }
}

extension PriorValues {
  /// The flags, with their values, that put a prior more than ten times as far as maxima in `range`; defaults are not among
  /// them.
  fileprivate func flags(farFrom range: ClosedRange<Double>, covariate: [Double]) -> [String] {
    let reach = 10 * max(range.upperBound - range.lowerBound, 1)
    let warming = max((covariate.max() ?? 0) - (covariate.min() ?? 0), 1e-3)
    func suits(_ value: Double, _ role: Prior.Role) -> Bool {
      switch role {
      case .variance(let quantity):
        let deviation = value.squareRoot()
        guard value >= 1e-12 else { return false }
        return switch quantity {
        case .location: deviation <= reach
        case .rate: deviation * warming <= reach
        case .scale: deviation <= 10  // of the logarithm
        case .shape: deviation <= 1
        }
      case .lengthscale: return (1e-4...1e4).contains(value)
      case .centre(of: .location):
        return value > range.lowerBound - reach && value < range.upperBound + reach
      case .centre(of: .rate): return value.magnitude * warming <= reach
      case .centre(of: .scale): return value <= reach && value >= 1e-5 * reach
      case .centre(of: .shape): return value.magnitude <= 1
      }
    }
    return flags.compactMap { flag in
      guard let value = flag.number, flag.isChanged, !suits(value, flag.role) else { return nil }
      return "\(flag.name) is \(value)"
    }
  }
}
