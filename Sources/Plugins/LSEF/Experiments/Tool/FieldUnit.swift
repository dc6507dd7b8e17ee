import Foundation

/// A unit of measurement: powers of base units with a factor, and the zero of a temperature scale.
///
///     FieldUnit("degC").conversion(to: FieldUnit("K"))  // 1 x + 273.15
///
/// Units are read as CF and UDUNITS write them: "m s-1", "m/s", "m.s-1", "m s**-1", "hPa". A name that is not known is a base
/// unit of its own, which equals itself only.
struct FieldUnit: Equatable {
  /// The exponent of each base unit; none for a number.
  private(set) var powers: [String: Int] = [:]
  /// The base units in one of this unit.
  private(set) var factor = 1.0
  /// The value in base units of 0 in this unit.
  private(set) var offset = 0.0

  /// The unit of a text.
  init(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let zero = Self.temperatures[text.lowercased().replacing("_", with: "")] {
      (powers, factor, offset) = (["K": 1], zero.factor, zero.offset)
    } else if !parse(text) {
      (powers, factor) = ([text: 1], 1)
    }
  }

  /// The factor and the number to add that turn values in this unit into values in another; nil for another quantity.
  func conversion(to other: FieldUnit) -> (factor: Double, offset: Double)? {
    guard powers == other.powers else { return nil }
    return (factor / other.factor, (offset - other.offset) / other.factor)
  }

  /// The unit of squares of values, whose zero is that of differences.
  var squared: FieldUnit {
    var result = self
    result.powers = powers.mapValues { 2 * $0 }
    (result.factor, result.offset) = (factor * factor, 0)
    return result
  }

  /// The unit of differences of values.
  var ofDifferences: FieldUnit {
    var result = self
    result.offset = 0
    return result
  }

  // MARK: Reading

  /// Reads a product of powers; false for a text that is none.
  private mutating func parse(_ text: String) -> Bool {
    let characters = Array(text)
    var (at, divides) = (0, false)
    while at < characters.count {
      let character = characters[at]
      if character == "/" {
        (divides, at) = (true, at + 1)
      } else if " .*·".contains(character) {
        at += 1
      } else if character.isLetter || "%°_µ".contains(character) {
        let start = at
        while at < characters.count, characters[at].isLetter || "%°_µ".contains(characters[at]) {
          at += 1
        }
        let name = String(characters[start..<at])
        guard let exponent = Self.exponent(characters, &at) else { return false }
        multiply(by: name, divides ? -exponent : exponent)
        divides = false
      } else if character.isNumber {
        let start = at
        while at < characters.count, characters[at].isNumber || characters[at] == "." { at += 1 }
        guard let number = Double(String(characters[start..<at])), number > 0 else { return false }
        factor *= divides ? 1 / number : number
        divides = false
      } else {
        return false
      }
    }
    return !divides
  }

  /// The exponent at a place, as in "2", "^-1" and "**-1"; 1 if there is none, nil for one without digits.
  private static func exponent(_ characters: [Character], _ at: inout Int) -> Int? {
    func next(_ k: Int) -> Character? { at + k < characters.count ? characters[at + k] : nil }
    let isMarked = next(0) == "^" || (next(0) == "*" && next(1) == "*")
    if isMarked { at += next(0) == "^" ? 1 : 2 }
    var text = ""
    if next(0) == "-" || next(0) == "+" {
      text.append(characters[at])
      at += 1
    }
    while let digit = next(0), digit.isNumber {
      text.append(digit)
      at += 1
    }
    return text.isEmpty && !isMarked ? 1 : Int(text)
  }

  private mutating func multiply(by name: String, _ exponent: Int) {
    let unit = Self.unit(name)
    for (base, power) in unit.powers {
      let sum = (powers[base] ?? 0) + power * exponent
      powers[base] = sum == 0 ? nil : sum
    }
    factor *= pow(unit.factor, Double(exponent))
  }

  private typealias Named = (powers: [String: Int], factor: Double)

  /// The unit of a name: one of the table, one with a prefix, or a base unit of its own.
  private static func unit(_ name: String) -> Named {
    if let own = units[name] { return own }
    for (prefix, factor) in prefixes where name.hasPrefix(prefix) {
      let rest = String(name.dropFirst(prefix.count))
      if prefixed.contains(rest), let own = units[rest] { return (own.powers, factor * own.factor) }
    }
    // A temperature in a product is a difference.
    if let own = temperatures[name.lowercased().replacing("_", with: "")] {
      return (["K": 1], own.factor)
    }
    return ([name: 1], 1)
  }

  /// Temperature scales by their names in lower case without underscores.
  private static let temperatures: [String: (factor: Double, offset: Double)] = {
    let celsius = [
      "degc", "°c", "c", "celsius", "degreecelsius", "degreescelsius", "degreec", "degreesc",
    ]
    let fahrenheit = ["degf", "°f", "f", "fahrenheit", "degreefahrenheit", "degreesfahrenheit"]
    return Dictionary(
      uniqueKeysWithValues: celsius.map { ($0, (1, 273.15)) }
        + fahrenheit.map { ($0, (5 / 9, 273.15 - 32 * 5 / 9)) })
  }()

  private static let prefixes = [
    ("da", 10.0), ("n", 1e-9), ("u", 1e-6), ("µ", 1e-6), ("m", 1e-3), ("c", 1e-2), ("d", 0.1),
    ("h", 1e2), ("k", 1e3), ("M", 1e6), ("G", 1e9),
  ]
  private static let prefixed: Set<String> = [
    "K", "m", "g", "s", "Pa", "bar", "N", "J", "W", "mol",
  ]

  private static let units: [String: Named] = {
    let pascal = ["kg": 1, "m": -1, "s": -2]
    let table: [([String], Named)] = [
      (
        ["K", "kelvin", "Kelvin", "degK", "deg_K", "degree_Kelvin", "degrees_Kelvin"], (["K": 1], 1)
      ),
      (["m", "metre", "metres", "meter", "meters"], (["m": 1], 1)),
      (["g", "gram", "grams"], (["kg": 1], 1e-3)),
      (["s", "sec", "second", "seconds"], (["s": 1], 1)),
      (["min", "minute", "minutes"], (["s": 1], 60)),
      (["h", "hr", "hour", "hours"], (["s": 1], 3_600)),
      (["d", "day", "days"], (["s": 1], 86_400)),
      (["Pa", "pascal", "Pascal"], (pascal, 1)), (["bar"], (pascal, 1e5)),
      (["mb", "millibar", "millibars"], (pascal, 100)),
      (["N"], (["kg": 1, "m": 1, "s": -2], 1)), (["J"], (["kg": 1, "m": 2, "s": -2], 1)),
      (["W"], (["kg": 1, "m": 2, "s": -3], 1)), (["mol"], (["mol": 1], 1)),
      (["kt", "kts", "knot", "knots"], (["m": 1, "s": -1], 1_852 / 3_600.0)),
      (["%", "percent"], ([:], 0.01)), (["ppm"], ([:], 1e-6)), (["ppb"], ([:], 1e-9)),
    ]
    return Dictionary(
      uniqueKeysWithValues: table.flatMap { names, unit in names.map { ($0, unit) } })
  }()
}
