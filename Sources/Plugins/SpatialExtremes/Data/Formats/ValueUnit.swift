import Tables

/// A unit that values of stations are in, with its spellings in files and its conversion to others.
public struct ValueUnit: Sendable, Equatable {
  /// The symbol in reports.
  public let symbol: String
  /// The factor and the offset to the base unit of its quantity: °C, or mm.
  private let factor, offset: Double
  private let base: String

  /// The unit of a text, in the spellings of CF, UDUNITS and column names; nil for another.
  public init?(_ text: String) {
    let plain = text.lowercased().filter { !" _.°".contains($0) }
    guard let found = Self.known.first(where: { $0.spellings.contains(plain) }) else { return nil }
    (symbol, factor, offset, base) = (found.symbol, found.factor, found.offset, found.base)
  }

  private static let known:
    [(symbol: String, spellings: Set<String>, factor: Double, offset: Double, base: String)] = [
      (
        "°C", ["c", "degc", "celsius", "degreec", "degreesc", "degreecelsius", "degreescelsius"], 1,
        0, "°C"
      ),
      (
        "°F",
        [
          "f", "degf", "fahrenheit", "degreef", "degreesf", "degreefahrenheit", "degreesfahrenheit",
        ],
        1 / 1.8, -32 / 1.8, "°C"
      ),
      ("K", ["k", "kelvin", "degk", "degreek", "degreeskelvin"], 1, -273.15, "°C"),
      (
        "mm",
        [
          "mm", "millimeter", "millimetre", "millimeters", "millimetres", "mm/day", "mmd-1",
          "mmday-1", "kgm-2", "kgm-2d-1", "kgm-2day-1",
        ], 1, 0, "mm"
      ),
      ("cm", ["cm", "centimeter", "centimetre"], 10, 0, "mm"),
      ("m", ["m", "meter", "metre", "meters", "metres"], 1000, 0, "mm"),
      ("in", ["in", "inch", "inches"], 25.4, 0, "mm"),
    ]

  /// The symbol of a text in a file: that of a known unit, or the text itself.
  static func symbol(of text: String) -> String { ValueUnit(text)?.symbol ?? text }

  /// The unit that the last part of a name states, as in `tmax_c` and `rx1day_mm`; nil for none.
  static func suffix(of name: String) -> String? {
    guard let last = name.split(separator: "_").last, last.count < name.count,
      ["c", "f", "k", "mm", "cm", "m", "in", "degc", "degf"].contains(last.lowercased())
    else { return nil }
    return ValueUnit(String(last))?.symbol
  }

  /// The conversion of values to another unit; nil for a unit of another quantity.
  func conversion(to other: ValueUnit) -> (@Sendable (Double) -> Double)? {
    guard base == other.base else { return nil }
    let (a, b) = (factor / other.factor, (offset - other.offset) / other.factor)
    return { $0 * a + b }
  }
}
