import Distributions
import Inference
import PPL

/// A scalar coefficient with a normal prior.
public struct Coefficient: Sendable {
  /// The name of the site.
  public let site: String
  /// The mean and the standard deviation of the prior, in the unit of the coefficient.
  public let mean, deviation: Double
  /// The starting value; the mean of the prior if not given.
  public var start: Double
  /// Whether the site is computed from a standard normal one, `<site>_decentered`, so that a fit does not depend on units.
  public var isStandardized = false
  /// The unit in reports, empty if there is none.
  public var unit = ""

  /// A coefficient with its prior.
  ///
  /// - Parameters:
  ///   - site: The name of the site.
  ///   - mean: The mean of the prior.
  ///   - deviation: The standard deviation of the prior.
  ///   - start: The starting value; the mean of the prior if nil.
  ///   - unit: The unit in reports.
  public init(
    _ site: String, _ mean: Double, _ deviation: Double, start: Double? = nil, unit: String = ""
  ) {
    (self.site, self.mean, self.deviation) = (site, mean, deviation)
    (self.start, self.unit) = (start ?? mean, unit)
  }

  /// Samples the coefficient, `[]`, or independent ones with the same prior.
  ///
  /// - Parameter shape: The number of independent coefficients, `[S]`; `[]` for one.
  func sample(_ p: inout Context, _ shape: [Int] = []) -> Tensor {
    func draw(_ name: String, _ mean: Tensor, _ deviation: Tensor) -> Tensor {
      let normal = Normal(mean, deviation)
      return shape.isEmpty
        ? p.sample(name, normal) : p.sample(name, normal.expanded(to: shape).toEvent(1))
    }
    guard isStandardized else { return draw(site, Tensor(mean), Tensor(deviation)) }
    let z = draw(auxiliarySite, 0, 1)
    return p.deterministic(site, Tensor(mean) + Tensor(deviation) * z)
  }

  var prior: SitePrior { SitePrior(site, mean, deviation) }

  /// The starting value of the sampled site.
  func startingValue(_ shape: [Int] = []) -> [String: Tensor] {
    let value = isStandardized ? (start - mean) / deviation : start
    return [isStandardized ? auxiliarySite : site: .full(value, shape)]
  }

  private var auxiliarySite: String { "\(site)_decentered" }
}
