/// A difference between two runs of a model: a site in only one of them, or with another kind or shape.
public struct SiteChange: Sendable, Equatable, CustomStringConvertible {
  /// The kind of a change.
  public enum Kind: Sendable, Equatable {
    /// The first run did not have the site.
    case appeared
    /// The first run had the site, a later one does not.
    case vanished
    /// The shape of the site differs; that of a plate is its size and the number of elements in use.
    case shape(from: [Int], to: [Int])
    /// The kind of the site differs, such as observed in one run and latent in the other.
    case becameAnother
  }

  /// The site's name.
  public let site: String
  /// The word "guide" or "model": the program that has the site.
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
