import Foundation
import Plugins
import Testing

@testable import SpatialExtremes

// MARK: - A small data folder to spoil

/// Three stations, five years, nothing missing.
private let goodFiles = [
  "stations.csv": """
  station,lon,lat,elevation_m,name
  0016A,1.18,41.15,71,Reus
  0076,2.07,41.29,4,Barcelona
  3195,-3.68,40.41,667,"Madrid, Retiro"

  """,
  "gmst.csv": "year,gmst\n2015,0.9\n2016,1.0\n2017,0.92\n2018,0.85\n2019,0.98\n",
  "maxima.csv": """
  year,0016A,0076,3195
  2015,38.1,33.0,40.6
  2016,37.2,32.4,39.1
  2017,36.0,32.8,40.2
  2018,37.9,34.1,39.3
  2019,36.1,35.0,40.7

  """,
]

private func good(_ file: String) -> String { goodFiles[file] ?? "" }

private func withFolder<R>(
  _ changes: [String: String] = [:], _ body: (URL) throws -> R
) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in goodFiles.merging(changes, uniquingKeysWith: { $1 }) {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
  return try body(folder)
}

private func read(
  _ changes: [String: String] = [:], options: ReadingOptions = .init()
) throws -> StationMaxima {
  try withFolder(changes) { try StationMaxima(folder: $0, options: options) }
}

/// The message of the error that a changed folder gives, or "no error".
private func message(
  _ changes: [String: String], options: ReadingOptions = .init()
) throws -> String {
  try withFolder(changes) { folder in
    do {
      _ = try StationMaxima(folder: folder, options: options)
      return "no error"
    } catch {
      return "\(error)".replacing("\(folder.path)/", with: "")
    }
  }
}

/// The good maxima with one piece of text replaced.
private func maxima(replacing old: String, by new: String) -> [String: String] {
  ["maxima.csv": good("maxima.csv").replacing(old, with: new)]
}

// MARK: - Reading

