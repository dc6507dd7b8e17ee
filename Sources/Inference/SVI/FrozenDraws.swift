import PPL

/// A handler that finds the sites that a seed inside a model or guide would draw from the same key in every step.
///
/// It is the innermost handler around the model: a key that a site has here comes from a seed inside the model.
struct FrozenDraws: Handler {
  /// Subsampled plates and latent sites, in order.
  private var found: [(name: String, kind: Site.Kind)] = []

  mutating func process(_ site: inout Site) {
    if site.key != nil, site.value == nil { found.append((site.name, site.kind)) }
  }

  /// The first subsampled plate whose rows the guide does not give.
  func firstPlate(besides guide: Trace?) -> String? {
    found.first { $0.kind == .plate && guide?[$0.name] == nil }?.name
  }

  /// The first latent site.
  var firstSite: String? { found.first { $0.kind == .sample }?.name }
}

extension SVI {
  /// Runs the guide once.
  ///
  /// - Throws: `InferenceError.seeded` if its own seed would make its draws the same in every step.
  func firstTrace(ofGuide guide: Model<Void>, key: RandomKey) throws -> Trace {
    let (frozen, trace) = try watched(guide).seeded(by: key).outputAndTrace()
    if let name = frozen.firstPlate(besides: nil) ?? frozen.firstSite {
      throw InferenceError.seeded(name, in: "guide")
    }
    return trace
  }

  /// Runs the model once at the draws of the guide.
  ///
  /// A seed in the model may give the keys of `Context.randomKey`, so that an estimate from draws is a smooth function of the
  /// parameters.
  ///
  /// - Throws: `InferenceError.seeded` if a minibatch would be the same in every step.
  func firstTrace(at guide: Trace, key: RandomKey) throws -> Trace {
    let (frozen, trace) = try watched(model).seeded(by: key).replaying(guide).outputAndTrace()
    if let name = frozen.firstPlate(besides: guide) {
      throw InferenceError.seeded(name, in: "model")
    }
    return trace
  }

  private func watched(_ model: Model<Void>) -> Model<FrozenDraws> {
    Model { p in p.under(FrozenDraws()) { p in model(&p) }.handler }
  }
}
