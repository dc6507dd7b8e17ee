import Foundation
import Tables
import Testing

@testable import SpatialExtremes

/// What a flag caused is said of the flag, with its value, and not of a file that is as it should be.
@Suite struct FlagErrorTests {
  /// The network with further columns in `gmst.csv`: empty, text, constant, of the last three years, with one bad cell.
  private func message(
    _ options: ReadingOptions, spoil: (inout DataNetwork) -> Void = { _ in }
  ) throws -> String {
    var network = DataNetwork()
    spoil(&network)
    let files = network.files
    let lines = files[1].text.split(separator: "\n").enumerated().map { row, line in
      let year = 1989 + row
      return row == 0
        ? "\(line),void,note,same,short,typo"
        : "\(line),,x,1,\(year > 2016 ? "\(year % 7)" : ""),\(row == 4 ? "0.4.1" : "\(row)")"
    }
    let texts = [files[0].text, lines.joined(separator: "\n") + "\n", files[2].text]
    let tables = try zip(files, texts).map { try CSVTable(parsing: $1, file: $0.name) }
    do {
      _ = try StationMaxima(
        stations: tables[0], gmst: tables[1], maxima: tables[2], options: options)
      return "no error"
    } catch { return "\(error)" }
  }

  private static let all = "has 30 years to use (1990 to 2019); choose years"
  private static let years = ", though it \(all) of which at least 5 can be used, or leave out "

  @Test(arguments: [
    (
      ReadingOptions(firstYear: 2018),
      "--first-year 2018: maxima.csv: only 2 years can be used (2018, 2019)\(years)this flag."
    ),
    (
      ReadingOptions(lastYear: 1990),
      "--last-year 1990: maxima.csv: only 1 year can be used (1990)\(years)this flag."
    ),
    (
      ReadingOptions(firstYear: 2000, lastYear: 2002),
      "--first-year 2000 and --last-year 2002: maxima.csv: only 3 years can be used (2000 to 2002)"
        + "\(years)these flags."
    ),
    (
      ReadingOptions(firstYear: 2018, lastYear: 2100),
      "--first-year 2018: maxima.csv: only 2 years can be used (2018, 2019)\(years)this flag."
    ),
    (
      ReadingOptions(lastYear: 1905),
      "--last-year 1905: maxima.csv: no maximum is in the years asked for\(years)this flag."
    ),
  ])
  func yearsThatLeaveTooLittleAreBlamed(options: ReadingOptions, sentence: String) throws {
    #expect(try message(options) == sentence)
  }

  @Test func yearsOfOneStationAreBlamed() throws {
    let text = try message(ReadingOptions(firstYear: 2010)) { network in
      // Only the first station goes on after 2009.
      for station in 1..<12 { for year in 20..<30 { network.maxima[station][year] = .nan } }
    }
    #expect(
      text == "--first-year 2010: maxima.csv: only station \"S1\" has maxima to use, though it "
        + "\(Self.all) in which another station has maxima, or leave out this flag.")
  }

  @Test func yearsOfOneCovariateAreBlamed() throws {
    let text = try message(ReadingOptions(firstYear: 2010)) { network in
      for year in 20..<30 { network.covariate[year] = 0.9 }
    }
    #expect(
      text == "--first-year 2010: gmst.csv, column \"gmst\": the value is the same in all 10 years "
        + "used, though maxima.csv \(Self.all) in which column \"gmst\" varies, or leave out this "
        + "flag.")
  }

  @Test func dataAtFaultInAllYearsAreBlamedThemselves() throws {
    let text = try message(ReadingOptions(firstYear: 2018)) { network in
      network.coordinates[1] = network.coordinates[0]
    }
    #expect(text.hasPrefix("stations.csv, line 3: stations \"S1\" and \"S2\" are at one place"))
  }

  @Test(arguments: [
    (
      "gsmt",
      "gmst.csv: there is no such column; choose one of \"gmst\", "
        + "\"void\", \"note\", \"same\", \"short\", \"typo\"."
    ),
    (
      "void",
      "gmst.csv, column \"void\": no year has a value; fill the column, or choose another "
        + "column."
    ),
    (
      "note",
      "gmst.csv, line 2, column \"note\": \"x\" is not a number; give a decimal number with "
        + "\".\" or leave the cell empty for a missing value, or choose another column."
    ),
    (
      "same",
      "gmst.csv, column \"same\": the value is the same in all 30 years used; give the GMST "
        + "of each year, since the model is one of change with it, or choose another column."
    ),
    (
      "short",
      "maxima.csv: only 3 years can be used (2017 to 2019); give at least 5 years with maxima "
        + "and a GMST value, or choose another column."
    ),
    (
      "typo",
      "gmst.csv, line 5, column \"typo\": \"0.4.1\" is not a number; give a decimal number "
        + "with \".\" or leave the cell empty for a missing value, or choose another column."
    ),
  ])
  func aColumnThatCannotBeTheCovariateIsBlamed(column: String, sentence: String) throws {
    #expect(
      try message(ReadingOptions(covariateColumn: column))
        == "--gmst-column \"\(column)\": \(sentence)")
  }

  @Test func aColumnThatIsTheOnlyOneIsNotBlamed() throws {
    let text = try message(ReadingOptions(covariateColumn: "gmst")) { network in
      for year in network.covariate.indices { network.covariate[year] = 0.5 }
    }
    #expect(text.hasPrefix("gmst.csv, column \"gmst\": the value is the same"))
  }

  @Test func yearsAreBlamedBeforeTheColumnThatSuitsTheOthers() throws {
    let text = try message(ReadingOptions(covariateColumn: "gmst", firstYear: 2018))
    #expect(text.hasPrefix("--first-year 2018: "))
  }
}
