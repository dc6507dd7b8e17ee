import Testing

@testable import SpatialExtremes

@Suite struct StationDataSelectionTests {
  @Test func theCovariateColumnIsTheFirstKnownOneOrTheNamedOne() throws {
    let years = (2015...2019).map { "\($0),\($0),-\($0),1\($0),2\($0)" }.joined(separator: "\n")
    func used(_ header: String, _ name: String? = nil) throws -> String {
      try StationFolder.read(
        ["gmst.csv": "\(header)\n\(years)"], options: .init(covariateColumn: name)
      ).record.covariateColumn
    }
    #expect(try used("year,d,x,gmst,y") == "gmst")
    #expect(
      try used("year,a,gistemp_anom_1951_1980_c,hadcrut5_anom_1850_1900_c,b")
        == "hadcrut5_anom_1850_1900_c")
    #expect(try used("year,d,x,gmst,y", "x") == "x")
    let only = try StationFolder.read([
      "gmst.csv": StationFolder.good("gmst.csv").replacing("gmst", with: "warming")
    ])
    #expect(only.record.covariateColumn == "warming")
  }

  @Test func recordsWithoutCovariateAreDroppedAndNamed() throws {
    let data = try StationFolder.read([
      "gmst.csv": "year,gmst\n2014,0.7\n2015,0.9\n2016,1\n2017,1\n2018,1\n2019,\n2020,1\n",
      "maxima.csv": StationFolder.good("maxima.csv") + "2020,,33,\n",
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
    let gmst = StationFolder.good("gmst.csv") + "2014,0.6\n"
    let data = try StationFolder.read(["maxima.csv": csv, "gmst.csv": gmst])
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
    let data = try StationFolder.read(
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
