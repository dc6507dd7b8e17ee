import PPL

/// The sites of a guide and a model, which must be the same in every step of a fit.
///
/// They can change only where control flow reads a value; the fit would then go on with a site that nobody fits.
struct SiteList: Sendable {
  private let guide, model: [String: Entry]
  /// The names in order, so that the first change is the one named.
  private let names: [String]

  /// The properties of a site that must stay as they are.
  fileprivate struct Entry: Sendable {
    let kind: Site.Kind
    let isObserved: Bool
    let shape: [Int]
    /// Whether a shard has fewer rows of it.
    let isSubsampled: Bool
    /// The plates around it, or itself.
    let plates: [String]

    init(_ site: Site) {
      (kind, isObserved) = (site.kind, site.isObserved)
      shape =
        site.plateSize.map { [$0.full, $0.used] } ?? site.distribution?.shape
        ?? site.value?.shape ?? []
      isSubsampled =
        site.isSubsampledPlate || site.plates.contains { $0.subsampleSize < $0.size }
      plates = site.kind == .plate ? [site.name] : site.plates.map(\.name)
    }
  }

  init(guide: Trace, model: Trace) {
    (self.guide, self.model) = (Self.entries(guide), Self.entries(model))
    names = guide.names + model.names
  }

  private static func entries(_ trace: Trace) -> [String: Entry] {
    Dictionary(uniqueKeysWithValues: trace.map { ($0.name, Entry($0)) })
  }

  /// - Parameters:
  ///   - isShard: Whether the run has a part of the rows of subsampled plates.
  ///   - plate: The plate of which the run has a part of the rows, subsampled or not.
  /// - Throws: `InferenceError.sitesChanged`, the first change.
  func check(
    _ traces: (guide: Trace, model: Trace), isShard: Bool, minibatchOf plate: String? = nil
  ) throws(InferenceError) {
    let isPart = { (site: Entry) in
      isShard && site.isSubsampled || plate.map(site.plates.contains) ?? false
    }
    try check(traces.guide, guide, in: "guide", isPart)
    try check(traces.model, model, in: "model", isPart)
  }

  private func check(
    _ trace: Trace, _ entries: [String: Entry], in place: String, _ isPart: (Entry) -> Bool
  ) throws(InferenceError) {
    func change(_ name: String, _ kind: SiteChange.Kind) -> InferenceError {
      .sitesChanged(SiteChange(site: name, place: place, kind: kind))
    }
    for site in trace {
      guard let former = entries[site.name] else { throw change(site.name, .appeared) }
      let entry = Entry(site)
      guard entry.kind == former.kind, entry.isObserved == former.isObserved else {
        throw change(site.name, .becameAnother)
      }
      if entry.shape != former.shape && !isPart(former) {
        throw change(site.name, .shape(from: former.shape, to: entry.shape))
      }
    }
    guard trace.count < entries.count else { return }
    for name in names where entries[name] != nil && trace[name] == nil {
      throw change(name, .vanished)
    }
  }
}

/// A site that one run of a model has otherwise than another.
public struct SiteChange: Sendable, Equatable, CustomStringConvertible {
  /// The kind of a change.
  public enum Kind: Sendable, Equatable {
    /// The first run did not have the site.
    case appeared
    /// The first run had the site, a later one does not.
    case vanished
    /// The site has another shape; that of a plate is its size and the number of elements in use.
    case shape(from: [Int], to: [Int])
    /// The site is observed in one run and latent in the other, or of another kind.
    case becameAnother
  }

  /// The site's name.
  public let site: String
  /// Whether the guide or the model has it.
  public let place: String
  /// The kind of the change.
  public let kind: Kind

  public var description: String {
    let what =
      switch kind {
      case .appeared: "is in this run of the \(place) and was not in the first"
      case .vanished: "is not in this run of the \(place) and was in the first"
      case .shape(let first, let other):
        "has shape \(other) in this run of the \(place) and had \(first) in the first"
      case .becameAnother: "is of another kind in this run of the \(place) than in the first"
      }
    return
      "site \"\(site)\": \(what); which sites there are and their shapes must not depend on drawn values: "
      + "state all of them in every run, and choose between them with select(_:_:_:) or a mask"
  }
}

extension SiteChange {
  /// The first difference between two runs of a model; nil if they have the same sites in the same order.
  init?(from first: [(name: String, shape: [Int])], to other: [(name: String, shape: [Int])]) {
    let former = Dictionary(first.map { ($0.name, $0.shape) }, uniquingKeysWith: { $1 })
    let present = Set(other.map(\.name))
    for (name, shape) in other where former[name] != shape {
      let kind = former[name].map { Kind.shape(from: $0, to: shape) } ?? .appeared
      self.init(site: name, place: "model", kind: kind)
      return
    }
    if let missing = first.first(where: { !present.contains($0.name) }) {
      self.init(site: missing.name, place: "model", kind: .vanished)
      return
    }
    return nil
  }
}
