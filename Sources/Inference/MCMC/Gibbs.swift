import PPL
import Preconditions

/// Gibbs sampling by blocks: each transition updates one block of sites after the other, the others held, by a sampler of its
/// own.
///
///     let sampler = Gibbs([.block(["mu_u", "beta_u"], EllipticalSlice()), .rest(NUTS())])
///     let run = try MCMC(sampler, chains: 4).run(posterior, key: RandomKey(0))
///
/// Every block adapts itself during the warm-up. The statistics of block b, from 1, have its number, as in `acceptance[2]`;
/// `gradients` and `divergent` are the sums over all blocks.
///
/// - Reference: Geman and Geman (1984), *Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images*;
///   Tierney (1994), *Markov chains for exploring posterior distributions*, §2.4, for blocks that are updated by Metropolis
///   steps.
public struct Gibbs: Sampler {
  /// The sites of one block with their sampler.
  public struct Block: Sendable {
    /// The names of the sites; nil for all that are in no other block.
    public let sites: [String]?
    /// The sampler of the block.
    public let sampler: any BlockSampler

    /// A block of these sites.
    public static func block(_ sites: [String], _ sampler: any BlockSampler) -> Block {
      Block(sites: sites, sampler: sampler)
    }

    /// The block of the sites that are in no other.
    public static func rest(_ sampler: any BlockSampler) -> Block {
      Block(sites: nil, sampler: sampler)
    }
  }

  /// The state of a chain.
  public struct State: SamplerState {
    public fileprivate(set) var position: [Double]
    public fileprivate(set) var statistics: [Double] = []
    fileprivate var blocks: [StoredState]
  }

  /// The blocks in the order of their updates.
  public private(set) var blocks: [Block]
  /// The places of each block in the vector of a model; nil before `prepared(for:)`.
  private var places: [[Int]]?

  /// Blocks in the order of their updates.
  public init(_ blocks: [Block]) { self.blocks = blocks }

  public var name: String { "Gibbs" }

  public var settings: [String: String] {
    var settings: [String: String] = [:]
    for (number, block) in numbered {
      settings["block_\(number)"] =
        "\(block.sampler.name) of \(block.sites?.joined(separator: ", ") ?? "the rest")"
      for (name, value) in block.sampler.settings { settings["\(name)_\(number)"] = value }
    }
    return settings
  }

  public var statistics: [String] {
    numbered.flatMap { number, block in block.sampler.statistics.map { "\($0)[\(number)]" } }
      + sums
  }

  private var numbered: [(number: Int, block: Block)] {
    blocks.enumerated().map { ($0 + 1, $1) }
  }

  /// The statistics that are summed over the blocks.
  private var sums: [String] {
    ["gradients", "divergent"].filter { name in
      blocks.contains { $0.sampler.statistics.contains(name) }
    }
  }

  public func validate() throws(InferenceError) {
    try demand(!blocks.isEmpty, of: name, "there is no block", "must be at least one")
    let others = blocks.count { $0.sites == nil }
    try demand(others <= 1, of: name, "\(others) blocks are of the rest", "must be at most one")
    for block in blocks { try block.sampler.validate() }
  }

  /// The sampler with the places of its blocks in the vector of a model, and each block's sampler prepared for the sites of
  /// its block, in model order.
  ///
  /// - Throws: `InferenceError.argument` if a site is in no block or in several, and for an empty block;
  ///   `ModelError.unknownName` for a name that is no latent site; what the sampler of a block throws.
  public func prepared(for vector: LatentVector) throws -> Gibbs {
    let names = vector.sites.map(\.name)
    let named = blocks.flatMap { $0.sites ?? [] }
    if let unknown = named.first(where: { !names.contains($0) }) {
      throw ModelError.unknownName(call: "Gibbs", name: unknown, known: names)
    }
    for name in names {
      let count = named.count { $0 == name }
      try demand(
        count <= 1, of: self.name, "site \"\(name)\" is in \(count) blocks", "must be in one")
      try demand(
        count == 1 || blocks.contains { $0.sites == nil }, of: self.name,
        "site \"\(name)\" is in no block", "must be in one; .rest takes all that are in no other")
    }
    let rest = names.filter { !named.contains($0) }
    let members = blocks.map { block in
      names.indices.filter { (block.sites ?? rest).contains(names[$0]) }
    }
    let places = members.map { $0.flatMap { Array(vector.ranges[$0]) } }
    for (number, block) in numbered {
      try demand(
        !places[number - 1].isEmpty, of: name,
        "block \(number), \(block.sampler.name), has no numbers", "must have some")
    }
    var prepared = self
    prepared.places = places
    prepared.blocks = try zip(blocks, members).map { block, members in
      Block(
        sites: block.sites,
        sampler: try block.sampler.prepared(for: LatentVector(members.map { vector.sites[$0] })))
    }
    return prepared
  }

  public func initialState(
    at point: [Double], of density: borrowing GradientEvaluator, warmup: Int, key: RandomKey
  ) throws -> State {
    var states: [StoredState] = []
    for (index, places) in preparedPlaces.enumerated() {
      states.append(
        try StoredState.initial(
          blocks[index].sampler, at: places.map { point[$0] }, of: density.part(places, of: point),
          warmup, key.foldIn(UInt32(index))))
    }
    return State(position: point, blocks: states)
  }

  public func step(
    _ state: inout State, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    var (statistics, totals) = ([Double](), sums.map { _ in 0.0 })
    for (index, places) in preparedPlaces.enumerated() {
      let sampler = blocks[index].sampler
      let moved = try state.blocks[index].advance(
        sampler, of: density.part(places, of: state.position), key.foldIn(UInt32(index)))
      for (place, number) in zip(places, moved.position) { state.position[place] = number }
      statistics += moved.statistics
      for (name, number) in zip(sampler.statistics, moved.statistics) {
        if let sum = sums.firstIndex(of: name) { totals[sum] += number }
      }
    }
    state.statistics = statistics + totals
  }

  private var preparedPlaces: [[Int]] {
    guard let places else {
      requirementFailed("Gibbs: step(_:of:key:) before prepared(for:).")
    }
    return places
  }
}
