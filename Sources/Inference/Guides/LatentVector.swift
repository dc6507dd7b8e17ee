import PPL

/// The latent sites of a model side by side in one unconstrained vector, `[n]`.
struct LatentVector: Sendable {
  let sites: [LogJoint.Site]
  private let ranges: [Range<Int>]
  var count: Int { ranges.last?.upperBound ?? 0 }

  /// - Throws: `InferenceError.subsampledSite` for a site whose rows change from step to step.
  init(_ sites: [LogJoint.Site], guide: String) throws {
    var ranges: [Range<Int>] = []
    for site in sites {
      if let plate = site.plates.first(where: { $0.subsampleSize < $0.size }) {
        throw InferenceError.subsampledSite(site.name, plate: plate.name, guide: guide)
      }
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + site.shape.reduce(1, *))
    }
    (self.sites, self.ranges) = (sites, ranges)
  }

  func flat(_ values: [String: Tensor]) -> Tensor {
    guard !sites.isEmpty else { return Tensor([]) }
    return concatenate(
      sites.map { (values[$0.name] ?? .zeros($0.shape)).reshaped(to: [-1]) })
  }

  /// The unconstrained value of each site; the axes before the last stay.
  func split(_ x: Tensor) -> [(site: LogJoint.Site, value: Tensor)] {
    let leading = Array(x.shape.dropLast())
    return zip(sites, ranges).map { site, range in
      (site, x[.ellipsis, .range(range)].reshaped(to: leading + site.shape))
    }
  }
}
