import Tables

/// A parameter of a model, of observations or of a filter in a configuration.
struct TwinParameter: Sendable {
  /// The values that a parameter takes.
  enum Kind: Sendable {
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case choice([String])
    /// A list of numbers as one value.
    case numbers
    /// A list of texts as one value.
    case texts
  }

  let key: String
  let kind: Kind
  /// The value where the key is absent; nil if there is none.
  let fallback: TwinValue?
  let isRequired: Bool
  let help: String

  init(
    _ key: String, _ kind: Kind, _ fallback: TwinValue? = nil, required: Bool = false,
    _ help: String
  ) {
    (self.key, self.kind, self.fallback) = (key, kind, fallback)
    (isRequired, self.help) = (required, help)
  }

  /// The allowed values, for messages and the list of `--list`.
  var allowed: String {
    switch kind {
    case .number(let range): "a number \(Self.words(range.lowerBound, range.upperBound))"
    case .integer(let range):
      "a whole number \(Self.words(Double(range.lowerBound), Double(range.upperBound)))"
    case .choice(let words): "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .numbers: "a list of numbers"
    case .texts: "a list of texts"
    }
  }

  private static func words(_ low: Double, _ high: Double) -> String {
    let (isLow, isHigh) = (low > -1e300, high < 1e15)
    // The least positive number stands for "above 0".
    let from = low == .leastNonzeroMagnitude ? "above 0" : "from \(shortText(low))"
    return switch (isLow, isHigh) {
    case (true, true): "\(from) to \(shortText(high))"
    case (true, false): from
    default: "that is finite"
    }
  }

  /// The value that this JSON states; nil for one that is not allowed.
  func value(of json: JSONValue) -> TwinValue? {
    switch (kind, json) {
    case (.number(let range), .number(let x)) where range.contains(x): .number(x)
    case (.integer(let range), .number(let x))
    where x == x.rounded() && abs(x) < 1e15 && range.contains(Int(x)): .number(x)
    case (.choice(let words), .text(let text)) where words.contains(text): .text(text)
    case (.numbers, .list(let list)):
      Self.all(list) { if case .number(let x) = $0 { x } else { nil } }.map(TwinValue.numbers)
    case (.texts, .list(let list)):
      Self.all(list) { if case .text(let x) = $0 { x } else { nil } }.map(TwinValue.texts)
    default: nil
    }
  }

  private static func all<T>(_ list: [JSONValue], _ part: (JSONValue) -> T?) -> [T]? {
    let parts = list.compactMap(part)
    return parts.count == list.count && !parts.isEmpty ? parts : nil
  }

  /// Whether a list in its place is a sweep.
  var isSwept: Bool {
    switch kind {
    case .number, .integer, .choice: true
    case .numbers, .texts: false
    }
  }
}

/// A value of a parameter.
enum TwinValue: Sendable, Equatable, Encodable, CustomStringConvertible,
  ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral
{
  case number(Double)
  case text(String)
  case numbers([Double])
  case texts([String])

  init(floatLiteral value: Double) { self = .number(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(stringLiteral value: String) { self = .text(value) }

  var description: String {
    switch self {
    case .number(let x): shortText(x)
    case .text(let text): text
    case .numbers(let list): "[\(list.map(shortText).joined(separator: ", "))]"
    case .texts(let list): "[\(list.joined(separator: ", "))]"
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .number(let x): try value.encode(x)
    case .text(let text): try value.encode(text)
    case .numbers(let list): try value.encode(list)
    case .texts(let list): try value.encode(list)
    }
  }
}

/// The values of the parameters of a model, of observations or of a filter, by their keys.
struct TwinValues: Sendable, Equatable {
  private(set) var all: [String: TwinValue] = [:]
  /// The keys that a list was given for, in the order of the parameters.
  private(set) var swept: [String] = []

  func number(_ key: String) -> Double? {
    if case .number(let x)? = all[key] { x } else { nil }
  }
  func integer(_ key: String) -> Int? { number(key).map { Int($0) } }
  func text(_ key: String) -> String? { if case .text(let x)? = all[key] { x } else { nil } }
  func numbers(_ key: String) -> [Double]? {
    if case .numbers(let x)? = all[key] { x } else { nil }
  }
  func texts(_ key: String) -> [String]? { if case .texts(let x)? = all[key] { x } else { nil } }

  /// The swept values, such as "members 20, inflation 1.02".
  var words: String { swept.map { "\($0) \(all[$0]?.description ?? "")" }.joined(separator: ", ") }

  /// The values of every combination that an object states, the last parameter fastest.
  ///
  /// - Parameters:
  ///   - place: The place of the object in the file, such as "filters[0]".
  ///   - others: The keys that are read elsewhere.
  /// - Throws: `DataError` for a key or value that is not allowed, or one that is missing.
  static func combinations(
    of json: JSONValue, _ parameters: [TwinParameter], at place: String, others: [String] = [],
    file: String
  ) throws(DataError) -> [TwinValues] {
    guard case .object(let members) = json else {
      throw DataError(
        file: file, found: "\(place) is \(json.words)", remedy: "give an object with names and values")
    }
    let prefix = place.isEmpty ? "" : "\(place)."
    let known = others + parameters.map(\.key)
    if let key = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw DataError(
        file: file, found: "\(prefix)\(key) is no key",
        remedy: "the keys here are \(known.joined(separator: ", "))")
    }
    var result = [TwinValues()]
    for parameter in parameters {
      let place = prefix + parameter.key
      guard let given = members[parameter.key] else {
        if parameter.isRequired {
          throw DataError(
            file: file, found: "\(place) is missing",
            remedy: "give \(parameter.allowed), \(parameter.help)")
        }
        if let fallback = parameter.fallback {
          for k in result.indices { result[k].all[parameter.key] = fallback }
        }
        continue
      }
      var (given_, isSweep) = ([given], false)
      if parameter.isSwept, case .list(let list) = given { (given_, isSweep) = (list, true) }
      var values: [TwinValue] = []
      for json in given_ {
        guard let value = parameter.value(of: json) else {
          throw DataError(
            file: file, found: "\(place) is \(json.words)",
            remedy: "give \(parameter.allowed)" + (parameter.isSwept ? ", or a list of them" : ""))
        }
        if values.contains(value) {
          throw DataError(
            file: file, found: "\(place) has \(value) twice", remedy: "give each value once")
        }
        values.append(value)
      }
      guard !values.isEmpty else {
        throw DataError(
          file: file, found: "\(place) is an empty list", remedy: "give \(parameter.allowed)")
      }
      result = result.flatMap { earlier in
        values.map { value in
          var next = earlier
          next.all[parameter.key] = value
          if isSweep { next.swept.append(parameter.key) }
          return next
        }
      }
    }
    return result
  }
}
