/// An incremental checksum of bytes; a change of one byte always changes it.
///
/// - Reference: Fowler, Noll, Vo (2019), *The FNV Non-Cryptographic Hash Algorithm*, FNV-1a with 64 bits.
package struct FNV1a: Equatable, Sendable {
  /// The checksum of the bytes so far.
  package private(set) var value: UInt64

  /// The checksum of no bytes, or the one of bytes that were taken before.
  package init(value: UInt64 = 0xcbf2_9ce4_8422_2325) { self.value = value }

  /// Takes further bytes.
  package mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }
}
