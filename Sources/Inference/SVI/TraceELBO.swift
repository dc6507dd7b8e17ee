import PPL

/// The negative evidence lower bound by reparameterized draws from the guide.
///
///     loss = -mean over draws of ( log p(value, data) - log q(value) )
///
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*, eq. (5); keys as NumPyro's
///   `Trace_ELBO`.
public struct TraceELBO: Sendable {
  /// How many draws each step averages.
  public let particles: Int
  /// Into how many equal parts the rows of subsampled plates are divided; 1 leaves them together.
  ///
  ///     p.plate("row", 160_000, subsampleSize: 2_500) { p, rows in … }
  ///     SVI(model, guide: guide, optimizer: Adam(), loss: TraceELBO(shards: 5, threads: Threads(2)))
  ///
  /// Each shard is a loss of its own, its rows standing for the whole plate, and the step takes the mean of all: what
  /// lies outside the plates counts once, and the rows of the minibatch are those that one part would have. Where no
  /// site inside the plates is drawn, loss and gradient are the undivided ones but for rounding; sites inside draw
  /// with keys of the shard, and `randomKey` gives all shards the same. Worth its while, even on one thread, where
  /// the arrays of a whole minibatch leave the second-level cache.
  public let shards: Int
  /// How many threads share particles and shards; worth their while where one takes some tens of microseconds. Decides
  /// no digit.
  public let threads: Threads

  public init(particles: Int = 1, shards: Int = 1, threads: Threads = .one) {
    precondition(particles > 0, "TraceELBO: particles is \(particles), but must be positive.")
    precondition(shards > 0, "TraceELBO: shards is \(shards), but must be positive.")
    (self.particles, self.shards, self.threads) = (particles, shards, threads)
  }

  /// How many losses each step averages.
  var terms: Int { particles * shards }

  /// The loss by one draw, a scalar.
  ///
  /// - Parameters:
  ///   - parameters: The values of the `parameter` sites of guide and model.
  ///   - key: The particle's key.
  func callAsFunction(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey
  ) throws -> Tensor {
    let traces = try traces(model, guide, parameters: parameters, key: key, shard: nil)
    return traces.guide.logDensity() - traces.model.logDensity()
  }

  /// The loss of one term, a scalar.
  func callAsFunction(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], draw: Tensor,
    of layout: DrawLayout
  ) throws -> Tensor {
    let (key, shard) = layout.read(draw)
    let traces = try traces(model, guide, parameters: parameters, key: key, shard: shard)
    return traces.guide.logDensity() - traces.model.logDensity()
  }

  private func traces(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey,
    shard: Shard?
  ) throws -> (guide: Trace, model: Trace) {
    func around(_ model: Model<Void>) -> Model<Void> { shard.map { model.under($0) } ?? model }
    let (modelKey, guideKey) = key.split()
    let guideTrace =
      try around(guide.seeded(by: guideKey).substituting(parameters)).trace()
    let modelTrace =
      try around(model.seeded(by: modelKey).replaying(guideTrace).substituting(parameters)).trace()
    return (guideTrace, modelTrace)
  }

  /// How the draws of this model's terms are laid out.
  ///
  /// - Throws: `InferenceError.shards`; `ModelError` from the run that finds the plates.
  func drawLayout(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor]
  ) throws -> DrawLayout {
    guard shards > 1 else { return .unsharded }
    let traces = try traces(
      model, guide, parameters: parameters, key: RandomKey(0), shard: nil)
    let plates = Array(traces.guide) + traces.model.filter { traces.guide[$0.name] == nil }
    return try DrawLayout(shards: shards, plates: plates)
  }

  /// The draws of a particle's terms, `[shards, width]`.
  ///
  /// - Throws: `ModelError` from the run that chooses the rows.
  func draws(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey,
    in layout: DrawLayout
  ) throws -> Tensor {
    guard shards > 1 else { return layout.draws(key: key, rows: [:]) }
    let traces = try traces(model, guide, parameters: parameters, key: key, shard: nil)
    let sites = Array(traces.model) + Array(traces.guide)
    let rows = sites.filter { $0.kind == .plate }.compactMap { site in
      site.value.map { (site.name, $0) }
    }
    return layout.draws(key: key, rows: Dictionary(rows) { _, ofGuide in ofGuide })
  }
}
