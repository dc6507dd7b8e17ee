import PPL
import Parallel

extension Posterior {
  /// The posterior of a model from draws of its latent sites, with every deterministic site recomputed for each.
  ///
  ///     let latent = Draws(count: chains * draws, sites: sites)  // draws of a sampler, the first chain first
  ///     let posterior = try Posterior(
  ///       of: model, latent: latent, chains: chains, key: key, pool: pool, origin: .init(method: "NUTS"))
  ///
  /// - Parameters:
  ///   - model: The model conditioned on its data.
  ///   - latent: The draws of all latent sites on their supports, those of the first chain first.
  ///   - chains: The number of chains C, a divisor of the number of draws.
  ///   - statistics: Numbers of each draw; none if nil.
  ///   - key: The key for random numbers of the model that are not sites.
  ///   - pool: The threads that share the draws.
  ///   - origin: The algorithm and the settings that made the draws.
  /// - Throws: `ModelError` from a run of the model; else as `init(_:chains:statistics:axes:origin:)`.
  /// - Complexity: One run of the model for each draw.
  public init(
    of model: Model<Void>, latent: Draws, chains: Int = 1, statistics: Draws? = nil,
    key: RandomKey, pool: WorkPool, origin: Origin
  ) throws {
    let draws = try latent.completed(by: model, key: key, pool: pool)
    try self.init(
      draws, chains: chains, statistics: statistics, axes: draws.axes(in: model, key: key),
      origin: origin)
  }
}

extension Draws {
  /// The draws with their deterministic sites.
  ///
  /// Deterministic sites inside a subsampled plate are left out, since a run has only some of their rows.
  ///
  /// - Parameter key: The key for random numbers of the model that are not sites.
  func completed(by model: Model<Void>, key: RandomKey, pool: WorkPool) throws -> Draws {
    try appending(
      Draws.mapped(self, keys: key.split(count), pool: pool) { key, values in
        // Sites have no key, so that one without a value is an error.
        try model.substituting { $0.given(values) }.under(RequestSeed(key)).trace()
          .filter { site in site.kind == .deterministic && !site.isSubsampled }
          .compactMap { site in site.value.map { (site.name, $0) } }
      })
  }

  /// The names of the plates along the axes of each site, by one run of the model.
  ///
  /// The run is at a draw of the posterior; the model might fail at one of its prior.
  func axes(in model: Model<Void>, key: RandomKey) throws -> [String: [String?]] {
    let first = self[0]
    let trace = try model.substituting { $0.given(first) }.under(RequestSeed(key)).trace()
    let axes = names.compactMap { name in
      trace[name].map { (name, $0.plateAxes(ofShape: Array(self[name].shape.dropFirst()))) }
    }
    return Dictionary(axes) { $1 }
  }
}

extension Site {
  /// The name of the plate along each axis of a value of this shape.
  package func plateAxes(ofShape shape: [Int]) -> [String?] {
    var axes: [String?] = Array(repeating: nil, count: shape.count)
    let eventRank = distribution?.eventShape.count ?? 0
    for plate in plates {
      let axis = shape.count - eventRank + plate.dim
      guard axes.indices.contains(axis), shape[axis] == plate.size else { continue }
      axes[axis] = plate.name
    }
    return axes
  }

  fileprivate var isSubsampled: Bool { plates.contains { $0.subsampleSize < $0.size } }

  /// The value that a draw gives this site; the first rows of a subsampled plate.
  fileprivate func given(_ values: [String: Tensor]) -> Tensor? {
    if let plateSize, plateSize.used < plateSize.full { return .arange(plateSize.used) }
    guard kind == .sample, var value = values[name] else { return nil }
    let eventRank = distribution?.eventShape.count ?? 0
    for plate in plates where plate.subsampleSize < plate.size {
      let axis = value.rank + plate.dim - eventRank
      guard value.shape.indices.contains(axis), value.shape[axis] == plate.size else { continue }
      value = value.taking(indices: .arange(plate.subsampleSize), along: axis)
    }
    return value
  }
}
