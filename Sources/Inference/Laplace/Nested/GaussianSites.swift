import PPL

/// The latent sites that are Gaussian given the others, found from a run of the model.
///
/// A site is one of them if its prior is a normal distribution (`HasGaussianForm`), and neither its deviation or covariance nor
/// the distribution of a site that is not Gaussian depends on it. A site whose values the model reads in Swift is none. A site that enters
/// the likelihood by a strongly curved function is found too; the importance weights of a fit then tell.
struct GaussianSites {
  /// The names, in model order.
  let names: [String]

  /// The Gaussian sites of a model with its data.
  ///
  /// - Throws: `ModelError` from a run of the model.
  init(of model: Model<Void>, key: RandomKey = RandomKey(0)) throws {
    let trace = try model.seeded(by: key).trace()
    var provenance = Provenance()
    var sources: [String: Tensor] = [:]
    var order: [String] = []
    for site in trace.latent {
      guard let value = site.value, !value.isRecorded else { continue }
      sources[site.name] = provenance.source(value)
      order.append(site.name)
    }
    let recorded = try model.under(Substitute(sources)).seeded(by: key).trace()
    let read = Set(provenance.takeReads().map { order[$0] })
    var candidates = Set(
      recorded.latent.filter {
        $0.distribution is any HasGaussianForm && !read.contains($0.name)
      }.map(\.name))
    // A site may only be the ancestor of the mean of another Gaussian site.
    var isSettled = false
    while !isSettled {
      isSettled = true
      for site in recorded.latent {
        let mean =
          candidates.contains(site.name)
          ? (site.distribution as? any HasGaussianForm)?.meanParameter : nil
        for parameter in site.distribution?.parameters ?? [] {
          if parameter.name == mean { continue }
          for ancestor in provenance.sources(of: parameter.value).map({ order[$0] })
          where ancestor != site.name && candidates.remove(ancestor) != nil {
            isSettled = false
          }
        }
      }
    }
    names = order.filter(candidates.contains)
  }
}
