import Autodiff
import PPL

/// Draws an angle on the whole real line, so that inference may go around the circle.
///
///     u ~ flat on the reals,    x = u wrapped to [-π, π],    factor log p(x)
///
/// The sites are `<name>_unwrapped`, whose law is improper: its draws are places to start from, and
/// posteriors of it are proper only on one turn; and `<name>_factor`.
///
/// - Reference: NumPyro's `CircularReparam`.
public struct CircularReparameterization: Reparameterization {
  /// The strategy has nothing to set.
  public init() {}

  public func reparameterize(_ site: inout Site) {
    guard let law = site.distribution else { return }
    guard law.isOnCircle else {
      return site.failReparameterization(
        "\(law.name) is \(law.support.name), but must be an angle in [-π, π]")
    }
    let original = site
    let flat = ImproperUniform(.real, batchShape: law.batchShape, eventShape: law.eventShape)
    site.becomeDeterministic { p in
      let angle = wrapped(p.state(original.auxiliary("unwrapped", flat)))
      p.state(original.auxiliaryFactor("factor", law.logProb(angle)))
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
