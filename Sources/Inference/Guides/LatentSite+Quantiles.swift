import PPL

extension LatentSite {
  /// The site at quantiles of independent normals on unconstrained space, `[levels] + shape`.
  func normalQuantiles(_ levels: [Double], _ loc: Tensor, _ scale: Tensor) -> Tensor {
    let z = normalQuantile(Tensor(levels)).reshaped(to: [levels.count] + loc.shape.map { _ in 1 })
    guard eventRank == 0 else { return transform(loc + scale * z) }
    // A transform that falls turns the order of the levels around.
    let falls = transform(loc + scale) .< transform(loc - scale)
    return transform(loc + scale * select(falls, -z, z))
  }
}
