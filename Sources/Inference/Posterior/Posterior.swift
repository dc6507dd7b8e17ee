import PPL
import Parallel
import Preconditions

/// A posterior distribution represented by draws, the result of every inference backend.
///
///     let posterior = try fit.posterior(draws: 1_000, key: key).labelled("school", schools)
///     print(try posterior.table(of: ["theta"]))  // theta[Choate] …
///
/// All chains have the same number of draws. A variational fit has one chain, whose draws are independent.
public struct Posterior: Sendable {
  /// The draws of all chains, those of the first chain first: C × S draws.
  public let draws: Draws
  /// The number of chains C.
  public let chains: Int
  /// The number of draws of each chain S.
  public var drawsPerChain: Int { draws.count / chains }
  /// The sample statistics of each draw, such as acceptance probabilities, in the order of `draws`.
  public let statistics: Draws
  /// The name of the plate along each axis of a site, nil for an axis without a plate; by site.
  public let axes: [String: [String?]]
  /// The labels of the elements of plates, by plate; a plate without labels counts from 0.
  public private(set) var labels: [String: [String]] = [:]
  /// The units of sites in tables, by site.
  public private(set) var units: [String: String] = [:]
  /// The algorithm and the settings that made the draws.
  public let origin: Origin

  /// The origin of draws: the algorithm and its settings.
  public struct Origin: Sendable, Equatable, Codable {
    /// The name of the algorithm, such as "SVI".
    public var method: String
    /// The settings of the algorithm by name, as text.
    public var settings: [String: String]
    /// Whether the draws are independent, though they have statistics.
    public var isIndependent: Bool

    /// An origin with an algorithm and its settings.
    public init(
      method: String, settings: [String: String] = [:], isIndependent: Bool = false
    ) {
      (self.method, self.settings, self.isIndependent) = (method, settings, isIndependent)
    }
  }

  /// A posterior of draws that a backend has made.
  ///
  /// - Parameters:
  ///   - draws: The draws of all chains, those of the first chain first.
  ///   - chains: The number of chains, a divisor of the number of draws.
  ///   - statistics: The sample statistics of each draw; none if not given.
  ///   - axes: The names of the plates along the axes of the sites, as `axes`.
  ///   - origin: The algorithm and the settings that made the draws.
  /// - Throws: `InferenceError.count` without chains or draws, `.argument` if draws do not divide into chains or statistics
  ///   have another count.
  public init(
    _ draws: Draws, chains: Int = 1, statistics: Draws? = nil, axes: [String: [String?]] = [:],
    origin: Origin
  ) throws {
    try demandCount(chains, "the number of chains")
    try demandCount(draws.count, "the number of draws")
    try demand(
      draws.count.isMultiple(of: chains), of: "Posterior",
      "there are \(draws.count) draws of \(chains) chains", "each chain must have the same number")
    let statistics = statistics ?? Draws(count: draws.count, sites: [])
    try demand(
      statistics.count == draws.count, of: "Posterior",
      "there are statistics of \(statistics.count) draws",
      "must have one for each of the \(draws.count) draws")
    (self.draws, self.chains, self.statistics) = (draws, chains, statistics)
    (self.axes, self.origin) = (axes, origin)
  }

  /// All draws of a site by chain, `[C, S] + shape`.
  ///
  /// - Precondition: There is a site of this name.
  public subscript(name: String) -> Tensor {
    let values = draws[name]
    return values.reshaped(to: [chains, drawsPerChain] + values.shape.dropFirst())
  }

  /// The posterior with labels for the elements of a plate, in tables and names of elements.
  ///
  /// - Throws: `InferenceError.unknownSite` if no site is inside this plate, `.argument` unless there is one label for each
  ///   element.
  public func labelled(_ plate: String, _ labels: [String]) throws -> Posterior {
    let known = Set(axes.values.joined().compactMap(\.self)).sorted()
    guard known.contains(plate) else { throw InferenceError.unknownSite(plate, known: known) }
    for name in draws.names {
      for (axis, own) in (axes[name] ?? []).enumerated() where own == plate {
        let size = draws[name].shape[axis + 1]
        try demand(
          labels.count == size, of: "Posterior",
          "plate \"\(plate)\" has \(labels.count) labels", "must have \(size), one for each element"
        )
      }
    }
    var posterior = self
    posterior.labels[plate] = labels
    return posterior
  }

  /// The posterior with units for sites, which tables show after the names.
  ///
  /// - Throws: `InferenceError.unknownSite` for a name that no site has.
  public func withUnits(_ units: [String: String]) throws(InferenceError) -> Posterior {
    try draws.demandSites(units.keys.sorted())
    var posterior = self
    posterior.units.merge(units) { $1 }
    return posterior
  }
}

// MARK: - Summaries

extension Posterior {
  /// One summary for each element of a site over the draws of all chains, row-major.
  ///
  /// - Precondition: There is a site of this name.
  public func summaries(of name: String) -> [Summary] { draws.summaries(of: name) }

  /// The names of the elements of a site, row-major, with the labels of plates: `theta[Choate]`, `beta[0, 1]`.
  ///
  /// - Precondition: There is a site of this name.
  public func elementNames(of name: String) -> [String] {
    let axes = axes[name] ?? []
    return draws.elementNames(of: name) { axis, index in
      guard axes.indices.contains(axis), let plate = axes[axis] else { return nil }
      return labels[plate]?[index]
    }
  }

  /// The table of mean, standard deviation and 5 % and 95 % quantiles, with a line for each element of all sites.
  public func table() -> String { draws.rows(of: draws.names, elementNames: rowNames) }

  /// The names of the elements of a site with its unit: `theta[Choate] (points)`.
  private func rowNames(of name: String) -> [String] {
    let unit = units[name].map { " (\($0))" } ?? ""
    return elementNames(of: name).map { $0 + unit }
  }

  /// The table of mean, standard deviation and 5 % and 95 % quantiles, with a line for each element of some sites.
  ///
  /// - Parameter names: The sites to show, in this order.
  /// - Throws: `InferenceError.unknownSite` for a name that no site has.
  public func table(of names: [String]) throws(InferenceError) -> String {
    try draws.demandSites(names)
    return draws.rows(of: names, elementNames: rowNames)
  }
}
