import Preconditions

/// A location-scale family: distributions on the reals that are closed under shifts and scalings.
///
///     x = location + scale * z,    z from the same family at location 0 and scale 1
///
/// `LocationScaleReparameterization` requires it of a distribution.
public protocol LocationScale: Distribution {
  /// The location, in the units of `x`; broadcasts with `batchShape`.
  var location: Tensor { get }
  /// The scale, positive and in the units of `x`; broadcasts with `batchShape`.
  var scale: Tensor { get }

  /// The same distribution with another location and scale, all other parameters unchanged.
  func at(location: Tensor, scale: Tensor) -> Self
}

/// The non-centred parametrization of a location-scale family, complete or partial.
///
///     z ~ family(c · location, scale^c),    x = location + scale^(1 - c) (z - c · location)
///
/// With centring `c = 1` nothing changes; with `c = 0` the site `<name>_decentered` shares no parameters with the
/// rest of the model, which is what a hierarchical model with few data needs. A centring that is not given is
/// learnt, as the parameter `<name>_centered` in [0, 1] with one element for each of the event.
///
/// - Reference: Gorinova, Moore & Hoffman (2020), *Automatic Reparameterisation of Probabilistic
///   Programs*, §4; NumPyro's `LocScaleReparam`.
public struct LocationScaleReparameterization: Reparameterization {
  /// The centring, in [0, 1]; nil if it is learnt.
  public let centered: Tensor?

  /// A non-centred parametrization with the given centring.
  ///
  /// - Parameter centered: The centring, which broadcasts with the site; learnt if it is not given.
  /// - Precondition: The centring is in [0, 1].
  public init(centered: Tensor? = nil) {
    if let centered, let offender = Support.unitInterval.offender(in: centered) {
      reportMistake(
        "LocationScaleReparameterization: centered\(offender), but must be in [0, 1]")
    }
    self.centered = centered
  }

  public func reparameterize(_ site: inout Site) {
    if let centered, !centered.isRecorded, centered.scalars.allSatisfy({ $0 == 1 }) { return }
    guard let distribution = site.distribution else { return }
    guard let family = distribution.innermost as? any LocationScale else {
      return site.failReparameterization(
        "\(distribution.name) is not a family of location and scale")
    }
    replace(&site, family)
  }

  private func replace(_ site: inout Site, _ family: some LocationScale) {
    let original = site
    site.becomeDeterministic { [centered] p in
      let c = centered ?? learnt(original, &p)
      let partial = family.at(location: c * family.location, scale: pow(family.scale, c))
      let distribution = original.distribution?.rewrapping(partial) ?? partial
      let z = p.submit(original.auxiliary("decentered", distribution))
      let centred = z - c * family.location
      return family.location + pow(family.scale, 1 - c) * centred
    }
  }

  private func learnt(_ site: Site, _ p: inout Context) -> Tensor {
    let half = Tensor.full(0.5, site.distribution?.eventShape ?? [])
    return p.parameter("\(site.name)_centered", initially: half, in: .unitInterval)
  }
}
