import PPL
import Preconditions

/// Draws of several sites by name, each `[count] + shape`.
public struct Draws: Sendable {
  /// The number of draws.
  public let count: Int
  /// The sites, in order.
  public private(set) var names: [String]
  private var values: [String: Tensor]

  /// Draws of these sites, in their order.
  ///
  /// - Precondition: The first axis of each tensor has `count` elements.
  public init(count: Int, sites: [(String, Tensor)]) {
    for (name, value) in sites {
      require(
        value.shape.first == count,
        "Draws: site \"\(name)\" of shape \(value.shape) does not hold \(count) draws.")
    }
    self.count = count
    names = sites.map(\.0)
    values = Dictionary(sites, uniquingKeysWith: { $1 })
  }

  /// All draws of a site, `[count] + shape`.
  ///
  /// - Precondition: There is a site of this name; otherwise use `find(_:)`.
  public subscript(name: String) -> Tensor {
    guard let value = values[name] else {
      requirementFailed("\(InferenceError.unknownSite(name, known: names))")
    }
    return value
  }

  /// All draws of a site; nil if there is no such site.
  public func find(_ name: String) -> Tensor? { values[name] }

  /// One draw of every site, by name.
  public subscript(draw: Int) -> [String: Tensor] { values.mapValues { $0[.at(draw)] } }

  func appending(_ other: Draws) -> Draws {
    let added = other.names.filter { values[$0] == nil }
    return Draws(count: count, sites: names.map { ($0, self[$0]) } + added.map { ($0, other[$0]) })
  }
}
