import Foundation
import Tables

/// A value of a JSON file that a user writes.
enum JSONValue: Decodable, Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    if let object = try? [String: JSONValue](from: decoder) {
      self = .object(object)
    } else if let list = try? [JSONValue](from: decoder) {
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

  /// The content of a file.
  ///
  /// - Throws: `DataError` for a file that cannot be read or is no JSON.
  init(contentsOf url: URL) throws(DataError) {
    let bytes = try readBytes(of: url)
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
      let place =
        if case DecodingError.dataCorrupted(let context) = error {
          (context.underlyingError as? NSError)?.userInfo["NSDebugDescription"] as? String
        } else { String?.none }
      throw DataError(
        file: url.relativePath, found: "it is no JSON" + (place.map { ": \($0)" } ?? ""),
        remedy: "mind commas, quotes and brackets; JSON has no comments")
    }
  }

  /// The value as a message shows it.
  var words: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): shortText(value)
    case .text(let text): "\"\(text)\""
    case .list(let values): "[\(values.map(\.words).joined(separator: ", "))]"
    case .object: "an object"
    }
  }
}

/// A number without ".0" where it is whole.
func shortText(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}
