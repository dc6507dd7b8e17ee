import PPL

/// A shard, one of several parts of a minibatch: the rows that subsampled plates use in it.
///
/// Sites outside those plates have the same keys in all shards of a particle, and so the same draws; sites inside have keys of
/// the shard. The handler is outside the seed, whose order of keys it does not change.
struct Shard: Handler {
  /// The rows of each subsampled plate.
  let rows: [String: Tensor]
  private(set) var key: RandomKey

  mutating func process(_ site: inout Site) {
    if site.kind == .plate, let own = rows[site.name] { site.value = own }
    let isInside = site.plates.contains { rows[$0.name] != nil }
    if site.kind == .sample, site.key != nil, isInside { (key, site.key) = key.split() }
  }
}

/// The layout of the seeds of a step's terms: each term has one row of numbers, the source of all its random numbers.
///
///     [the particle's key: 2 words]                              one shard
///     [the particle's key, the shard's key, rows of each plate]  several
struct SeedLayout: Sendable {
  let shards: Int
  /// The subsampled plates, with the number of rows that a shard uses of each.
  let plates: [(name: String, count: Int)]

  static let unsharded = SeedLayout()

  /// The layout for a number of shards of subsampled plates.
  ///
  /// - Throws: `InferenceError.shards` if no plate is subsampled, or the rows of one do not divide evenly.
  init(shards: Int, plates: [Site]) throws {
    let subsampled = plates.filter { $0.isSubsampledPlate }
    guard !subsampled.isEmpty else { throw InferenceError.shards(shards, plate: nil, rows: 0) }
    self.shards = shards
    self.plates = try subsampled.map { plate in
      let used = plate.plateSize?.used ?? 0
      guard used % shards == 0 else {
        throw InferenceError.shards(shards, plate: plate.name, rows: used)
      }
      return (plate.name, used / shards)
    }
  }

  private init() { (shards, plates) = (1, []) }

  /// The seeds of the terms of one particle, `[shards, width]`.
  func seeds(key: RandomKey, rows: [String: Tensor]) -> Tensor {
    guard shards > 1 else { return key.words.reshaped(to: [1, 2]) }
    let shardKeys = key.foldIn(1).split(shards)
    let words = stack(shardKeys.map { concatenate([key.words, $0.words]) })
    let parts = plates.map { plate in
      (rows[plate.name] ?? .arange(shards * plate.count)).reshaped(to: [shards, plate.count])
    }
    return concatenate([words] + parts, along: 1)
  }

  /// The particle's key, and the handler of the shard; nil if there is only one.
  func read(_ seed: Tensor) -> (key: RandomKey, shard: Shard?) {
    guard shards > 1 else { return (RandomKey(words: seed), nil) }
    let key = RandomKey(words: seed[.range(0..<2)])
    var rows: [String: Tensor] = [:]
    var start = 4
    for plate in plates {
      rows[plate.name] = seed[.range(start..<start + plate.count)]
      start += plate.count
    }
    return (key, Shard(rows: rows, key: RandomKey(words: seed[.range(2..<4)])))
  }
}

extension Site {
  /// Whether this is a plate of which a run uses only some rows.
  var isSubsampledPlate: Bool {
    kind == .plate && plateSize.map { $0.used < $0.full } ?? false
  }
}
