import Foundation
import Tables
import Testing

@testable import SpatialExtremes

/// Published tables of global mean surface temperature, in their layouts.
struct GMSTFileTests {
  private static func values(_ text: String) throws -> [Int: Double] {
    try RecordFolder.with(["gmst.txt": text]) { folder in
      let url = folder.appending(path: "gmst.txt")
      #expect(DataFile(url).kind == .gmstPublished)
      return try Covariate(GMSTFile.read(TextFile(url)), options: ReadingOptions()).values
    }
  }

  @Test func gistempHasATitleAndStars() throws {
    let months = (1...12).map { _ in ".50" }.joined(separator: ",")
    let text = """
      Land-Ocean: Global Means
      Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,J-D,D-N,DJF,MAM,JJA,SON
      2022,\(months),.89,.90,.87,.88,.92,.91
      2023,\(months),1.17,1.11,.88,.97,1.14,1.40
      2024,\(months.dropLast(4)),***,***,***,***,***,***,***

      """
    #expect(try Self.values(text) == [2022: 0.89, 2023: 1.17])
  }

  @Test func hadCRUT5HasLimits() throws {
    let text = """
      Time,Anomaly (deg C),Lower confidence limit (2.5%),Upper confidence limit (97.5%)
      1850,-0.41765878,-0.589203,-0.24611452
      1851,-0.2333498,-0.41186792,-0.054831687

      """
    #expect(try Self.values(text) == [1850: -0.41765878, 1851: -0.2333498])
  }

  @Test func monthlySeriesBecomeMeansOfWholeYears() throws {
    let months = (0..<14).map { index -> String in
      let (year, month) = (1850 + index / 12, index % 12 + 1)
      return String(format: "%04d-%02d,%d,0,0\n", year, month, index + 1)
    }.joined()
    let values = try Self.values("Time,Anomaly (deg C),Lower,Upper\n" + months)
    #expect(values == [1850: 6.5])
  }

  @Test func noaaHasComments() throws {
    let text = """
      # Title: Global Land and Ocean January - December Temperature Anomalies
      # Units: Degrees Celsius
      # Missing: -999
      Year,Anomaly
      1850,-0.1
      1851,-999
      1852,0.02

      """
    #expect(try Self.values(text) == [1850: -0.1, 1852: 0.02])
    let older =
      "Global Land and Ocean, January-December\nUnits: Degrees Celsius\nYear,Value\n1880,-0.12\n"
    #expect(try Self.values(older) == [1880: -0.12])
  }

  @Test func aPublishedTableIsTheCovariateOfAFit() throws {
    let data = try RecordFolder.read(
      [
        "stations.csv": RecordFolder.stations,
        "peaks.csv": "station,year,tmax\nA1,2000,5\nA1,2001,6\nB2,2000,7\nB2,2002,7\n",
        "GLB.Ts+dSST.csv":
          "Land-Ocean: Global Means\nYear,Jan,J-D\n2000,.1,.39\n2001,.2,.53\n2002,.2,.63\n",
      ], RecordFolder.options { $0.requirements.covariates = [.gmst] })
    #expect(data.covariate == [0.39, 0.53, 0.63])
  }

  @Test func aCellThatIsNoNumberIsNamed() throws {
    let text = "Year,Anomaly\n1850,-0.1\n1851,warm\n"
    let error = #expect(throws: DataError.self) { try Self.values(text) }
    #expect(error?.description.contains("line 3: \"warm\" is not a number") == true)
  }
}
