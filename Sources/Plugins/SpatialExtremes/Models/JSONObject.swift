/// A JSON object whose names are known when it is made.
struct JSONObject: Encodable, Sendable {
  var members: [(name: String, value: any Encodable & Sendable)]

  init(_ members: [(String, any Encodable & Sendable)]) {
    self.members = members.map { ($0, $1) }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, value) in members { try container.encode(value, forKey: Key(stringValue: name)) }
  }
}
