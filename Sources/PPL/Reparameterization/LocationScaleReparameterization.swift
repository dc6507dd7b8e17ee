import Preconditions

/// Takes the location and the scale of a latent site out of its law, wholly or in part.
///
///     z ~ Law(c · location, scale^c),    x = location + scale^(1 - c) (z - c · location)
///
/// With centring `c = 1` nothing changes; with `c = 0` the site `<name>_decentered` has no parameters
/// in common with the rest of the model, which is what a hierarchical model with few data needs. A
/// centring that is not given is learnt, as the parameter `<name>_centered` in [0, 1] with one
/// element for each of the event.
///
/// - Reference: Gorinova, Moore & Hoffman (2020), *Automatic Reparameterisation of Probabilistic
///   Programs*, §4; NumPyro's `LocScaleReparam`.
public struct LocationScaleReparameterization: Reparameterization {
  /// The centring, in [0, 1]; nothing if it is learnt.
  public let centered: Tensor?

  /// - Parameter centered: The centring; broadcasts with the site. Learnt if it is not given.
  /// - Precondition: It is in [0, 1].
  public init(centered: Tensor? = nil) {
    if let centered, let offender = Support.unitInterval.offender(in: centered) {
      reportMistake(
        "LocationScaleReparameterization: centered\(offender), but must be in [0, 1]")
    }
    self.centered = centered
  }

  public func reparameterize(_ site: inout Site) {
    if let centered, !centered.isRecorded, centered.scalars.allSatisfy({ $0 == 1 }) { return }
    guard let law = site.distribution else { return }
    guard let family = law.innermost as? any LocationScale else {
      return site.failReparameterization("\(law.name) is no family of location and scale")
    }
    replace(&site, family)
  }

  private func replace(_ site: inout Site, _ family: some LocationScale) {
    let original = site
    site.becomeDeterministic { [centered] p in
      let c = centered ?? learnt(original, &p)
      let partial = family.at(location: c * family.location, scale: pow(family.scale, c))
      let law = original.distribution?.rewrapping(partial) ?? partial
      let z = p.state(original.auxiliary("decentered", law))
      let centred = z - c * family.location
      return family.location + pow(family.scale, 1 - c) * centred
    }
  }

  private func learnt(_ site: Site, _ p: inout Context) -> Tensor {
    let half = Tensor.full(0.5, site.distribution?.eventShape ?? [])
    return p.parameter("\(site.name)_centered", initially: half, in: .unitInterval)
  }
}