@Suite struct StationDataTests {
  @Test func aFolderIsReadInFileOrder() throws {
    let data = try read()
    #expect(data.stations.map(\.id) == ["0016A", "0076", "3195"])
    #expect(
      data.stations[2]
        == .init(
          id: "3195", longitude: -3.68, latitude: 40.41, elevation: 667, name: "Madrid, Retiro"))
    #expect(data.years == [2015, 2016, 2017, 2018, 2019])
    #expect(data.covariate == [0.9, 1.0, 0.92, 0.85, 0.98])
    #expect(Array(data.maxima[5..<10]) == [33.0, 32.4, 32.8, 34.1, 35.0])
    #expect(data.record.used == 15 && data.record.missing == 0 && data.record.dropped.isEmpty)
    #expect(data.record.summary == ["15 maxima used, 0 station-years missing"])
  }

  @Test func theThreeLayoutsGiveTheSameTable() throws {
    let rowPerYear = try read()
    let rowPerStation = try read([
      "maxima.csv": """
      station_id,2019,2018,2017,2016,2015
      3195,40.7,39.3,40.2,39.1,40.6
      0076,35.0,34.1,32.8,32.4,33.0
      0016A,36.1,37.9,36.0,37.2,38.1
      """
    ])
    var long = "ID,Year,n_days,note,rain\n"
    for (i, station) in rowPerYear.stations.enumerated() {
      for (j, year) in rowPerYear.years.enumerated() {
        let value = rowPerYear.maxima[i * 5 + j] ?? .nan
        long += "\(station.id),\(year),\(i == 0 ? "many" : "90"),x,\(value)\n"
      }
    }
    let rows = try read(["maxima.csv": long])
    for other in [rowPerStation, rows] {
      #expect(other.stations == rowPerYear.stations && other.years == rowPerYear.years)
      #expect(other.maxima == rowPerYear.maxima)
    }
    #expect(rows.record.valueColumn == "rain" && rowPerStation.record.valueColumn == nil)
  }

  @Test func emptyCellsAndAbsentRowsAreMissing() throws {
    let wide = try read(maxima(replacing: "38.1", by: ""))
    #expect(wide.maxima[0] == nil && wide.record.used == 14 && wide.record.missing == 1)
    var long = "station,year,max\n0016A,2015,NA\n"
    for station in ["0016A", "0076", "3195"] {
      for year in 2016...2019 { long += "\(station),\(year),30\n" }
    }
    let rows = try read(["maxima.csv": long + "3195,2015,30\n"])
    #expect(rows.maxima[0] == nil && rows.maxima[5] == nil)
    #expect(rows.record.used == 13 && rows.record.missing == 2 && rows.record.dropped.isEmpty)
  }

  @Test func valuesThatAreAllEqualAreNoError() throws {
    var csv = "station,year,value\n"
    for station in ["0016A", "0076"] {
      for year in 2015...2019 { csv += "\(station),\(year),-999\n" }
    }
    #expect(try read(["maxima.csv": csv]).maxima.allSatisfy { $0 == -999 })
  }

  @Test func theSourcesAreNamedWithTheirChecksums() throws {
    try withFolder { folder in
      let sources = try StationMaxima(folder: folder).record.sources
      #expect(sources.map(\.name) == ["stations.csv", "gmst.csv", "maxima.csv"])
      for source in sources {
        #expect(try source.sha256 == sha256(of: folder.appending(path: source.name)))
      }
    }
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    let data = try read(maxima(replacing: "38.1", by: ""))
    try withFolder { folder in
      let place = folder.appending(path: "copy")
      try data.write(to: place)
      let back = try StationMaxima(folder: place)
      #expect(back.stations == data.stations && back.years == data.years)
      #expect(back.covariate == data.covariate && back.maxima == data.maxima)
      #expect(back.record.used == 14 && back.record.missing == 1)
    }
  }

  @Test func simulatedDataCountTheirMissingValues() {
    let station = StationMaxima.Station(id: "a", longitude: 0, latitude: 0)
    let data = StationMaxima(
      stations: [station], years: [1, 2], covariate: [0, 1], maxima: [30, nil])
    #expect(data.record.used == 1 && data.record.missing == 1)
  }

  @Test func simulatedDataOfWrongSizeAreAMistakeInTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = StationMaxima(stations: [], years: [1], covariate: [0], maxima: [30])
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("StationMaxima: 1 maxima for 0 stations, 1 years"))
  }
}

// MARK: - What is chosen and what is dropped

