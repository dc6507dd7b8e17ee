extension Context {
  /// Samples a value from `distribution`, or takes the value that a handler or `observed` gives.
  ///
  ///     let noise = p.sample("noise", HalfNormal(1))
  ///
  /// - Parameters:
  ///   - name: The name of the site; no other site of the model may have it.
  ///   - distribution: The distribution of the site. Plates around the statement expand it to their sizes.
  ///   - observed: The data, of the shape of one draw with its plates.
  ///   - mask: An indicator, 1 where an element counts and 0 where it does not, as where data are missing (`nan`).
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

  /// A parameter to be optimized, with the starting value `initially`.
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

  /// A parameter to be optimized whose starting value is drawn unless it is given, such as the weights of a network.
  ///
  /// A key is taken from the seed only when the starting value is needed.
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

  /// Records a value that is computed from others, so that traces and predictions contain it.
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
  ///
  /// - Parameters:
  ///   - name: The name of the site.
  ///   - logWeight: The term.
  ///   - site: The name of the site whose distribution draws by the density with this term, where it is not observed, so that the
  ///     model can be simulated; nil if none does.
  public mutating func factor(
    _ name: String, _ logWeight: Tensor, simulatedBy site: String? = nil
  ) {
    if isMistaken(before: name) { return }
    var factor = Site(.factor, name)
    factor.distribution = LogWeight(weight: logWeight)
    factor.value = .zeros(logWeight.shape)
    factor.isObserved = true
    factor.configuration.isAuxiliary = true
    factor.configuration.simulatingSite = site
    apply(&factor)
  }

  /// A random key from the seed of the model, for a draw that is not a site.
  ///
  /// - Parameter name: The name of the draw in error messages; traces do not show it.
  public mutating func randomKey(_ name: String) -> RandomKey {
    if let key = drawKey(name) { return key }
    fail(.missingKey(site: name))
    return RandomKey(0)
  }
}

/// The distribution of a `factor` site: no value, only a given log density.
struct LogWeight: Distribution {
  let weight: Tensor

  var name: String { "factor" }
  var parameters: [Parameter] { [] }
  var support: Support { .real }
  var batchShape: [Int] { weight.shape }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { .zeros(shape + weight.shape) }
  func logProb(_ x: Tensor) -> Tensor { weight }
}
