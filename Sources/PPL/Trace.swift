/// The trace of one run: its sites, in the order in which the model reached them.
public struct Trace: Sendable, RandomAccessCollection {
  private var sites: [Site] = []
  private var places: [String: Int] = [:]

  /// A trace without sites.
  public init() {}

  public var startIndex: Int { sites.startIndex }
  public var endIndex: Int { sites.endIndex }
  public subscript(place: Int) -> Site { sites[place] }

  /// The site with this name; nil if there is none.
  public subscript(name: String) -> Site? { places[name].map { sites[$0] } }

  /// The names of the sites, in order.
  public var names: [String] { sites.map(\.name) }

  /// Adds a site; a site of the same name is replaced in its place.
  public mutating func record(_ site: Site) {
    if let place = places[site.name] {
      sites[place] = site
    } else {
      places[site.name] = sites.count
      sites.append(site)
    }
  }

  /// The values of random, parameter and deterministic sites by name, without plates and factors.
  public var values: [String: Tensor] {
    let valued = sites.filter { $0.kind != .plate && $0.kind != .factor }
    let pairs = valued.compactMap { site in site.value.map { (site.name, $0) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The random sites that are not observed.
  public var latent: [Site] { sites.filter { $0.kind == .sample && !$0.isObserved } }

  /// The log density of each site that has one, masked, scaled and summed, in order.
  public func logDensities() -> [(name: String, value: Tensor)] {
    sites.compactMap { site in site.logDensity().map { (site.name, $0) } }
  }

  /// The joint log density: the sum over all sites, in order; a scalar.
  public func logDensity() -> Tensor {
    logDensities().reduce(0) { $0 + $1.value }
  }
}
