import Foundation
import Tables
import Testing

@testable import SpatialExtremes

@Suite struct StationDataErrorTests {
  @Test func aFileIsNamedByThePathThatWasGiven() throws {
    try StationFolder.with(["gmst.csv": "year\n"]) { folder in
      let error = #expect(throws: DataError.self) { try StationMaxima(folder: folder) }
      #expect(error?.description.hasPrefix("\(folder.path)/gmst.csv: ") == true)
    }
    // A relative path stays relative.
    let error = #expect(throws: DataError.self) {
      try StationMaxima(folder: URL(filePath: "no/such", directoryHint: .isDirectory))
    }
    #expect(
      error?.description
        == "no/such: there is no such folder; "
        + "name the folder that holds stations.csv, gmst.csv and maxima.csv.")
  }

  @Test func aFileInPlaceOfTheFolderIsNoFolder() throws {
    try StationFolder.with { folder in
      let file = folder.appending(path: "gmst.csv")
      let error = #expect(throws: DataError.self) { try StationMaxima(folder: file) }
      #expect(
        error?.description
          == "\(file.path): this is not a folder; "
          + "name the folder that holds stations.csv, gmst.csv and maxima.csv.")
    }
  }

  /// Differences of years must not overflow.
  @Test(arguments: [Int.min, Int.max, 10000])
  func aNumberThatIsNoYearIsRefusedWhereverYearsStand(year: Int) throws {
    let asked = "is not a year"
    #expect(
      try StationFolder.message(StationFolder.maxima(replacing: "\n2016,", by: "\n\(year),"))
        .contains(asked))
    #expect(try StationFolder.message(["maxima.csv": "station,\(year)\n0076,30\n"]).contains(asked))
    #expect(try StationFolder.message(["gmst.csv": "year,gmst\n\(year),1\n"]).contains(asked))
  }

  @Test(arguments: SpoiltFile.stations + SpoiltFile.covariates + SpoiltFile.maxima)
  func aSpoiltFileIsNamedWithItsRemedy(spoilt: SpoiltFile) throws {
    #expect(try StationFolder.message(spoilt.files, options: spoilt.options) == spoilt.message)
  }

  @Test(arguments: ["stations.csv", "gmst.csv", "maxima.csv"])
  func aFileThatIsNotThereIsNamed(file: String) throws {
    try StationFolder.with { folder in
      try FileManager.default.removeItem(at: folder.appending(path: file))
      let error = #expect(throws: DataError.self) { try StationMaxima(folder: folder) }
      #expect(
        error?.description
          == "\(folder.path)/\(file): there is no such file; "
          + "put it there, or name the folder that has it.")
    }
  }
}
