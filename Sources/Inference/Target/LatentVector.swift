import PPL

/// The latent sites of a model concatenated to one unconstrained vector, `[n]`.
public struct LatentVector: Sendable {
  /// The sites in the order of the vector.
  public let sites: [LatentSite]
  /// The elements of each site in the vector, in the order of `sites`.
  public let ranges: [Range<Int>]
  /// The number of elements n.
  public var count: Int { ranges.last?.upperBound ?? 0 }

  /// The vector of these sites, in their order.
  public init(_ sites: [LatentSite]) {
    var ranges: [Range<Int>] = []
    for site in sites {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + site.shape.reduce(1, *))
    }
    (self.sites, self.ranges) = (sites, ranges)
  }

  /// The vector `[n]` of unconstrained values by name; zeros for a site without one.
  public func flat(_ values: [String: Tensor]) -> Tensor {
    guard !sites.isEmpty else { return Tensor([]) }
    return concatenate(
      sites.map { (values[$0.name] ?? .zeros($0.shape)).reshaped(to: [-1]) })
  }

  /// The unconstrained value of each site from vectors `[..., n]`; the axes before the last stay.
  public func split(_ x: Tensor) -> [(site: LatentSite, value: Tensor)] {
    let leading = Array(x.shape.dropLast())
    return zip(sites, ranges).map { site, range in
      (site, x[.ellipsis, .range(range)].reshaped(to: leading + site.shape))
    }
  }

  /// The unconstrained values of a vector `[n]` by name.
  public func named(_ x: Tensor) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: split(x).map { ($0.site.name, $0.value) })
  }
}
