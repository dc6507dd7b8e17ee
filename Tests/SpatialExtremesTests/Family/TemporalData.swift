import Foundation
import Inference
import PPL

@testable import SpatialExtremes

/// Two stations in years with gaps, and a forcing, for tests of functions of time.
enum TemporalData {
  /// Years with gaps of one to nine.
  static let years = [1990.0, 1991, 1992, 1995, 2004, 2006]

  /// Stations and years with a forcing, which the file has before and after them.
  static let data: StationMaxima = {
    var data = StationMaxima(
      stations: [
        .init(id: "a", longitude: -3, latitude: 40), .init(id: "b", longitude: 2, latitude: 41),
      ], years: years.map { Int($0) }, covariate: [0.3, 0.5, 0.4, 0.7, 0.9, 1.2],
      maxima: [35, 37, 36, 39, 36, 38, 31, 33, 32, 30, 34, 35])
    data.yearColumns["forcing"] = years.map(force)
    for year in [1960, 1975, 1988, 1993, 2010] {
      data.otherYears[year] = ["forcing": force(Double(year)), "gmst": 0]
    }
    return data
  }()

  static func force(_ year: Double) -> Double { 0.03 * (year - 1950) + sin(year) }

  /// One draw of the sites.
  static func draws(_ sites: [String: Tensor]) -> Draws {
    Draws(count: 1, sites: sites.map { ($0.key, $0.value.expandingDimension(at: 0)) })
  }
}
