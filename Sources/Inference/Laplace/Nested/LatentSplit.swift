import PPL

/// The latent sites of a model in two parts: the Gaussian part x and the hyperparameters θ.
struct LatentSplit: Sendable {
  /// All sites, in model order.
  let vector: LatentVector
  /// The sites of x, in model order.
  let latent: LatentVector
  /// The sites of θ, in model order.
  let hyper: LatentVector
  /// The places of the elements of x and of θ in the vector of all sites.
  private let latentPlaces, hyperPlaces: [Int]

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
    func places(inLatent: Bool) -> [Int] {
      zip(vector.sites, vector.ranges).flatMap { site, range in
        chosen.contains(site.name) == inLatent ? Array(range) : []
      }
    }
    (latentPlaces, hyperPlaces) = (places(inLatent: true), places(inLatent: false))
  }

  /// The vector `[n]` of all sites from its parts.
  func joined(x: [Double], theta: [Double]) -> [Double] {
    var whole = Array(repeating: 0.0, count: vector.count)
    for (place, value) in zip(latentPlaces, x) { whole[place] = value }
    for (place, value) in zip(hyperPlaces, theta) { whole[place] = value }
    return whole
  }

  /// The parts of a vector `[n]` of all sites.
  func parts(of whole: [Double]) -> (x: [Double], theta: [Double]) {
    (latentPlaces.map { whole[$0] }, hyperPlaces.map { whole[$0] })
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
