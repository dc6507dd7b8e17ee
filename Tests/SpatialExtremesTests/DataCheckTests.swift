import Foundation
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

@Suite struct DataCheckTests {
  @Test func aSoundNetworkHasNoFinding() throws {
    #expect(try DataNetwork().findings().isEmpty)
  }

  // MARK: Maxima

  @Test func aLostDecimalPointIsNamedWithTheValueThatWouldFit() throws {
    #expect(
      try findings { $0.maxima[3][9] = 448 } == [
        "maxima.csv, line 11, column \"S4\": 448.0 in 1999 is 165 spreads from the other maxima of "
          + "station \"S4\", which are 38.1 give or take 2.466; 44.8 would fit; correct the value, or "
          + "leave its cell empty, or keep the data as they are with --allow outlier."
      ])
  }

  @Test(arguments: [-99.9, -999, 9999, 80, -37.2])
  func aValueFarFromItsStationIsAnOutlier(value: Double) throws {
    let found = try findings { $0.maxima[5][20] = value }
    #expect(
      found.count == 1
        && found[0].hasPrefix("maxima.csv, line 22, column \"S6\": \(value) in 2010 is "))
  }

  @Test func severalOutliersOfAStationAreOneFinding() throws {
    let found = try findings { network in
      for year in 3..<6 { network.maxima[0][year] = -99.9 }
    }
    #expect(
      found.count == 1 && found[0].contains(" (as 2 other maxima of this station) is "))
  }

  /// Most of the station's values are one rounded number, so that their median deviation is 0.
  @Test func aStationOfRoundedValuesHasNoOutlier() throws {
    #expect(
      try findings { network in
        network.maxima[2] = (0..<30).map { [40, 40, 40, 41, 40, 39][$0 % 6] }
        network.maxima[7] = (0..<30).map { $0 == 12 ? 42 : 38 }
      }.isEmpty)
  }

  @Test func theUpperTailOfRainIsNoOutlier() throws {
    #expect(
      try findings { network in
        for station in network.maxima.indices {
          network.maxima[station] = network.maxima[station].map {
            (10 * exp(0.25 * ($0 - 38)) * 40).rounded() / 10
          }
        }
        network.maxima[4][4] = 240
      }.isEmpty)
  }

  @Test func aConstantSeriesIsNamed() throws {
    #expect(
      try findings { $0.maxima[1] = Array(repeating: 38.2, count: 30) } == [
        "maxima.csv, line 2, column \"S2\": all 30 maxima of station \"S2\" are 38.2; give those that "
          + "were measured, or remove the station, or keep the data as they are with --allow constant-series."
      ])
  }

  @Test func maximaThatAreAllEqualCannotBeFitted() throws {
    var network = DataNetwork()
    network.maxima = network.maxima.map { $0.map { _ in 30 } }
    #expect(
      try network.findings() == [
        "maxima.csv: all 360 maxima are 30.0, which leaves no distribution to fit; give the maxima "
          + "that were measured."
      ])
    var record = try network.read().record
    #expect(throws: UnsoundData.self) {
      try record.requireSound(allowing: Set(DataCheck.allCases))
    }
  }

  // MARK: Units

  @Test(arguments: [
    (10.0, 0.0, "in tenths of the unit of the others (10 times theirs)"),
    (0.1, 0, "in 10 times the unit of the others (a tenth of theirs)"),
    (
      1.8, 32,
      "in degrees Fahrenheit, those of the others in degrees Celsius (1.8 times theirs + 32)"
    ),
    (1, 273.15, "in kelvin, those of the others in degrees Celsius (theirs + 273.15)"),
  ])
  func aStationInAnotherUnitIsNamedWithTheUnit(
    factor: Double, offset: Double, unit: String
  ) throws {
    let found = try findings { network in
      network.maxima[6] = network.maxima[6].map {
        (100 * (factor * $0 + offset)).rounded() / 100
      }
    }
    let level = rounded(factor * 38.85 + offset)
    #expect(
      found == [
        "maxima.csv, line 2, column \"S7\": the maxima of station \"S7\" are about \(level), those of "
          + "11 others 37.1 to 40.55: they seem to be \(unit); convert them, which makes them about "
          + "38.85, or keep the data as they are with --allow unit."
      ])
  }

  @Test func severalStationsInSeveralUnitsAreEachNamed() throws {
    var network = DataNetwork()
    for (station, factor, offset) in [(0, 1.8, 32.0), (4, 1.8, 32), (5, 10, 0), (9, 1, 273.15)] {
      network.maxima[station] = network.maxima[station].map { factor * $0 + offset }
    }
    let found = try network.read().record.findings
    #expect(found.allSatisfy { $0.check == .unit })
    #expect(Set(found.compactMap(\.station)) == ["S1", "S5", "S6", "S10"])
  }

  @Test func aStationThatVariesFarMoreThanTheOthersIsNamed() throws {
    #expect(
      try findings { network in
        network.maxima[8] = network.maxima[8].map { 38 + 12 * ($0 - 39.5) }
      }.map { $0.prefix(60) } == [
        "maxima.csv, line 2, column \"S9\": the maxima of station \"S9\" vary by"
          .prefix(60)
      ])
  }

  // MARK: Covariate

  @Test(arguments: [-99.9, -999, 9.99, 102])
  func aCovariateOfOneYearFarFromTheOthersIsNamed(value: Double) throws {
    #expect(
      try findings { $0.covariate[11] = value } == [
        "gmst.csv, line 13, column \"gmst\": \(value) in 2001 is far from the values of the other "
          + "years, which are \(value < 0 ? "0.705 give or take 0.2372" : "0.73 give or take 0.2446"); correct the value, or leave "
          + "its cell empty, or keep the data as they are with --allow covariate-outlier."
      ])
  }

  /// As a scenario of the future does.
  @Test func aCovariateThatRunsOffSmoothlyHasNoOutlier() throws {
    #expect(try findings { $0.covariate = (0..<30).map { 0.3 + exp(Double($0 - 20) / 6) } }.isEmpty)
  }

  @Test func aCovariateThatIsConstantUpToRoundingIsRefused() throws {
    let error = #expect(throws: DataError.self) {
      try findings { $0.covariate = (0..<30).map { $0 == 3 ? 0.9 : 0.9000000001 } }
    }
    #expect(
      error?.description
        == "gmst.csv, column \"gmst\": the value is the same up to rounding (0.9 to 0.9000000001) in all "
        + "30 years used; give the GMST of each year, since the model is one of change with it.")
  }

  // MARK: Files

  @Test func aFileThatEndsInTheMiddleOfANumberIsAWarning() throws {
    var network = DataNetwork()
    network.maxima[11][29] = 4
    network.maximaEnd = ""
    let files = network.files.map { ($0.name, $0.text.replacing(/4\.0$/, with: "4")) }
    let tables = try files.map { try CSVTable(parsing: $0.1, file: $0.0) }
    let record = try StationMaxima(stations: tables[0], gmst: tables[1], maxima: tables[2]).record
    #expect(
      record.findings.first.map { "\($0)" }
        == "Warning: maxima.csv, line 31, column \"S12\": the file ends without a line break after \"4\", "
        + "which is shorter than every other cell of its column, as if it were cut off; see that the "
        + "file is whole, and end it with a line break, or silence this with --allow cut-file.")
  }

  @Test func aWholeFileWithoutALineBreakAtItsEndHasNoFinding() throws {
    #expect(try findings { $0.maximaEnd = "" }.isEmpty)
  }

  @Test func aColumnThatHadToBeGuessedIsNoted() throws {
    var stations = "station,lon,lat\n"
    var maxima = "station,year,rain\n"
    for station in 0..<3 {
      stations += "\(station),\(station),40\n"
      for year in 2010..<2016 {
        maxima += "\(station),\(year),\(30 + (station * 7 + year * 3) % 5)\n"
      }
    }
    let gmst = "year,anomaly\n" + (2010..<2016).map { "\($0),0.\($0 % 10)\n" }.joined()
    let data = try StationMaxima(
      stations: CSVTable(parsing: stations, file: "stations.csv"),
      gmst: CSVTable(parsing: gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: maxima, file: "maxima.csv"))
    #expect(
      data.record.findings.map { "\($0)" } == [
        "Note: gmst.csv, column \"anomaly\": the column is taken for the GMST anomaly, being the only one "
          + "beside the year; call it \"gmst\", or name it with --gmst-column, or silence this with "
          + "--allow guessed-column.",
        "Note: maxima.csv, column \"rain\": the column is taken for the maxima, being the only one that "
          + "can hold them; call it \"tmax\", or silence this with --allow guessed-column.",
      ])
  }
}
