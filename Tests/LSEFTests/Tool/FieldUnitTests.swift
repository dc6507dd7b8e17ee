import Testing

@testable import LSEF

@Suite struct FieldUnitTests {
  private static let conversions: [(String, String, Double, Double)] = [
    ("degC", "K", 1, 273.15), ("celsius", "kelvin", 1, 273.15), ("K", "degC", 1, -273.15),
    ("degF", "K", 5 / 9.0, 273.15 - 160 / 9.0), ("mK", "K", 1e-3, 0), ("hPa", "Pa", 100, 0),
    ("mbar", "hPa", 1, 0), ("millibar", "Pa", 100, 0), ("kg m-1 s-2", "Pa", 1, 0),
    ("m/s", "m s-1", 1, 0), ("m s**-1", "m.s^-1", 1, 0), ("km/h", "m s-1", 1 / 3.6, 0),
    ("knots", "m/s", 1_852 / 3_600.0, 0), ("mm/day", "m s-1", 1e-3 / 86_400, 0),
    ("J kg-1", "m2 s-2", 1, 0), ("g/kg", "1", 1e-3, 0), ("%", "1", 0.01, 0),
    ("degC/km", "K m-1", 1e-3, 0), ("psu", "psu", 1, 0), ("(0 - 1)", "(0 - 1)", 1, 0),
  ]

  @Test func valuesAreConverted() throws {
    for (from, to, factor, offset) in Self.conversions {
      let found = try #require(FieldUnit(from).conversion(to: FieldUnit(to)), "\(from) to \(to)")
      #expect(abs(found.factor / factor - 1) < 1e-14, "\(from) to \(to)")
      #expect(abs(found.offset - offset) < 1e-12, "\(from) to \(to)")
    }
  }

  @Test(arguments: [
    ("K", "Pa"), ("m", "m s-1"), ("psu", "1"), ("m2 s-2", "gpm"), ("m/", "m"), ("m^", "m"),
    ("(0 - 1)", "1"),
  ])
  func otherQuantitiesAreNot(_ from: String, _ to: String) {
    #expect(FieldUnit(from).conversion(to: FieldUnit(to)) == nil)
  }

  @Test func squaresAndDifferencesHaveNoZero() {
    #expect(FieldUnit("K2") == FieldUnit("degC").squared)
    #expect(FieldUnit("mK").squared.conversion(to: FieldUnit("K^2"))?.factor == 1e-6)
    #expect(FieldUnit("degC").ofDifferences == FieldUnit("K"))
  }
}
