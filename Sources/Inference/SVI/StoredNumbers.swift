/// Numbers that every format preserves: infinities, NaN and -0 are stored as the words `"inf"`, `"-inf"`, `"nan"` and `"-0"`,
/// since JSON has no such numbers and Foundation's decoder reads -0 as 0. Other arrays are stored as arrays of numbers.
struct StoredNumbers: Codable, Sendable, Equatable {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Most arrays have no words, and are decoded as a whole.
    if let values = try? container.decode([Double].self) {
      self.values = values
    } else {
      values = try container.decode([Number].self).map(\.value)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.allSatisfy(Number.isPlain) {
      try container.encode(values)
    } else {
      try container.encode(values.map(Number.init))
    }
  }

  /// A number, or the word for it.
  private struct Number: Codable {
    let value: Double

    init(_ value: Double) { self.value = value }

    /// Whether a number is stored as such, without a word.
    static func isPlain(_ value: Double) -> Bool {
      value.isFinite && (value != 0 || value.sign == .plus)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
        return
      }
      let word = try container.decode(String.self)
      guard ["inf", "-inf", "nan", "-0"].contains(word), let number = Double(word) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\"\(word)\" is no number, nor inf, -inf, nan or -0")
      }
      value = number
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if Self.isPlain(value) { return try container.encode(value) }
      try container.encode(value == 0 ? "-0" : value.isNaN ? "nan" : "\(value)")
    }
  }
}