@Suite struct StationDataSelectionTests {
  @Test func theCovariateColumnIsTheFirstKnownOneOrTheNamedOne() throws {
    let years = (2015...2019).map { "\($0),\($0),-\($0),1\($0),2\($0)" }.joined(separator: "\n")
    func used(_ header: String, _ name: String? = nil) throws -> String {
      try read(
        ["gmst.csv": "\(header)\n\(years)"], options: .init(covariateColumn: name)
      ).record.covariateColumn
    }
    #expect(try used("year,d,x,gmst,y") == "gmst")
    #expect(
      try used("year,a,gistemp_anom_1951_1980_c,hadcrut5_anom_1850_1900_c,b")
        == "hadcrut5_anom_1850_1900_c")
    #expect(try used("year,d,x,gmst,y", "x") == "x")
    let only = try read(["gmst.csv": good("gmst.csv").replacing("gmst", with: "warming")])
    #expect(only.record.covariateColumn == "warming")
  }

  @Test func recordsWithoutCovariateAreDroppedAndNamed() throws {
    let data = try read([
      "gmst.csv": "year,gmst\n2014,0.7\n2015,0.9\n2016,1\n2017,1\n2018,1\n2019,\n2020,1\n",
      "maxima.csv": good("maxima.csv") + "2020,,33,\n",
    ])
    #expect(data.years == [2015, 2016, 2017, 2018, 2020])
    #expect(data.record.dropped.map(\.station) == ["0016A", "0076", "3195"])
    #expect(
      data.record.dropped.first
        == .init(file: "maxima.csv", line: 6, station: "0016A", year: 2019, reason: .noCovariate))
    #expect(
      data.record.summary == [
        "13 maxima used, 2 station-years missing",
        "3 records dropped: no GMST value for 2019 (station 0016A, 0076, 3195)",
      ])
  }

  @Test func incompleteYearsAreDroppedAndLeaveTheirStationYearMissing() throws {
    var csv = "station,year,tmax,complete\n"
    for station in ["0016A", "0076"] {
      for year in 2014...2019 {
        csv +=
          "\(station),\(year),30,\(year == 2014 || (station, year) == ("0076", 2017) ? 0 : 1)\n"
      }
    }
    let gmst = good("gmst.csv") + "2014,0.6\n"
    let data = try read(["maxima.csv": csv, "gmst.csv": gmst])
    #expect(data.years == Array(2015...2019) && data.maxima[7] == nil)
    #expect(
      data.record.summary == [
        "9 maxima used, 1 station-year missing",
        "3 records dropped: incomplete year, in 2014, 2017 (station 0016A, 0076)",
        "1 station dropped: no maxima (station 3195)",
        "1 year dropped: no maxima in 2014",
      ])
    #expect(data.record.dropped.map(\.line) == [2, 8, 11, 4, 2])
  }

  @Test func yearsMayBeChosen() throws {
    let text = (2010...2019).map { "\($0),0.\($0)" }.joined(separator: "\n")
    let csv = "year,0016A,0076\n" + (2010...2019).map { "\($0),30,31" }.joined(separator: "\n")
    let data = try read(
      ["gmst.csv": "year,gmst\n" + text, "maxima.csv": csv],
      options: .init(firstYear: 2012, lastYear: 2017))
    #expect(data.years == Array(2012...2017))
    #expect(
      data.record.summary.contains(
        "8 records dropped: outside the years asked for, in 2010, 2011, 2018, 2019"))
  }

  @Test func longListsOfStationsAndYearsAreShortened() {
    let dropped = (0..<7).map {
      DataRecord.Dropped(
        file: "maxima.csv", line: $0, station: "s\($0)", year: [1990, 1991, 1992, 2000][$0 % 4],
        reason: .noCovariate)
    }
    let record = DataRecord(
      used: 1, missing: 1, dropped: dropped, covariateColumn: "gmst", sources: [])
    #expect(
      record.summary == [
        "1 maximum used, 1 station-year missing",
        "7 records dropped: no GMST value for 1990 to 1992, 2000 "
          + "(station s0, s1, s2, s3, s4 and 2 more)",
      ])
  }

  @Test(arguments: [
    ([1987, 1985, 1986, 1985], "1985 to 1987"), ([1985, 1986, 1990], "1985, 1986, 1990"),
    ([1, 3, 5, 7, 9], "1, 3, 5, 7, 9"), ([1, 3, 5, 7, 9, 11, 12], "7 years from 1 to 12"),
  ])
  func yearsAreListedAsRanges(years: [Int], text: String) {
    #expect(yearRanges(years) == text)
  }

  @Test(arguments: [
    ("0077", "0076"), ("76", "0076"), ("0016a", "0016A"), ("3915", nil), ("Zaragoza", nil),
  ])
  func aMisspeltNameFindsTheNearest(name: String, nearest: String?) {
    #expect(closestName(to: name, among: ["0016A", "0076x", "0076", "3195"]) == nearest)
  }
}

// MARK: - Messages

/// One spoilt file and what is said about it.
struct SpoiltFile: Sendable, CustomTestStringConvertible {
  var files: [String: String]
  var message: String
  var options = ReadingOptions()

  var testDescription: String { message }

  init(_ file: String, _ text: String, _ message: String, options: ReadingOptions = .init()) {
    files = [file: text]
    self.message = message
    self.options = options
  }

  init(_ old: String, by new: String, _ message: String) {
    files = maxima(replacing: old, by: new)
    self.message = message
  }
}

