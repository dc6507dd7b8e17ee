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
  /// The starting values of independent coefficients, one of each; `start` for all if nil.
  public var starts: [Double]?
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
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - shape: The number of independent coefficients, `[S]`; `[]` for one.
  public func sample(_ p: inout Context, _ shape: [Int] = []) -> Tensor {
    sample(&p, shape, in: nil)
  }

  /// The same in the units of a term; the site has the unit of the record.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - shape: The number of independent coefficients, `[S]`; `[]` for one.
  ///   - units: The units of the term; nil for those of the record.
  ///   - isConstant: Whether it is the constant of the parameter.
  /// - Returns: The coefficient in the units of the term.
  func sample(
    _ p: inout Context, _ shape: [Int] = [], in units: TermUnits?, isConstant: Bool = false
  ) -> Tensor {
    func draw(_ name: String, _ mean: Tensor, _ deviation: Tensor) -> Tensor {
      let normal = Normal(mean, deviation)
      return shape.isEmpty
        ? p.sample(name, normal) : p.sample(name, normal.expanded(to: shape).toEvent(1))
    }
    guard isStandardized || units != nil else {
      return draw(site, Tensor(mean), Tensor(deviation))
    }
    let z = draw(auxiliarySite, 0, 1)
    let (mean, deviation) =
      units?.standard(mean: mean, deviation: deviation, isConstant: isConstant)
      ?? (mean, deviation)
    return p.report(
      site, Tensor(mean) + Tensor(deviation) * z, in: units, isConstant: isConstant)
  }

  /// The values for each draw as a column that broadcasts over places, `[D, 1]`.
  public func values(_ draws: Draws) -> Tensor { draws.column(site) }

  /// The prior with its numbers, for the report.
  public var prior: SitePrior { SitePrior(site, mean, deviation) }

  /// The starting value by the name of the sampled site.
  ///
  /// - Parameter shape: The number of independent coefficients, `[S]`; `[]` for one.
  public func startingValue(_ shape: [Int] = []) -> [String: Tensor] {
    startingValue(shape, in: nil)
  }

  /// The same for a coefficient that is sampled in the units of a term.
  func startingValue(_ shape: [Int] = [], in units: TermUnits?) -> [String: Tensor] {
    let values = starts.map { Tensor($0) } ?? .full(start, shape)
    guard isStandardized || units != nil else { return [site: values] }
    // To six digits, so that a fit of the same data in another unit starts from the same bits.
    let z = values.scalars.map { (($0 - mean) / deviation * 0x1p20).rounded() * 0x1p-20 }
    return [auxiliarySite: Tensor(z, shape: values.shape)]
  }

  private var auxiliarySite: String { "\(site)_decentered" }
}
