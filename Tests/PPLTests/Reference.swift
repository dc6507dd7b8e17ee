import Foundation
import PPL

/// A reference file of `Tests/Reference`, made with NumPyro.
func reference(_ name: String) throws -> JSON {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Reference")
  let data = try Data(contentsOf: folder.appendingPathComponent(name))
  return JSON(try JSONSerialization.jsonObject(with: data))
}

/// What a reference file holds; the strings "inf", "-inf" and "nan" are numbers.
indirect enum JSON: Sendable {
  case number(Double)
  case bool(Bool)
  case text(String)
  case list([JSON])
  case object([String: JSON])
  case null

  init(_ value: Any) {
    switch value {
    case let text as String:
      self = ["inf", "-inf", "nan"].contains(text) ? .number(Double(text) ?? .nan) : .text(text)
    case let list as [Any]: self = .list(list.map(JSON.init))
    case let members as [String: Any]: self = .object(members.mapValues(JSON.init))
    case let number as NSNumber:
      // "c" is the encoding of a Boolean.
      self =
        String(cString: number.objCType) == "c"
        ? .bool(number.boolValue) : .number(number.doubleValue)
    default: self = .null
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
