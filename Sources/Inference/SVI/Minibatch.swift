import PPL

/// The handler that gives a plate certain rows instead of random ones.
///
/// Each row counts once, without the scale of the plate, or not at all if its mask is 0. The handler is outside the seed.
struct Minibatch: Handler {
  let plate: String
  /// The rows and the indicators of those that count, `[block]`.
  let rows, mask: Tensor

  mutating func process(_ site: inout Site) {
    if site.kind == .plate && site.name == plate { site.value = rows }
    guard site.isStochastic, let frame = site.plates.first(where: { $0.name == plate }) else {
      return
    }
    if let scale = site.scale, frame.subsampleSize < frame.size {
      let rest = scale / Tensor(Double(frame.size) / Double(frame.subsampleSize))
      site.scale = !rest.isRecorded && rest.scalars == [1] ? nil : rest
    }
    let inner = Array(repeating: 1, count: -frame.dim - 1)
    site.restrict(to: inner.isEmpty ? mask : mask.reshaped(to: [mask.count] + inner))
  }
}

extension EpochPlan {
  /// Checks that a model can be trained by this plan: it has the plate, and every site with a density is data inside it.
  ///
  /// - Throws: `InferenceError.argument`.
  func check(_ traces: (guide: Trace, model: Trace)) throws(InferenceError) {
    let size = traces.model[plate].flatMap { $0.kind == .plate ? $0.plateSize?.full : nil }
    try demand(
      size == rows, of: "EpochPlan",
      "the model has "
        + (size.map { "a plate \"\(plate)\" of \($0) rows" } ?? "no plate \"\(plate)\""),
      "needs one of \(rows) rows")
    for site in Array(traces.guide) + Array(traces.model) where site.isStochastic {
      try demand(
        site.isObserved && site.plates.contains { $0.name == plate }, of: "EpochPlan",
        "site \"\(site.name)\" is " + (site.isObserved ? "outside the plate" : "latent"),
        "only data inside the plate \"\(plate)\" are trained on; use SVI.run for a posterior")
    }
  }
}
