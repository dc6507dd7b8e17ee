import Foundation
import Testing

@testable import SpatialExtremes

/// Synthetic files in the layout of ECA&D.
struct ECADataTests {
  private static func tx(_ station: Int, _ years: ClosedRange<Int>, quality: Int = 0) -> String {
    let header = """
      EUROPEAN CLIMATE ASSESSMENT & DATASET (ECA&D), file created on 01-01-2020
      THESE DATA CAN BE USED FREELY PROVIDED THAT THE FOLLOWING SOURCE IS ACKNOWLEDGED:

      FILE FORMAT (MISSING VALUE CODE IS -9999):

      01-06 STAID: Station identifier
      24-28 TX   : maximum temperature in 0.1 degrees Celsius
      30-34 Q_TX : Quality code for TX (0='valid'; 1='suspect'; 9='missing')

      STAID, SOUID,    DATE,   TX, Q_TX

      """
    return header
      + RecordFolder.days(years) { _, month, day in
        (month, day) == (2, 29)
          ? "-9999,    9"
          : (month, day) == (8, 1) ? "  411,    \(quality)" : "  30\(day % 10),    0"
      }.map {
        String(format: "%6d,100001,", station)
          + "\($0.date.replacing("-", with: "")),\($0.value)\n"
      }.joined()
  }

  private static let stations = """
    EUROPEAN CLIMATE ASSESSMENT & DATASET (ECA&D), file created on 01-01-2020

    STAID,STANAME                                 ,CN,      LAT,       LON,HGHT
       12,VALENCIA                                ,ES,+39:28:48,-000:22:30,  11
      230,MADRID - RETIRO                         ,ES,+40:24:42,-003:40:41, 667

    """

  @Test func filesAreInTenthsWithPlacesInDegreesMinutesAndSeconds() throws {
    let data = try RecordFolder.read([
      "TX_STAID000012.txt": Self.tx(12, 2000...2001),
      "TX_STAID000230.txt": Self.tx(230, 2000...2001), "stations.txt": Self.stations,
    ])
    #expect(data.stations.map(\.id) == ["12", "230"] && data.unit == "°C")
    #expect(data.stations.map(\.name) == ["VALENCIA", "MADRID - RETIRO"])
    #expect(abs(data.stations[0].longitude + 0.375) < 1e-12)
    #expect(abs(data.stations[1].latitude - (40 + 24.0 / 60 + 42.0 / 3600)) < 1e-12)
    #expect(data.stations[0].elevation == 11)
    #expect(data.maxima == [41.1, 41.1, 41.1, 41.1])
    #expect(data.record.daily?.values == 2 * 730)
  }

  /// A file of two years with 123 on all days.
  private static func constant(_ element: String) -> String {
    "STAID, SOUID,    DATE,   \(element), Q_\(element)\n"
      + RecordFolder.days(2000...2001) { _, _, _ in "  123,    0" }.map {
        "    12,100001,\($0.date.replacing("-", with: "")),\($0.value)\n"
      }.joined()
  }

  @Test(arguments: [
    ("TG", 12.3, "°C"), ("DTR", 12.3, "°C"), ("RR", 12.3, "mm"), ("PP", 12.3, "hPa"),
    ("FX", 12.3, "m/s"), ("SS", 12.3, "h"), ("SD", 123, "cm"), ("HU", 123, "%"),
    ("CC", 123, "oktas"), ("QQ", 123, "W/m2"),
  ])
  func eachElementHasItsUnit(element: String, value: Double, unit: String) throws {
    let data = try RecordFolder.read([
      "\(element)_STAID000012.txt": Self.constant(element), "stations.txt": Self.stations,
    ])
    #expect(data.maxima == [value, value] && data.unit == unit)
  }

  @Test func anElementOfUnknownUnitIsRefusedByName() throws {
    let message = try RecordFolder.message([
      "DD_STAID000012.txt": Self.constant("DD"), "stations.txt": Self.stations,
    ])
    #expect(
      message.hasPrefix(
        "DD_STAID000012.txt, line 1: the unit of element DD of ECA&D is not known to the program; "
          + "choose one of TX, TN"))
  }

  @Test func suspectValuesAreLeftOut() throws {
    let data = try RecordFolder.read([
      "TX_STAID000012.txt": Self.tx(12, 2000...2001, quality: 1), "stations.txt": Self.stations,
    ])
    #expect(data.maxima == [30.9, 30.9] && data.record.daily?.rejected == 2)
  }

  @Test func aDamagedLineIsNamed() throws {
    let text = Self.tx(12, 2000...2001).replacing("20000801,  411", with: "20000801,  4x1")
    let message = try RecordFolder.message([
      "TX_STAID000012.txt": text, "stations.txt": Self.stations,
    ])
    #expect(message.hasPrefix("TX_STAID000012.txt, line 224: the line"))
  }
}
