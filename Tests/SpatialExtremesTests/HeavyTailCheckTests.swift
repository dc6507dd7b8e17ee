import Distributions
import Foundation
import PPL
import Tables
import Testing

@testable import SpatialExtremes

/// Healthy maxima with heavy tails have no outliers, and wrong ones among them have.
struct HeavyTailCheckTests {
  private func findings(_ maxima: [Double?], stations: Int, years: Int) throws -> [DataFinding] {
    var places: [StationMaxima.Station] = []
    for i in 0..<stations {
      let longitude = Double(i % 8) - 4 + 0.01 * Double(i)
      places.append(.init(id: "S\(i)", longitude: longitude, latitude: Double(40 + i / 8)))
    }
    let covariate = (0..<years).map { j -> Double in 0.02 * Double(j) + 0.03 * sin(Double(7 * j)) }
    var data = StationMaxima(
      stations: places, years: Array(1985..<(1985 + years)), covariate: covariate, maxima: maxima)
    data = try StationMaxima(
      stations: CSVTable(parsing: data.stationsText, file: "stations.csv"),
      gmst: CSVTable(parsing: data.covariateText, file: "gmst.csv"),
      maxima: CSVTable(parsing: data.maximaText, file: "maxima.csv"))
    return data.record.findings.filter { $0.check == DataCheck.outlier }
  }

  /// The mean of the prior of the shape is 0.1.
  @Test(arguments: [-0.2, 0, 0.1], 0..<8)
  func aPanelDrawnFromTheModelHasNoOutlier(shape: Double, seed: Int) throws {
    let draws = GEV(35, 2, Tensor(shape)).sample([40 * 40], key: RandomKey(UInt64(seed))).scalars
    let maxima = draws.map { Optional(($0 * 10).rounded() / 10) }
    #expect(try findings(maxima, stations: 40, years: 40).isEmpty)
  }

  @Test func aLostDecimalPointIsFoundInAHeavyTail() throws {
    let draws = GEV(35, 2, 0.1).sample([40 * 40], key: RandomKey(3)).scalars
    var maxima = draws.map { Optional(($0 * 10).rounded() / 10) }
    maxima[83] = 448
    #expect(try findings(maxima, stations: 40, years: 40).map(\.year) == [1988])
  }
}
