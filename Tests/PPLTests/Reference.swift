import Foundation
import PPL

/// A reference file of `Tests/Reference`, made with NumPyro.
func reference(_ name: String) throws -> JSON {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Reference")
  let data = try Data(contentsOf: folder.appendingPathComponent(name))
  return try JSONDecoder().decode(JSON.self, from: data)
}

/// What a reference file holds; the strings "inf", "-inf" and "nan" are numbers.
indirect enum JSON: Decodable {
  case number(Double), bool(Bool), text(String), list([JSON]), object([String: JSON]), null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = ["inf", "-inf", "nan"].contains(text) ? .number(Double(text) ?? .nan) : .text(text)
    } else if let list = try? value.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  subscript(key: String) -> JSON {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }
  var list: [JSON] { if case .list(let items) = self { items } else { [] } }
  var text: String { if case .text(let text) = self { text } else { "" } }
  var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

  /// A number, or nested lists of numbers, as a tensor.
  var tensor: Tensor? {
    switch self {
    case .number(let number):
      return Tensor(number)
    case .list(let items):
      let parts = items.compactMap(\.tensor)
      return parts.count == items.count && !parts.isEmpty ? stack(parts) : nil
    default:
      return nil
    }
  }
}
