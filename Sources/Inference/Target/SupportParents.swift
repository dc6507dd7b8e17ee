import PPL

/// The sites and parameters from which the supports of latent sites are computed.
///
/// The model is run once more, recorded, with its latent sites and parameters marked: a support depends on those from which
/// its map from the reals is computed. If the model's Swift code reads values, supports are also compared with those of a run
/// with other draws, and one that differs may depend on all values read.
struct SupportParents {
  private var parents: [String: [String]] = [:]

  subscript(site: LatentSite) -> [String] { parents[site.name] ?? [] }

  /// Runs `model` again to find them.
  ///
  /// - Parameters:
  ///   - model: The model with its data.
  ///   - trace: A run of `model`, whose values are used again.
  ///   - key: The key of that run.
  init(of model: Model<Void>, at trace: Trace, key: RandomKey) throws {
    let valued = trace.filter { $0.kind == .parameter || $0.kind == .sample && !$0.isObserved }
    // A single site cannot depend on another.
    guard valued.count > 1 else { return }
    var provenance = Provenance()
    var sources: [String: Tensor] = [:]
    var names: [String] = []
    for site in valued {
      // The model runs inside another recording, whose marks must not be mixed with these.
      guard let value = site.value, !value.isRecorded else { continue }
      sources[site.name] = provenance.source(value)
      names.append(site.name)
    }
    let recorded = try model.under(Substitute(sources)).seeded(by: key).trace()
    let read = provenance.takeReads().map { names[$0] }
    let other = read.isEmpty ? nil : try model.seeded(by: key.foldIn(1)).trace()
    for site in recorded.latent {
      guard let origin = Self.origin(site) else { continue }
      if origin.isRecorded {
        parents[site.name] = provenance.sources(of: origin).map { names[$0] }
      } else if let other, let again = other[site.name].flatMap(Self.origin),
        again.shape != origin.shape || again.scalars != origin.scalars
      {
        parents[site.name] = read
      }
    }
  }

  /// The point of the support that zero is mapped to.
  private static func origin(_ site: Site) -> Tensor? {
    guard let distribution = site.distribution, !distribution.isDiscrete else { return nil }
    let transform = biject(to: distribution.support)
    return transform(.zeros(transform.inverseShape(distribution.shape)))
  }
}