private let spoiltStations: [SpoiltFile] = [
  .init(
    "stations.csv", "station,lon,lat\n",
    "stations.csv: there is no station; give every station a line."),
  .init(
    "stations.csv", "station,lon,lat\na,0,1\na,1,1\n",
    "stations.csv, line 3, column \"station\": station \"a\" is on line 2 already; "
      + "give every station one line and an identifier of its own."),
  .init(
    "stations.csv", "id,lon,lat\n,0,1\n",
    "stations.csv, line 2, column \"id\": the station has no identifier; give every station one."),
  .init(
    "stations.csv", "station,lon_deg,lat\na,355.2,1\n",
    "stations.csv, line 2, column \"lon_deg\": 355.2 is out of range; "
      + "give degrees east, from -180 to 180; west is negative."),
  .init(
    "stations.csv", "station,lon,latitude\na,1,-90.5\n",
    "stations.csv, line 2, column \"latitude\": -90.5 is out of range; "
      + "give degrees north, from -90 to 90."),
  .init(
    "stations.csv", "station,lon,lat\na,,1\n",
    "stations.csv, line 2, column \"lon\": the cell is empty; give a decimal number, as in 12.5."),
  .init(
    "stations.csv", "station,lon,lat,elevation_m\na,1,1,high\n",
    "stations.csv, line 2, column \"elevation_m\": \"high\" is not a number; "
      + "give a decimal number with \".\" or leave the cell empty for a missing value."),
  .init(
    "stations.csv", "station,x,lat\n",
    "stations.csv: there is no column \"lon\" or \"lon_deg\" or \"longitude\"; "
      + "add it to the header, which has \"station\", \"x\", \"lat\"."),
  .init(
    "stations.csv", "station,lon,lat\n0016A,1.18,41.15\n0076,1.180,41.150\n3195,0,0\n",
    "stations.csv, line 3: stations \"0016A\" and \"0076\" are at one place "
      + "(longitude 1.18, latitude 41.15); "
      + "give more digits of their coordinates, or remove one of them."),
]

private let spoiltCovariates: [SpoiltFile] = [
  .init(
    "gmst.csv", "year,gmst\n2015,1\n2016,1\n2015,1\n",
    "gmst.csv, line 4, column \"year\": year 2015 is on line 2 already; give every year one line."),
  .init(
    "gmst.csv", "year,gmst\n2015.0,1\n",
    "gmst.csv, line 2, column \"year\": \"2015.0\" is not an integer; "
      + "give a whole number, as in 1985."),
  .init(
    "gmst.csv", "year,gmst\n2015,inf\n",
    "gmst.csv, line 2, column \"gmst\": \"inf\" is not a finite number; "
      + "give a decimal number, or leave the cell empty for a missing value."),
  .init(
    "gmst.csv", "year,gmst\n2015,\n",
    "gmst.csv, column \"gmst\": no year has a value; "
      + "fill the column, or choose another with --gmst-column."),
  .init(
    "gmst.csv", "year,a,b\n2015,1,2\n",
    "gmst.csv: the column with the GMST anomaly cannot be told among \"a\", \"b\"; "
      + "call it \"gmst\", or choose it with --gmst-column."),
  .init(
    "gmst.csv", "year\n2015\n",
    "gmst.csv: there is no column beside \"year\"; add one called \"gmst\"."),
  .init(
    "gmst.csv", "year,gmst,d\n2015,1,2\n",
    "--gmst-column \"warming\": there is no such column in gmst.csv; choose one of \"gmst\", \"d\".",
    options: .init(covariateColumn: "warming")),
  .init(
    "gmst.csv", "year,gmst,hadcrut5_anom\n2015,1,2\n",
    "--gmst-column \"hadcrut_anom\": there is no such column in gmst.csv; "
      + "did you mean \"hadcrut5_anom\"? There are \"gmst\", \"hadcrut5_anom\".",
    options: .init(covariateColumn: "hadcrut_anom")),
  .init(
    "gmst.csv", "year,gmst\n2015,1\n2016,1\n2017,1\n2018,1\n2019,1\n",
    "gmst.csv, column \"gmst\": the value is the same in all 5 years used; "
      + "give the GMST of each year, since the model is one of change with it."),
  .init(
    "gmst.csv", "year,gmst\n20150101,1\n",
    "gmst.csv, line 2, column \"year\": 20150101 is not a year; give the year alone, as in 1985."),
  .init(
    "gmst.csv", "year,gmst\n1990,1\n1991,1\n",
    "maxima.csv: the maxima are in 2015 to 2019, but \"gmst\" has values in 1990 to 1991; "
      + "give GMST values for the years of the maxima."),
  .init(
    "gmst.csv", "year,gmst\n2015,1\n2016,1\n2017,1\n2019,1\n",
    "maxima.csv: only 4 years can be used (2015 to 2017, 2019); "
      + "give at least 5 years with maxima and a GMST value."),
]

