extension Model {
  /// The model with `handler` around it; each run starts with a fresh copy of the handler.
  public func under(_ handler: some Handler) -> Model {
    Model { p in p.under(handler) { p in self(&p) }.result }
  }

  /// The model with these sites observed.
  ///
  ///     model.conditioned(on: ["height": heights])
  ///
  /// A run of it fails with `ModelError.unknownName` if no site has one of the names.
  public func conditioned(on data: [String: Tensor]) -> Model {
    naming(Condition(data))
  }

  /// The model without its data, so that observed sites are drawn.
  public func unconditioned() -> Model { under(Uncondition()) }

  /// The model with these latent sites, parameters or deterministic sites at the given values.
  ///
  /// A run of it fails with `ModelError.unknownName` if no site has one of the names. Values that are for
  /// several models together, such as the parameters of guide and model, are given by
  /// `under(Substitute(values))`, which ignores such names.
  public func substituting(_ values: [String: Tensor]) -> Model { naming(Substitute(values)) }

  /// The model with values given by a function of the site; nil leaves a site as it is.
  public func substituting(_ value: @escaping @Sendable (Site) -> Tensor?) -> Model {
    under(Substitute(value))
  }

  /// The model with its latent sites at their values in `trace`.
  public func replaying(_ trace: Trace) -> Model { under(Replay(trace)) }

  /// The model with its draws made from `key`: the same key gives the same draws.
  public func seeded(by key: RandomKey) -> Model { under(Seed(key)) }

  /// The model in which only elements whose `mask` is 1 count.
  public func masked(by mask: Tensor) -> Model { under(Mask(mask)) }

  /// The model with its log density multiplied by the positive `factor`.
  public func scaled(by factor: Tensor) -> Model { under(Scale(factor)) }

  /// The model with these sites hidden from the handlers around it.
  public func blocking(hiding names: Set<String>) -> Model { under(Block(hiding: names)) }

  /// The model with all sites but these hidden from the handlers around it.
  public func blocking(exposing names: Set<String>) -> Model { under(Block(exposing: names)) }

  /// The model with the sites hidden for which `hides` is true.
  public func blocking(where hides: @escaping @Sendable (Site) -> Bool) -> Model {
    under(Block(where: hides))
  }

  /// The model with `prefix/` before the names of its sites and plates.
  public func scoped(_ prefix: String, divider: String = "/") -> Model {
    under(Scope(prefix, divider: divider))
  }

  /// The model under the intervention *do*: these sites are set to the given values, and are no evidence.
  ///
  /// A run of it fails with `ModelError.unknownName` if no site has one of the names.
  public func intervening(on values: [String: Tensor]) -> Model { naming(Intervene(values)) }

  /// The model with these parameters made random.
  ///
  /// A run of it fails with `ModelError.unknownName` if no parameter has one of the names.
  public func lifting(_ priors: [String: any Distribution]) -> Model { naming(Lift(priors)) }

  /// The model with these latent sites computed from others that are easier to infer.
  ///
  ///     model.reparameterized(["theta": LocationScaleReparameterization(centered: 0)])
  ///
  /// A run of it fails with `ModelError.unknownName` if no site has one of the names.
  public func reparameterized(_ strategies: [String: any Reparameterization]) -> Model {
    naming(Reparameterize(strategies))
  }

  /// The model with the latent sites reparameterized for which `strategy` returns a strategy.
  public func reparameterized(
    _ strategy: @escaping @Sendable (Site) -> (any Reparameterization)?
  ) -> Model { under(Reparameterize(strategy)) }

  /// The model with another configuration of its sample sites for inference.
  public func configured(
    _ change: @escaping @Sendable (Site, inout Site.Configuration) -> Void
  ) -> Model { under(Configure(change)) }

  /// The model with a handler around it, whose names must all be those of sites.
  func naming(_ handler: some NamesSites) -> Model {
    Model { p in
      let (output, used) = p.under(handler) { p in self(&p) }
      if let error = used.unknownName { p.fail(error) }
      return output
    }
  }
}
