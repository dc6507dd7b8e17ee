import PPL

// The checks of guide and model before the first step of a fit.

extension SVI {
  /// The model at the first draw of the guide.
  ///
  /// - Parameter run: Runs the model at that draw.
  /// - Throws: `InferenceError.guideOutsideSupport` if a site is outside its support in all draws of the guide, or if the model
  ///   fails and such draws are a possible cause; otherwise what `run` throws.
  func checkingSupports(
    of guide: Model<Void>, key: RandomKey, _ run: () throws -> Trace
  ) throws -> Trace {
    func fault(_ isCause: (Double) -> Bool) throws -> InferenceError? {
      try loss.outsideSupport(model, guide, parameters: [:], key: key)
        .first { $0.isDrawnOutside && isCause($0.share) }.map { .guideOutsideSupport($0) }
    }
    let trace: Trace
    do {
      trace = try run()
    } catch let error as ModelError {
      throw (try? fault { $0 > 0 }) ?? error
    }
    let isSuspect = trace.latent.contains { site in
      guard let value = site.value, let density = site.logDensity() else { return false }
      return !density.scalar.isFinite
        && site.support.offender(in: value, mask: site.mask) != nil
    }
    if isSuspect, let error = try? fault({ $0 == 1 }) { throw error }
    return trace
  }

  /// Checks that parameters and plates of one name are the same in guide and model.
  ///
  /// - Throws: `ModelError.differentParameters`, `.differentPlates`.
  func checkShared(_ guide: Trace, _ model: Trace) throws {
    for site in model {
      guard let other = guide[site.name], other.kind == site.kind,
        let error = site.difference(from: other, places: ("the guide", "the model"))
      else { continue }
      throw error
    }
  }

  /// Checks that guide and model have the same latent sites, continuous and of the same shapes.
  ///
  /// - Throws: `InferenceError.guideMismatch`, `.drawWithoutGradient`, `.discreteSite`; `ModelError.valueShape`.
  func checkMatch(_ guide: Trace, _ model: Trace) throws {
    let inGuide = guide.latent.filter { !$0.configuration.isAuxiliary }.map(\.name)
    let inModel = model.latent.map(\.name)
    let (guideSites, modelSites) = (Set(inGuide), Set(inModel))
    let onlyInGuide = inGuide.filter { !modelSites.contains($0) }
    let onlyInModel = inModel.filter { !guideSites.contains($0) }
    if !onlyInGuide.isEmpty || !onlyInModel.isEmpty {
      throw InferenceError.guideMismatch(onlyInGuide: onlyInGuide, onlyInModel: onlyInModel)
    }
    for site in guide.latent {
      guard let distribution = site.distribution, !distribution.isDiscrete,
        !distribution.hasReparameterizedDraws
      else { continue }
      throw InferenceError.drawWithoutGradient(site.name, distribution: distribution.name)
    }
    for site in model.latent {
      guard let distribution = site.distribution, let value = site.value else { continue }
      if distribution.isDiscrete { throw InferenceError.discreteSite(site.name) }
      // A value that broadcasts would have one density term in the guide and many in the model.
      guard value.shape == distribution.shape else {
        throw ModelError.valueShape(
          site: site.name, given: value.shape, expected: distribution.shape)
      }
    }
  }
}