private let spoiltMaxima: [SpoiltFile] = [
  .init(
    "33.0", by: "3a.5",
    "maxima.csv, line 2, column \"0076\": \"3a.5\" is not a number; "
      + "give a decimal number with \".\" or leave the cell empty for a missing value."),
  .init(
    "38.1,33.0", by: "33.0",
    "maxima.csv, line 2: the row has 3 cells, but the header has 4; "
      + "give every row one cell a column, and quote cells that hold a comma."),
  .init(
    "0076,3195", by: "76,3195",
    "maxima.csv, line 1, column \"76\": station \"76\" is not in stations.csv; "
      + "did you mean \"0076\"? Else add \"76\" to stations.csv."),
  .init(
    "\n2016,", by: "\n2015,",
    "maxima.csv, line 3, column \"0016A\": station \"0016A\" has year 2015 twice, "
      + "first on line 2; keep one of the two."),
  .init(
    "maxima.csv", "station,year,tmax\nOviedo,2015,30\n",
    "maxima.csv, line 2, column \"station\": station \"Oviedo\" is not in stations.csv; "
      + "add it there, or remove its maxima."),
  .init(
    "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,MMXV,30\n",
    "maxima.csv, line 3, column \"year\": \"MMXV\" is not an integer; "
      + "give a whole number, as in 1985."),
  .init(
    "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,2015,\n",
    "maxima.csv, line 3, column \"tmax\": station \"0076\" has year 2015 twice, first on line 2; "
      + "keep one of the two."),
  .init(
    "maxima.csv", "station,2015,02015\n0076,30,31\n",
    "maxima.csv, line 2, column \"02015\": station \"0076\" has year 2015 twice, "
      + "both times on this line; keep one of the two."),
  .init(
    "maxima.csv", "station,name,2015\n0076,x,30\n",
    "maxima.csv, line 1, column \"name\": \"name\" is not a year; "
      + "without a column \"year\", each column beside \"station\" is a year."),
  .init(
    "maxima.csv", "place,date\n",
    "maxima.csv: there is neither a column \"station\" nor a column \"year\"; "
      + "give columns station, year, tmax; or a row a year with a column a station; "
      + "or a row a station with a column a year."),
  .init(
    "maxima.csv", "station,year,a,b\n0076,2015,1,2\n",
    "maxima.csv: the column with the maxima cannot be told among \"a\", \"b\"; call it \"tmax\"."),
  .init(
    "maxima.csv", "station,year\n0076,2015\n",
    "maxima.csv: there is no column with the maxima; call it \"tmax\"."),
  .init(
    "maxima.csv", "station,year,tmax,complete\n0076,2015,30,yes\n",
    "maxima.csv, line 2, column \"complete\": \"yes\" is neither 1 nor 0; "
      + "mark a complete year with 1 and an incomplete one with 0."),
  .init(
    "maxima.csv", "station,year,tmax\n0076,2015,NA\n",
    "maxima.csv: there is not one maximum; give a value in at least 5 years."),
  .init(
    "maxima.csv", "station,year,tmax,complete\n0076,2015,30,0\n",
    "maxima.csv: every maximum is marked as incomplete (complete = 0); mark with 1 those to use."),
  .init(
    "maxima.csv", good("maxima.csv"),
    "--first-year 2050: no maximum is in the years asked for, though maxima.csv has 5 years to use "
      + "(2015 to 2019); choose years of which at least 5 can be used, or leave out this flag.",
    options: .init(firstYear: 2050)),
  .init(
    "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,2016,30\n",
    "maxima.csv: only station \"0076\" has maxima to use; "
      + "give at least 2 stations, since the model is one of differences between places."),
]

