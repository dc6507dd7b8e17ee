/// A JSON object whose names are known when it is made.
public struct JSONObject: Encodable, Sendable {
  /// The names with their values, in order.
  public var members: [(name: String, value: any Encodable & Sendable)]

  /// An object with these members, those without a value left out.
  public init(_ members: [(String, (any Encodable & Sendable)?)]) {
    self.members = members.compactMap { name, value in value.map { (name, $0) } }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, value) in members { try container.encode(value, forKey: Key(stringValue: name)) }
  }
}
