import PPL

extension ELBO {
  /// The sites that have no finite log density at some draws of the guide, in model order.
  ///
  /// - Parameters:
  ///   - parameters: The values of the `parameter` sites of guide and model; a missing one has its starting value.
  ///   - count: The number of draws.
  /// - Throws: What guide and model throw.
  /// - Complexity: One recording and `count` runs of guide and model without their gradient.
  func outsideSupport(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor],
    draws count: Int = 100, key: RandomKey
  ) throws -> [OutsideSupport] {
    // Recorded, so that the model may use a value outside its support without an error.
    let checks = try Draws.mapped(keys: key.split(count), pool: .serial) { key, _ in
      try traces(model, guide, parameters: parameters, key: key).model
        .compactMap { site in site.densityChecks.map { (name: site.name, value: $0) } }
    }
    return checks.names.compactMap { name in
      let shares = (1 - checks[name].mean(along: [0])).scalars
      guard let place = shares.firstIndex(where: { $0 > 0 }) else { return nil }
      return OutsideSupport(
        site: name, isDrawnOutside: place == 0, share: shares[place], draws: count)
    }
  }
}

extension Site {
  /// Two flags `[2]`: 1 if a latent value lies in the support or has a finite density, else 0; and 1 if the log density is
  /// finite.
  fileprivate var densityChecks: Tensor? {
    guard let density = logDensity() else { return nil }
    let hasDensity = isFinite(density)
    guard kind == .sample, !isObserved, let value else { return stack([1, hasDensity]) }
    let isInside = support.contains(value)
    let counted = mask.map { isInside .| not($0) } ?? isInside
    return stack([counted.all() .| hasDensity, hasDensity])
  }
}

extension SVIFit {
  /// The sites without a finite log density at draws of the guide, with the share of the draws; empty where all losses of
  /// the last 500 steps are finite.
  ///
  /// - Complexity: Computed at each access: if a loss is not finite, one recording and at most 100 runs of guide and model
  ///   without their gradient.
  public var sitesOutsideSupport: [OutsideSupport] {
    let losses = losses
    guard losses.suffix(500).contains(where: { !$0.isFinite }) || losses.isEmpty else { return [] }
    // No more draws than steps, so that the diagnosis of a short run costs less than the run.
    let count = minimization == nil && !losses.isEmpty ? min(100, losses.count) : 100
    // An error of the model at a draw has been thrown by the step already.
    return
      (try? loss.outsideSupport(
        model, state.guide.model, parameters: parameters, draws: count, key: state.key)) ?? []
  }
}
