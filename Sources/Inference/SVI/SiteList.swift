import PPL

/// The sites of a guide and a model, which must be the same in every step of a fit.
///
/// They can change only if control flow reads a value; a new site would not be fitted.
struct SiteList: Sendable {
  private let guide, model: [String: Entry]
  /// The names in order, so that the first change is reported.
  private let names: [String]

  /// The properties of a site that must stay as they are.
  fileprivate struct Entry: Sendable {
    let kind: Site.Kind
    let isObserved: Bool
    let shape: [Int]
    /// Whether a shard has only some of its rows.
    let isSubsampled: Bool
    /// The plates around the site; for a plate its own name.
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

  /// Refuses traces whose sites differ from those of this list.
  ///
  /// - Parameters:
  ///   - isShard: Whether the run has only some rows of subsampled plates.
  ///   - plate: The plate of which the run has only some rows, subsampled or not.
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
