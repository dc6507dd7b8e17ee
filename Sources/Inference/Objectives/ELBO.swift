import PPL
import Parallel

/// The negative evidence lower bound (ELBO): the loss of a variational fit.
///
/// Each draw of the guide, with the model at that draw, gives a loss; a step combines the losses of its particles.
public protocol ELBO: Sendable {
  /// The number of draws of a step.
  var particles: Int { get }
  /// The number of parts into which the rows of subsampled plates are divided.
  var shards: Int { get }
  /// The threads that share particles and shards.
  var pool: WorkPool { get }

  /// Checks the settings; called by a fit before its first step.
  ///
  /// - Throws: By default `InferenceError.argument` unless particles, shards and threads are positive.
  func validate() throws(InferenceError)

  /// The loss of one draw, a scalar; by default `log q - log p`.
  func loss(guide: Trace, model: Trace) -> Tensor

  /// The share of each site in the loss of one draw, scalars; by default its log ratio `log q - log p`.
  func siteLosses(guide: Trace, model: Trace) -> [(name: String, value: Tensor)]

  /// The loss of a step and the weight of each particle's gradient in that of the step; nil for the mean.
  func combined(_ losses: [Double]) -> (value: Double, weights: [Double])?
}

extension ELBO {
  public var shards: Int { 1 }

  public func loss(guide: Trace, model: Trace) -> Tensor { guide.logDensity() - model.logDensity() }

  public func validate() throws(InferenceError) { try validateCounts() }

  /// Checks particles, shards and threads.
  ///
  /// - Throws: `InferenceError.argument` unless they are positive, `.memory` for too many terms.
  func validateCounts() throws(InferenceError) {
    let owner = String(describing: Self.self)
    for (name, count) in [("particles", particles), ("shards", shards)] {
      try demand(count > 0, of: owner, "\(name) is \(count)", "must be positive")
    }
    let terms = particles.multipliedReportingOverflow(by: shards)
    if terms.overflow || terms.partialValue > Tensor.largestCount / 8 {
      throw .memory("particles × shards of \(owner)", terms.overflow ? .max : terms.partialValue)
    }
    try demand(
      pool.threads > 0, of: "WorkPool", "the number of threads is \(pool.threads)",
      "must be positive")
  }

  public func combined(_ losses: [Double]) -> (value: Double, weights: [Double])? { nil }

  public func siteLosses(guide: Trace, model: Trace) -> [(name: String, value: Tensor)] {
    logRatios(guide: guide, model: model, besides: [:])
  }

  /// The loss of each site: that in `others`, or `log q - log p`; first the sites of the model, then those of the guide alone.
  func logRatios(
    guide: Trace, model: Trace, besides others: [String: Tensor]
  ) -> [(name: String, value: Tensor)] {
    let own = guide.filter { model[$0.name] == nil }
    return (Array(model) + own).compactMap { site in
      if let other = others[site.name] { return (site.name, other) }
      switch (guide[site.name]?.logDensity(), model[site.name]?.logDensity()) {
      case (let q?, let p?): return (site.name, q - p)
      case (let q?, nil): return (site.name, q)
      case (nil, let p?): return (site.name, -p)
      case (nil, nil): return nil
      }
    }
  }

  /// The number of terms of a step: its particles times their shards.
  var terms: Int { particles * shards }

  /// The loss of one draw, a scalar.
  ///
  /// - Parameters:
  ///   - parameters: The values of the `parameter` sites of guide and model.
  ///   - key: The particle's key.
  func callAsFunction(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey
  ) throws -> Tensor {
    let traces = try traces(model, guide, parameters: parameters, key: key)
    return loss(guide: traces.guide, model: traces.model)
  }

  /// One draw of the guide, and the model at that draw; keys as in NumPyro's `Trace_ELBO`.
  ///
  /// - Parameter handler: The handler around both, which gives plates their rows.
  func traces(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey,
    under handler: (any Handler)? = nil
  ) throws -> (guide: Trace, model: Trace) {
    func around(_ model: Model<Void>) -> Model<Void> { handler.map { model.under($0) } ?? model }
    let (modelKey, guideKey) = key.split()
    let guideTrace =
      try around(guide.seeded(by: guideKey).under(Substitute(parameters))).trace()
    let modelTrace =
      try around(model.seeded(by: modelKey).replaying(guideTrace).under(Substitute(parameters)))
      .trace()
    return (guideTrace, modelTrace)
  }

  /// The layout of the seeds of this model's terms.
  ///
  /// - Throws: `InferenceError.shards`; `ModelError` from the run that finds the plates.
  func seedLayout(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor]
  ) throws -> SeedLayout {
    guard shards > 1 else { return .unsharded }
    let traces = try traces(model, guide, parameters: parameters, key: RandomKey(0))
    let plates = Array(traces.guide) + traces.model.filter { traces.guide[$0.name] == nil }
    return try SeedLayout(shards: shards, plates: plates)
  }

  /// The seeds of a particle's terms, `[shards, width]`.
  ///
  /// - Throws: `ModelError` from the run that chooses the rows.
  func seeds(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey,
    in layout: SeedLayout
  ) throws -> Tensor {
    guard shards > 1 else { return layout.seeds(key: key, rows: [:]) }
    let traces = try traces(model, guide, parameters: parameters, key: key)
    let sites = Array(traces.model) + Array(traces.guide)
    let rows = sites.filter { $0.kind == .plate }.compactMap { site in
      site.value.map { (site.name, $0) }
    }
    return layout.seeds(key: key, rows: Dictionary(rows) { _, ofGuide in ofGuide })
  }
}
