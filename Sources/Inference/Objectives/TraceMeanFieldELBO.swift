import Distributions
import PPL
import Parallel

/// The negative evidence lower bound with Kullback-Leibler divergences in closed form where available.
///
///     loss = Σ over latent sites KL(q(z) ‖ p(z)) - Σ over observed sites log p(y)
///
/// It is a partial expectation of `TraceELBO`, with the same optimum and usually less noise. The term of a latent site is
/// `klDivergence(_:_:)`, given the draws of the sites before it, if
///
/// - guide and model have a pair of distributions with a closed form, of one batch and event shape;
/// - both have the same mask and scale, as in the same plates;
/// - every latent site that comes before it in the model comes before it in the guide. Otherwise the parameters of the
///   model's distribution might depend on this site's draw.
///
/// The term of every other site is `log q(z) - log p(z)` at its draw, as in `TraceELBO`. `SVI.siteLosses(at:draws:key:)` shows
/// the sum by site.
///
/// - Reference: NumPyro's `TraceMeanField_ELBO`, which uses the closed form with a warning where the last condition fails.
public struct TraceMeanFieldELBO: ELBO {
  /// The number of draws that a step averages.
  public let particles: Int
  /// The threads that share the particles. Results do not depend on their number.
  public let pool: WorkPool

  /// The bound by a positive number of particles a step; `validate()` throws for another.
  public init(particles: Int = 1, pool: WorkPool = .serial) {
    (self.particles, self.pool) = (particles, pool)
  }

  public func loss(guide: Trace, model: Trace) -> Tensor {
    siteLosses(guide: guide, model: model).reduce(0) { $0 + $1.value }
  }

  public func siteLosses(guide: Trace, model: Trace) -> [(name: String, value: Tensor)] {
    let divergences = divergences(guide: guide, model: model)
    return logRatios(guide: guide, model: model, besides: divergences)
  }

  /// The divergences in closed form, by site.
  func divergences(guide: Trace, model: Trace) -> [String: Tensor] {
    let places = Dictionary(uniqueKeysWithValues: guide.enumerated().map { ($1.name, $0) })
    var divergences: [String: Tensor] = [:]
    var latest = -1
    for site in model.latent {
      guard let place = places[site.name] else { continue }
      if place > latest { divergences[site.name] = divergence(guide[place], site) }
      latest = max(latest, place)
    }
    return divergences
  }

  private func divergence(_ ofGuide: Site, _ ofModel: Site) -> Tensor? {
    guard let q = ofGuide.distribution, let p = ofModel.distribution,
      q.batchShape == p.batchShape, q.eventShape == p.eventShape,
      isSame(ofGuide.scale, ofModel.scale), isSame(ofGuide.mask, ofModel.mask),
      let plain = klDivergence(q, p)
    else { return nil }
    let counted = ofModel.mask.map { select($0, plain, 0) } ?? plain
    return (ofModel.scale.map { $0 * counted } ?? counted).sum().named(ofModel.name)
  }

  /// Whether two masks or scales are known to be the same numbers.
  private func isSame(_ a: Tensor?, _ b: Tensor?) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?):
      !a.isRecorded && !b.isRecorded && a.shape == b.shape && a.scalars == b.scalars
    default: false
    }
  }
}
