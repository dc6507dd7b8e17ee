import Foundation

/// A value of a JSON file of a run, whose keys are not known beforehand.
package enum RecordValue: Decodable, Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([RecordValue])
  case object([String: RecordValue])

  package init(from decoder: any Decoder) throws {
    if let object = try? [String: RecordValue](from: decoder) {
      self = .object(object)
    } else if let list = try? [RecordValue](from: decoder) {
      self = .list(list)
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let bool = try? value.decode(Bool.self) {
        self = .bool(bool)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try value.decode(String.self))
      }
    }
  }

  /// The content of a file; nil where there is none, or it is no JSON.
  package init?(contentsOf url: URL) {
    // Without the decoder of runs, which would take the text "nan" for a number.
    guard let data = try? Data(contentsOf: url),
      let value = try? JSONDecoder().decode(RecordValue.self, from: data)
    else { return nil }
    self = value
  }

  /// The value of a key; nil if this is no object, or has no such key.
  package subscript(key: String) -> RecordValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The members of an object by name, in alphabetical order; none of another value.
  package var members: [(name: String, value: RecordValue)] {
    guard case .object(let members) = self else { return [] }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The elements of a list; none of another value.
  package var elements: [RecordValue] { if case .list(let values) = self { values } else { [] } }

  /// The text of a text; nil of another value.
  package var string: String? { if case .text(let text) = self { text } else { nil } }

  /// The number of a number; nil of another value.
  package var double: Double? { if case .number(let number) = self { number } else { nil } }

  /// The truth value; nil of another value.
  package var isTrue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The text of a value that is neither a list nor an object; nil of these and of null.
  package var plainText: String? {
    switch self {
    case .bool(let value): value ? "yes" : "no"
    case .number(let number):
      Int(exactly: number).map { "\($0)" } ?? String(format: "%.6g", number)
    case .text(let text): text
    case .null, .list, .object: nil
    }
  }
}
