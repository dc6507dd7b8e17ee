extension Context {
  /// Draws a value from `distribution`, or takes the one that a handler or `observed` gives.
  ///
  ///     let noise = p.sample("noise", HalfNormal(1))
  ///
  /// - Parameters:
  ///   - name: What the site is called; no other site of the model may have the name.
  ///   - distribution: Its law. Plates around the statement expand it to their sizes.
  ///   - observed: Data, of the shape of one draw with its plates.
  ///   - mask: 0 where an element does not count, as where data are missing (`nan`); 1 elsewhere.
  ///     It broadcasts with the batch.
  /// - Returns: The value, of shape batch + event; data come back as they were given.
  @discardableResult
  public mutating func sample(
    _ name: String, _ distribution: some Distribution, observed: Tensor? = nil, mask: Tensor? = nil
  ) -> Tensor {
    if isMistaken(before: name) { return observed ?? Tensor(.nan) }
    var site = Site(.sample, name)
    site.distribution = distribution
    site.value = observed
    site.isObserved = observed != nil
    if let mask { site.restrict(to: mask) }
    apply(&site)
    return site.value ?? .zeros(distribution.shape)
  }

  /// A value to be optimized, which starts at `initially`.
  ///
  ///     let rate = p.parameter("rate", initially: 1, in: .positive)
  @discardableResult
  public mutating func parameter(
    _ name: String, initially initial: Tensor, in support: Support = .real
  ) -> Tensor {
    var site = Site(.parameter, name)
    site.constraint = support
    site.initializer = .value(initial)
    apply(&site)
    return site.value ?? initial
  }

  /// A value to be optimized, whose start is drawn if nobody gives it: the weights of a network.
  ///
  /// The key is asked of the seed only when the start is needed.
  @discardableResult
  public mutating func parameter(
    _ name: String, in support: Support = .real,
    initially initial: @escaping @Sendable (RandomKey) -> Tensor
  ) -> Tensor {
    var site = Site(.parameter, name)
    site.constraint = support
    site.initializer = .drawn(initial)
    apply(&site)
    return site.value ?? initial(RandomKey(0))
  }

  /// Records a value that follows from others, so that traces and predictions have it.
  @discardableResult
  public mutating func deterministic(_ name: String, _ value: Tensor) -> Tensor {
    var site = Site(.deterministic, name)
    site.value = value
    apply(&site)
    return site.value ?? value
  }

  /// Adds a term to the log density of the model.
  ///
  /// Inside a plate, a term without the dimension of the plate counts once for each element.
  public mutating func factor(_ name: String, _ logWeight: Tensor) {
    if isMistaken(before: name) { return }
    var site = Site(.factor, name)
    site.distribution = LogWeight(weight: logWeight)
    site.value = .zeros(logWeight.shape)
    site.isObserved = true
    site.configuration.isAuxiliary = true
    apply(&site)
  }

  /// A key of the model's seed, for a draw that is no site.
  ///
  /// - Parameter name: What an error calls the place; traces do not show it.
  public mutating func randomKey(_ name: String) -> RandomKey {
    if let key = drawKey(name) { return key }
    fail(.missingKey(site: name))
    return RandomKey(0)
  }
}