@Suite struct StationDataErrorTests {
  @Test func aFileIsNamedByThePathThatWasGiven() throws {
    try withFolder(["gmst.csv": "year\n"]) { folder in
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
    try withFolder { folder in
      let file = folder.appending(path: "gmst.csv")
      let error = #expect(throws: DataError.self) { try StationMaxima(folder: file) }
      #expect(
        error?.description
          == "\(file.path): this is no folder; "
          + "name the folder that holds stations.csv, gmst.csv and maxima.csv.")
    }
  }

  /// Differences of years must not overflow.
  @Test(arguments: [Int.min, Int.max, 10000])
  func aNumberThatIsNoYearIsRefusedWhereverYearsStand(year: Int) throws {
    let asked = "is not a year"
    #expect(try message(maxima(replacing: "\n2016,", by: "\n\(year),")).contains(asked))
    #expect(try message(["maxima.csv": "station,\(year)\n0076,30\n"]).contains(asked))
    #expect(try message(["gmst.csv": "year,gmst\n\(year),1\n"]).contains(asked))
  }

  @Test(arguments: spoiltStations + spoiltCovariates + spoiltMaxima)
  func aSpoiltFileIsNamedWithItsRemedy(spoilt: SpoiltFile) throws {
    #expect(try message(spoilt.files, options: spoilt.options) == spoilt.message)
  }

  @Test(arguments: ["stations.csv", "gmst.csv", "maxima.csv"])
  func aFileThatIsNotThereIsNamed(file: String) throws {
    try withFolder { folder in
      try FileManager.default.removeItem(at: folder.appending(path: file))
      let error = #expect(throws: DataError.self) { try StationMaxima(folder: folder) }
      #expect(
        error?.description
          == "\(folder.path)/\(file): there is no such file; "
          + "put it there, or name the folder that has it.")
    }
  }
}

// MARK: - Data as they come

private let reference = SharedData.packageRoot.appending(path: "Tests/Reference")

@Suite struct StationDataFilesTests {
  @Test func theReferenceFolderIsReadInBothLayouts() throws {
    let long = try StationMaxima(folder: reference)
    let wide = try StationMaxima(
      stations: reference.appending(path: "stations.csv"),
      gmst: reference.appending(path: "gmst.csv"),
      maxima: reference.appending(path: "maxima_wide.csv"))
    #expect(long.stations.count == 40 && long.years == Array(1985...2024))
    #expect(long.record.used == 1600 && long.record.missing == 0)
    #expect(long.record.covariateColumn == "gmst" && long.covariate.first == 0.1514428436975951)
    #expect(long.maxima == wide.maxima && long.covariate == wide.covariate)
    #expect(long.maxima.first == 35.04317723731609 && long.maxima.last == 32.856496054134944)
  }

  @Test(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  func theSpanishPanelIsReadAsItIs() throws {
    let data = try StationMaxima(
      stations: SharedData.folder.appending(path: "spain/panel34_stations.csv"),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: "spain/panel34_txx_1985_2019.csv"))
    let values = data.maxima.compactMap(\.self)
    #expect(data.stations.count == 34 && data.years == Array(1985...2019))
    #expect(data.record.used == 1176 && data.record.missing == 14 && data.record.dropped.isEmpty)
    #expect(values.min() == 28.0 && values.max() == 46.6)
    // Both means are published rounded, to 6 and 10 decimals.
    #expect(abs(values.reduce(0, +) / 1176 - 37.596429) < 5e-7)
    #expect(data.record.covariateColumn == "hadcrut5_anom_1850_1900_c")
    #expect(abs(data.covariate.reduce(0, +) / 35 - 0.8310571429) < 5e-11)
  }

  @Test(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  func theLongSpanishTableIsReadWithItsIncompleteYears() throws {
    let data = try StationMaxima(
      stations: SharedData.folder.appending(path: "spain/stations.csv"),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: "spain/annual_max_tmax.csv"))
    let record = data.record
    let incomplete = record.dropped.count { $0.reason == .incomplete }
    #expect(record.valueColumn == "txx_c" && data.stations.count == 108)
    #expect(record.used + incomplete == 5572)
    #expect(record.used + record.missing == data.stations.count * data.years.count)
  }
}
