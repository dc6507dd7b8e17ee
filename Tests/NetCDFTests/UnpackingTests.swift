import Testing

@testable import NetCDF

/// Attributes of another type than their variable, as many programs write them.
struct UnpackingTests {
  private static func unpacked(
    _ x: Double, _ storage: NetCDFStorage, _ attributes: NetCDFAttributes
  ) -> Double {
    Unpacking(
      NetCDFVariable(
        name: "t", dimensions: [], shape: [], storage: storage, attributes: attributes))(x)
  }

  @Test(arguments: ["_FillValue", "missing_value"])
  func aFloatIsMissingByADoubleAttribute(name: String) {
    let stored = Double(Float(1e20))
    #expect(Self.unpacked(stored, .float, [name: 1e20]).isNaN)
    #expect(Self.unpacked(-99.9 as Float, [name: -99.9]).isNaN)
    #expect(Self.unpacked(-99.8 as Float, [name: -99.9]) == Double(-99.8 as Float))
    #expect(Self.unpacked(1e20.nextUp, .double, [name: 1e20]) == 1e20.nextUp)
  }

  /// The `float` nearest to 0.1 lies above it, that nearest to 0.7 below.
  @Test func theEndsOfADoubleRangeAreValidFloats() {
    #expect(Self.unpacked(0.1 as Float, ["valid_max": 0.1]) == Double(0.1 as Float))
    #expect(Self.unpacked(0.7 as Float, ["valid_min": 0.7]) == Double(0.7 as Float))
    #expect(Self.unpacked(0.7 as Float, ["valid_range": [0.7, 1]]) == Double(0.7 as Float))
    #expect(Self.unpacked((0.1 as Float).nextUp, ["valid_max": 0.1]).isNaN)
  }

  @Test func anAttributeBeyondFloatsIsNoInfinity() {
    #expect(Self.unpacked(.infinity, .float, ["missing_value": 1e40]) == .infinity)
  }

  private static func unpacked(_ x: Float, _ attributes: NetCDFAttributes) -> Double {
    unpacked(Double(x), .float, attributes)
  }
}
