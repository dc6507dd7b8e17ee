/// NumPy's `SeedSequence`: the words that a seed spreads to, so that similar seeds give unrelated generators.
///
/// - Reference: O'Neill (2015), *Developing a seed_seq alternative*; NumPy's `bit_generator.pyx`.
struct SeedSequence {
  private let pool: [UInt32]

  /// The sequence of a seed.
  init(_ seed: UInt64) {
    var hash: UInt32 = 0x43b0_d7e5
    func hashed(_ value: UInt32) -> UInt32 {
      var v = value ^ hash
      hash = hash &* 0x931e_8875
      v = v &* hash
      return v ^ (v >> 16)
    }
    func mixed(_ x: UInt32, _ y: UInt32) -> UInt32 {
      let r = 0xca01_f9dd &* x &- 0x4973_f715 &* y
      return r ^ (r >> 16)
    }
    let words = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    var pool = (0..<4).map { hashed($0 < words.count ? words[$0] : 0) }
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        pool[target] = mixed(pool[target], hashed(pool[source]))
      }
    }
    self.pool = pool
  }

  /// The first words of the sequence, 64 bits each.
  func words(_ count: Int) -> [UInt64] {
    var hash: UInt32 = 0x8b51_f9dd
    let halves = (0..<2 * count).map { index in
      var w = pool[index % pool.count] ^ hash
      hash = hash &* 0x58f3_8ded
      w = w &* hash
      return UInt64(w ^ (w >> 16))
    }
    return (0..<count).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
  }
}
