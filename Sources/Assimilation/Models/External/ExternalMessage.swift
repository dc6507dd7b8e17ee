/// The header of a message between this program and the process of an external model: 24 bytes, little-endian.
///
///     bytes  0...3   the kind, four characters
///     bytes  4...7   a count, unsigned, of 32 bits
///     bytes  8...15  a number, signed, of 64 bits
///     bytes 16...23  a number, signed, of 64 bits
///
/// `Documentation/ExternalModels.md` states the protocol.
struct ExternalMessage: Equatable {
  /// The kinds of messages, by the four characters that they begin with.
  enum Kind: String {
    /// The greeting: count is the version, first the dimension; both sides send it once.
    case greeting = "PPLM"
    /// A forecast that is asked for: count states from step `first` to step `second`, followed by the states.
    case forecast = "FCST"
    /// The answer, with the numbers of its request, followed by the states.
    case answer = "DONE"
    /// The refusal of a request by the model, followed by `count` bytes of text.
    case failure = "FAIL"
  }

  /// The version of the protocol.
  static let version: UInt32 = 1
  /// The number of bytes of a header.
  static let size = 24
  /// The longest text of a refusal, in bytes.
  static let longestText = 100_000

  let kind: Kind
  let count: UInt32
  let first, second: Int64

  init(_ kind: Kind, count: UInt32, _ first: Int, _ second: Int) {
    (self.kind, self.count) = (kind, count)
    (self.first, self.second) = (Int64(first), Int64(second))
  }

  /// The header in these bytes; nil if they begin with no kind.
  init?(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.size,
      let kind = Kind(rawValue: String(decoding: bytes[0..<4], as: UTF8.self))
    else { return nil }
    self.kind = kind
    count = Self.integer(bytes[4..<8])
    first = Self.integer(bytes[8..<16])
    second = Self.integer(bytes[16..<24])
  }

  /// The bytes of the header.
  var bytes: [UInt8] {
    Array(kind.rawValue.utf8) + Self.bytes(of: count) + Self.bytes(of: first)
      + Self.bytes(of: second)
  }

  private static func integer<I: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> I {
    bytes.reversed().reduce(0) { ($0 << 8) | I($1) }
  }

  private static func bytes<I: FixedWidthInteger>(of integer: I) -> [UInt8] {
    (0..<(I.bitWidth / 8)).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) }
  }
}
