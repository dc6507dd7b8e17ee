import PPL

/// The latent sites of a model in two parts: the Gaussian part x and the hyperparameters θ.
struct LatentSplit: Sendable {
  /// All sites, in model order.
  let vector: LatentVector
  /// The sites of x, in model order.
  let latent: LatentVector
  /// The sites of θ, in model order.
  let hyper: LatentVector

  /// The split with these sites in x.
  ///
  /// - Throws: `InferenceError.unknownSite` for a name that no latent site has, `NestedLaplaceError.noLatentSites` without
  ///   names.
  init(_ vector: LatentVector, latent names: [String]) throws {
    let known = vector.sites.map(\.name)
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw InferenceError.unknownSite(unknown, known: known)
    }
    guard !names.isEmpty else { throw NestedLaplaceError.noLatentSites(known: known) }
    let chosen = Set(names)
    self.vector = vector
    latent = LatentVector(vector.sites.filter { chosen.contains($0.name) })
    hyper = LatentVector(vector.sites.filter { !chosen.contains($0.name) })
  }

  /// The vector `[n]` of all sites from its parts.
  func joined(x: [Double], theta: [Double]) -> [Double] {
    var (whole, ofX, ofTheta) = (Array(repeating: 0.0, count: vector.count), 0, 0)
    for (site, range) in zip(vector.sites, vector.ranges) {
      let isLatent = latent.sites.contains { $0.name == site.name }
      for i in range {
        if isLatent {
          whole[i] = x[ofX]
          ofX += 1
        } else {
          whole[i] = theta[ofTheta]
          ofTheta += 1
        }
      }
    }
    return whole
  }

  /// The parts of a vector `[n]` of all sites.
  func parts(of whole: [Double]) -> (x: [Double], theta: [Double]) {
    var (x, theta): ([Double], [Double]) = ([], [])
    for (site, range) in zip(vector.sites, vector.ranges) {
      if latent.sites.contains(where: { $0.name == site.name }) {
        x += whole[range]
      } else {
        theta += whole[range]
      }
    }
    return (x, theta)
  }

  /// The elements of θ by name, `k.variance`, `w[1]`, with their values on the reals.
  func described(_ theta: [Double]) -> [NestedLaplaceError.Coordinate] {
    zip(hyper.sites, hyper.ranges).flatMap { site, range in
      range.enumerated().map { index, place in
        .init(
          name: range.count == 1 ? site.name : "\(site.name)[\(index)]", value: theta[place])
      }
    }
  }
}
