/// One statement of a model on its way through the handlers, and what is left of it in a trace.
public struct Site: Sendable {
  /// Which statement it is.
  public enum Kind: Sendable, Equatable {
    /// A value from a distribution, drawn or observed.
    case sample
    /// A value to be optimized.
    case parameter
    /// A value that follows from others.
    case deterministic
    /// A term of the log density.
    case factor
    /// Elements independent of each other, and which of them are in use.
    case plate
    /// A key for a draw that is no site.
    case randomKey
  }

  /// Which statement made it.
  public var kind: Kind
  /// What the model calls it, with the prefixes of scopes around it.
  public var name: String

  /// The law of a `sample` or a `factor`, as the handlers so far have shaped it.
  public var distribution: (any Distribution)?

  /// The value, and what it was drawn from; nothing until someone gives it.
  public var draw: Draw?

  /// Whether the value is data.
  public var isObserved = false

  /// Whether the value was put in place of a random one by an intervention.
  public var isIntervened = false

  /// 0 where an element does not count in the log density; nothing if all count.
  public var mask: Tensor?

  /// What the log density is multiplied by; nothing for one.
  public var scale: Tensor?

  /// The plates around the statement, the innermost first.
  public var plates: [PlateFrame] = []

  /// The key that a value would be drawn with.
  public var key: RandomKey?

  /// Where the value of a `parameter` may lie.
  public var constraint: Support = .real

  /// How many elements a `plate` has, and how many of them are in use.
  public var plateSize: (full: Int, used: Int)?

  /// Set by a handler to keep the site from the handlers further out.
  public var isStopped = false

  /// What inference is to know about the site.
  public var configuration = Configuration()

  /// Where the value of a parameter starts, if nobody gives it one.
  var initializer: Initializer?
  /// What handlers ask of the context; it answers after each of them.
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
  /// Notes that handlers leave for inference.
  public struct Configuration: Sendable {
    /// Whether the site only carries a weight or a change of variables.
    public var isAuxiliary = false
    /// The data that `unconditioned()` took away.
    public var formerObservation: Tensor?
    /// Plates whose effect on the site is undone.
    public var ignoredPlates: Set<String> = []

    /// Nothing noted.
    public init() {}
  }

  enum Initializer: Sendable {
    case value(Tensor)
    case drawn(@Sendable (RandomKey) -> Tensor)
  }

  /// The value. Setting it forgets what an earlier one was drawn from.
  public var value: Tensor? {
    get { draw?.value }
    set { draw = newValue.map { Draw(value: $0) } }
  }

  /// What the value was made from, where the distribution keeps it.
  public var base: Tensor? { draw?.base }

  /// Where the value may lie: the support of the law, or the constraint of a parameter.
  public var support: Support { distribution?.support ?? constraint }

  /// Whether the site has a log density: it is a `sample` or a `factor`.
  public var isStochastic: Bool { kind == .sample || kind == .factor }

  /// Asks for a key from the seed around this handler; the context puts it into `key`.
  public mutating func requestKey() { wantsKey = true }

  /// Asks that `other` go through the handlers further out before this site does.
  public mutating func accompany(by other: Site) { companions.append(other) }

  /// Asks to become a deterministic site with the value that `statements` return.
  ///
  /// They run at once, and only the handlers further out see them. Of this site its name and its
  /// plates are left.
  public mutating func becomeDeterministic(
    _ statements: @escaping @Sendable (inout Context) -> Tensor
  ) {
    replacement = statements
  }

  /// A site to be drawn in place of this one: `<name>_<suffix>`, with another law.
  ///
  /// What handlers further in have done to this site, such as its plates, scale and mask, it keeps.
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

  /// A term of the log density to be added beside this site: `<name>_<suffix>`.
  ///
  /// - Parameters:
  ///   - suffix: What follows the site's name and an underscore.
  ///   - logWeight: Of the shape of the batch.
  public func auxiliaryFactor(_ suffix: String, _ logWeight: Tensor) -> Site {
    var factor = auxiliary(suffix, LogWeight(weight: logWeight))
    factor.kind = .factor
    factor.value = .zeros(logWeight.shape)
    factor.isObserved = true
    factor.configuration.isAuxiliary = true
    return factor
  }

  /// Reports what is wrong; the first report of a run is thrown at its end.
  public mutating func fail(_ error: ModelError) { failure = failure ?? error }
}

extension Site {
  /// Makes it a deterministic site.
  mutating func settle(at value: Tensor) {
    var site = Site(.deterministic, name)
    site.value = value
    site.plates = plates
    site.failure = failure
    self = site
  }
}

/// A plate as a site sees it: which dimension of the batch it fills, and with how many elements.
public struct PlateFrame: Sendable, Equatable {
  /// What the model calls the plate.
  public var name: String
  /// All elements of the plate.
  public let size: Int
  /// The elements in use; fewer than `size` where the plate is subsampled.
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
  /// The log density at the value, masked and scaled; shape: the batch of the site.
  ///
  /// Nothing for sites without one, and for those that have no value.
  public func logProb() -> Tensor? {
    guard isStochastic, let distribution, let draw else { return nil }
    let plain =
      mask.map { distribution.logProb(of: draw, where: $0) } ?? distribution.logProb(of: draw)
    return scale.map { $0 * plain } ?? plain
  }

  /// The sum of `logProb()`, a scalar that a recording knows by the name of the site.
  public func logDensity() -> Tensor? { logProb()?.sum().named(name) }
}
