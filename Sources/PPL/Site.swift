/// One statement of a model: it passes through the handlers and is then recorded in a trace.
public struct Site: Sendable {
  /// The kind of a statement.
  public enum Kind: Sendable, Equatable {
    /// A value from a distribution, drawn or observed.
    case sample
    /// A value to be optimized.
    case parameter
    /// A value that is computed from others.
    case deterministic
    /// A term of the log density.
    case factor
    /// A set of conditionally independent elements, and which of them are in use.
    case plate
    /// A random key for a draw that is not a site.
    case randomKey
  }

  /// The kind of the statement.
  public var kind: Kind
  /// The name in the model, with the prefixes of the scopes around it.
  public var name: String

  /// The distribution of a `sample` or a `factor`, as the handlers so far have changed it.
  public var distribution: (any Distribution)?

  /// The value, and the value from which it was computed; nil until it is given.
  public var draw: Draw?

  /// Whether the value is data.
  public var isObserved = false

  /// Whether the value was put in place of a random one by an intervention.
  public var isIntervened = false

  /// An indicator of the elements that count in the log density (1) or do not (0); nil if all count.
  public var mask: Tensor?

  /// The factor of the log density; nil for one.
  public var scale: Tensor?

  /// The plates around the statement, the innermost first.
  public var plates: [PlateFrame] = []

  /// The random key with which a value is drawn.
  public var key: RandomKey?

  /// The constraint on the value of a `parameter`.
  public var constraint: Support = .real

  /// The number of elements of a `plate`, and the number of those in use.
  public var plateSize: (full: Int, used: Int)?

  /// Whether a handler has stopped the site, which keeps it from the handlers further out.
  public var isStopped = false

  /// The configuration for inference.
  public var configuration = Configuration()

  /// The initializer of a parameter whose value is not given.
  var initializer: Initializer?
  /// Whether a handler has asked the context for a key, which the context provides after each handler.
  var wantsKey = false
  var companions: [Site] = []
  var replacement: (@Sendable (inout Context) -> Tensor)?
  var failure: ModelError?

  /// A site as a statement makes it, before any handler saw it.
  public init(_ kind: Kind, _ name: String) {
    (self.kind, self.name) = (kind, name)
  }
}

extension Site {
  /// The configuration of a site for inference, which handlers change.
  public struct Configuration: Sendable {
    /// Whether the site carries only a weight or a change of variables.
    public var isAuxiliary = false
    /// Whether a factor is the density of a latent site that was reparameterized, a part of its prior.
    public var isPrior = false
    /// The site whose distribution draws by the density with this factor, so that a model with it can be simulated.
    public var simulatingSite: String?
    /// The data that `unconditioned()` removed.
    public var formerObservation: Tensor?
    /// The plates whose effect on the site is undone.
    public var ignoredPlates: Set<String> = []

    /// The default configuration.
    public init() {}
  }

  enum Initializer: Sendable {
    case value(Tensor)
    case drawn(@Sendable (RandomKey) -> Tensor)
  }

  /// The value. Setting it discards what an earlier value was computed from.
  public var value: Tensor? {
    get { draw?.value }
    set { draw = newValue.map { Draw(value: $0) } }
  }

  /// The value before the transform, where the distribution keeps it.
  public var base: Tensor? { draw?.base }

  /// The support of the distribution, or the constraint of a parameter.
  public var support: Support { distribution?.support ?? constraint }

  /// Whether the site has a log density: it is a `sample` or a `factor`.
  public var isStochastic: Bool { kind == .sample || kind == .factor }

  /// Asks for a key from the seed around this handler; the context puts it into `key`.
  public mutating func requestKey() { wantsKey = true }

  /// Asks that `other` go through the handlers further out before this site does.
  public mutating func accompany(by other: Site) { companions.append(other) }

  /// Asks to become a deterministic site with the value returned by `statements`.
  ///
  /// The statements run at once, and only the handlers further out see them. The site keeps its name and its
  /// plates only.
  public mutating func becomeDeterministic(
    _ statements: @escaping @Sendable (inout Context) -> Tensor
  ) {
    replacement = statements
  }

  /// A site to be drawn in place of this one: `<name>_<suffix>`, with another distribution.
  ///
  /// It keeps the changes to this site by handlers further in, such as its plates, scale and mask.
  public func auxiliary(_ suffix: String, _ distribution: any Distribution) -> Site {
    var other = self
    other.name += "_" + suffix
    other.distribution = distribution
    other.value = nil
    other.isObserved = false
    other.isIntervened = false
    other.companions = []
    other.replacement = nil
    return other
  }

  /// An additional term of the log density, of the site `<name>_<suffix>`.
  ///
  /// - Parameters:
  ///   - suffix: The text that follows the name of the site and an underscore.
  ///   - logWeight: The term, of the shape of the batch.
  public func auxiliaryFactor(_ suffix: String, _ logWeight: Tensor) -> Site {
    var factor = auxiliary(suffix, LogWeight(weight: logWeight))
    factor.kind = .factor
    factor.value = .zeros(logWeight.shape)
    factor.isObserved = true
    factor.configuration.isAuxiliary = true
    factor.configuration.isPrior = !isObserved
    return factor
  }

  /// Reports an error; the first report of a run is thrown at its end.
  public mutating func fail(_ error: ModelError) { failure = failure ?? error }
}

extension Site {
  /// Makes the site a deterministic one.
  mutating func settle(at value: Tensor) {
    var site = Site(.deterministic, name)
    site.value = value
    site.plates = plates
    site.failure = failure
    self = site
  }
}

/// A plate as seen by a site: the dimension of the batch that it fills, and its number of elements.
public struct PlateFrame: Sendable, Equatable {
  /// The name of the plate in the model.
  public var name: String
  /// The number of all elements of the plate.
  public let size: Int
  /// The number of elements in use; fewer than `size` where the plate is subsampled.
  public let subsampleSize: Int
  /// The dimension, counted from the right of the batch: -1, -2, …
  public let dim: Int

  /// A frame of `subsampleSize` elements out of `size` along `dim`.
  public init(name: String, size: Int, subsampleSize: Int, dim: Int) {
    (self.name, self.size) = (name, size)
    (self.subsampleSize, self.dim) = (subsampleSize, dim)
  }
}

extension Site {
  /// The log density at the value, masked and scaled, of the shape of the batch of the site.
  ///
  /// It is nil for sites without a log density, and for those without a value.
  public func logProb() -> Tensor? {
    guard isStochastic, let distribution, let draw else { return nil }
    let plain =
      mask.map { distribution.logProb(of: draw, where: $0) } ?? distribution.logProb(of: draw)
    return scale.map { $0 * plain } ?? plain
  }

  /// The sum of `logProb()`, a scalar that a recording knows by the name of the site.
  public func logDensity() -> Tensor? { logProb()?.sum().named(name) }
}
