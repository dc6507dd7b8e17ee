import PPL

extension LogJoint {
  /// The log likelihood as a function of the same unconstrained values: the sum over observed sites and factors.
  ///
  ///     log p(data | T(x))
  ///
  /// The priors of latent sites and the Jacobians of the maps onto the supports are left out, so that its maximum does not
  /// depend on coordinates.
  public var likelihood: LogJoint { LogJoint(self, model, isLikelihood: true) }

  /// The trace of a run at unconstrained values by name.
  ///
  /// - Throws: `InferenceError.missingValue` for a site without a value; `ModelError` from the run.
  func trace(at unconstrained: [String: Tensor]) throws -> Trace {
    if let missing = sites.first(where: { unconstrained[$0.name] == nil }) {
      throw InferenceError.missingValue(missing.name)
    }
    let fixed = fixedSites.compactMap { site in
      unconstrained[site.name].map { (site.name, site.transform($0)) }
    }
    return try run(free: unconstrained, fixed: Dictionary(fixed) { $1 }).trace
  }

  /// The start by a rule; sites that `.values` does not name start at medians of their priors, if that is inside the support.
  ///
  /// - Throws: As `start(_:key:)`.
  func startWithMedians(_ rule: Initialization, key: RandomKey) throws -> [String: Tensor] {
    guard case .values(let given) = rule, sites.contains(where: { given[$0.name] == nil }),
      let medians = try? constrained(start(.median(), key: key)),
      let start = try? start(.values(medians.merging(given) { $1 }), key: key)
    else { return try start(rule, key: key) }
    return start
  }
}

extension Trace {
  /// The sites whose log densities make the likelihood: the observed ones and factors.
  ///
  /// The factor of a reparameterized prior is no part of it.
  var likelihoodSites: [Site] {
    filter { site in
      switch site.kind {
      case .sample: site.isObserved
      case .factor: !site.configuration.isPrior
      default: false
      }
    }
  }

  /// The sum of the log densities of the sites of the likelihood, a scalar.
  func logLikelihood() -> Tensor {
    likelihoodSites.reduce(Tensor(0)) { sum, site in site.logDensity().map { sum + $0 } ?? sum }
  }
}
