import Autodiff
import PPL

/// The circular reparameterization: an angle is sampled on the whole real line, so that inference can go around
/// the circle.
///
///     u ~ flat on the reals,    x = u wrapped to [-π, π],    factor log p(x)
///
/// The sites are `<name>_unwrapped` and `<name>_factor`. The distribution of the first is improper: its draws are
/// starting points, and its posterior is proper only on one turn.
///
/// - Reference: NumPyro's `CircularReparam`.
public struct CircularReparameterization: Reparameterization {
  /// A reparameterization, which has no settings.
  public init() {}

  public func reparameterize(_ site: inout Site) {
    guard let distribution = site.distribution else { return }
    guard distribution.isOnCircle else {
      return site.failReparameterization(
        "\(distribution.name) is \(distribution.support.name), but must be an angle in [-π, π]")
    }
    let original = site
    let flat = ImproperUniform(
      .real, batchShape: distribution.batchShape, eventShape: distribution.eventShape)
    site.becomeDeterministic { p in
      let angle = wrapped(p.submit(original.auxiliary("unwrapped", flat)))
      p.submit(original.auxiliaryFactor("factor", distribution.logProb(angle)))
      return angle
    }
  }
}

extension Distribution {
  /// Whether values are angles: all of [-π, π] and nothing else.
  fileprivate var isOnCircle: Bool {
    guard !isDiscrete else { return false }
    func holds(_ angle: Double) -> Bool {
      support.contains(.full(angle, shape)).scalars.allSatisfy { $0 == 1 }
    }
    return holds(.pi) && holds(-.pi) && !holds(3.2) && !holds(-3.2)
  }
}
