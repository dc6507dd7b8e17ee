import PPL

/// A subsampled plate around a site: the axis of the site's value that it fills, and the rows in use.
struct SubsampledAxis {
  let axis: Int
  let indices: PlateIndices
}

extension [SubsampledAxis] {
  /// The rows in use of a tensor that covers the plates.
  func taken(from x: Tensor) -> Tensor {
    reduce(x) { $1.indices.taken(from: $0, along: $1.axis) }
  }

  /// The values of a minibatch, repeated until they cover the plates.
  func covering(_ x: Tensor) -> Tensor {
    reduce(x) { x, plate in
      let extent = x.shape[x.rank + plate.axis]
      let indices = Tensor((0..<plate.indices.size).map { Double($0 % extent) })
      return x.taking(indices: indices, along: plate.axis)
    }
  }
}

extension Context {
  /// Runs `body` for each site inside the plates that the model has around it.
  mutating func inPlates(
    of sites: [LatentSite],
    _ body: (inout Context, LatentSite, [SubsampledAxis]) -> Void
  ) {
    var rows: [String: Tensor] = [:]
    for site in sites { inPlates(site.plates[...], of: site, &rows, [], body) }
  }

  /// Opens the plates around a site, the outermost first.
  ///
  /// - Parameter rows: The rows in use of each plate that an earlier site has opened; all sites use the same.
  private mutating func inPlates(
    _ plates: ArraySlice<PlateFrame>, of site: LatentSite, _ rows: inout [String: Tensor],
    _ subsampled: [SubsampledAxis],
    _ body: (inout Context, LatentSite, [SubsampledAxis]) -> Void
  ) {
    guard let plate = plates.last else { return body(&self, site, subsampled) }
    let known = rows[plate.name].map { [plate.name: $0] } ?? [:]
    _ = under(Substitute(known)) { p in
      p.plate(plate.name, plate.size, subsampleSize: plate.subsampleSize, dim: plate.dim) {
        (p: inout Context, indices: PlateIndices) in
        rows[plate.name] = indices.indices
        let isWhole = indices.count == indices.size
        let axis = SubsampledAxis(axis: plate.dim - site.eventRank, indices: indices)
        p.inPlates(
          plates.dropLast(), of: site, &rows, subsampled + (isWhole ? [] : [axis]), body)
      }
    }
  }
}
