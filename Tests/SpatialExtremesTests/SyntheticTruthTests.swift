import SpainSynthetic
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

@Suite struct SyntheticTruthTests {
  /// Whatever years are used, the truth in the terms of the model is the location that the data were drawn with.
  @Test(arguments: [1985...2024, 1985...1999, 2010...2024, 2001...2005])
  func theLocationsAreThoseDrawn(years: ClosedRange<Int>) throws {
    let data = try embedded(years)
    let warming = GEVMultiplicative(data).data.warming.scalars
    let truth = try SyntheticTruth(years: data.years)
    #expect(data.years == Array(years))
    let locations = zip(truth.muField, truth.betaField).flatMap { mu, beta in
      warming.map { truth.mu0 + mu + beta * $0 }
    }
    // A few roundings of numbers near 35.
    expectClose(locations, drawn(years), relative: 1e-14, absolute: 0)
  }

  @Test func theFieldsAreCentredAsThoseOfTheModel() throws {
    let all = try SyntheticTruth(years: Array(1985...2024))
    let late = try SyntheticTruth(years: Array(2010...2024))
    for truth in [all, late] {
      // Rounding of forty numbers near 35.
      #expect(abs(truth.muField.reduce(0, +)) < 1e-12)
      #expect(abs(truth.betaField.reduce(0, +) - 40 * truth.beta0) < 1e-12)
    }
    // It warms: what is the middle of the late years lies above that of all.
    #expect(late.mu0 > all.mu0 + 0.1)
    #expect(late.betaField == all.betaField && late.muField != all.muField)
  }

  private func embedded(_ years: ClosedRange<Int>) throws -> StationMaxima {
    try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"),
      options: ReadingOptions(firstYear: years.lowerBound, lastYear: years.upperBound))
  }

  /// The locations that the maxima were drawn around, the years of a station one after another.
  private func drawn(_ years: ClosedRange<Int>) -> [Double] {
    let warming = rows(SpainSynthetic.gmst).filter { years.contains(Int($0[0])) }.map { $0[2] }
    return rows(SpainSynthetic.truth).flatMap { row in warming.map { 35 + row[1] + row[2] * $0 } }
  }

  private func rows(_ table: String) -> [[Double]] {
    table.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").map { Double($0) ?? .nan }
    }
  }
}
