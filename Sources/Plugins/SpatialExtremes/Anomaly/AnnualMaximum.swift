import Distributions
import Foundation
import PPL

/// The distribution of the maximum of a year that is not in the data: GEV, with an anomaly of the year in its location where
/// the model has one.
///
///     Y = X + a,    X ~ GEV(location, scale, shape),    a ~ Normal(0, deviation²)
///
/// Without an anomaly all numbers are those of the GEV distribution, digit for digit. With one they are integrals over it
/// (`StandardAnnualMaximum`), right to a relative error of 1e-10 where an upper tail is above 1e-8; no derivatives are recorded.
///
/// - Shape: batch is that of the GEV distribution, which the deviation broadcasts with; event `[]`.
public struct AnnualMaximum: HasQuantiles {
  /// The GEV distribution of the maximum without an anomaly.
  public let gev: GEV
  /// The standard deviation of the anomaly in the unit of the maximum; nil without one.
  public let deviation: Tensor?
  public let batchShape: [Int]

  /// A batch of distributions.
  ///
  /// - Parameters:
  ///   - gev: The GEV distributions of the maxima without an anomaly.
  ///   - deviation: The standard deviation of the anomaly, which broadcasts with them; nil without one.
  public init(_ gev: GEV, deviation: Tensor? = nil) {
    (self.gev, self.deviation) = (gev, deviation)
    batchShape =
      deviation.map { Self.broadcast(gev.batchShape, $0.shape) } ?? gev.batchShape
  }

  public var parameters: [Parameter] {
    gev.parameters + (deviation.map { [.init("deviation", $0, .positive)] } ?? [])
  }
  public var support: Support { .real }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    guard let deviation else { return gev.sample(shape, key: key) }
    let (ofMaximum, ofAnomaly) = key.split()
    return gev.sample(shape, key: ofMaximum)
      + deviation * ofAnomaly.normal(shape + batchShape)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    integrated(x) { Foundation.log($0.density) - Foundation.log($1) } ?? gev.logProb(x)
  }
  public func cdf(_ x: Tensor) -> Tensor { integrated(x) { p, _ in p.below } ?? gev.cdf(x) }
  public func logCDF(_ x: Tensor) -> Tensor {
    integrated(x) { p, _ in p.logBelow } ?? gev.logCDF(x)
  }
  /// The log probability of exceeding `x`, to nearly full relative accuracy in the upper tail.
  public func logSurvival(_ x: Tensor) -> Tensor {
    integrated(x) { p, _ in p.logAbove } ?? gev.logSurvival(x)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    solved(p) { (Foundation.log($0), Foundation.log1p(-$0)) } ?? gev.icdf(p)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    solved(logProbability) { ($0, complement($0)) } ?? gev.icdf(logCDF: logProbability)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    solved(logProbability) { (complement($0), $0) } ?? gev.icdf(logSurvival: logProbability)
  }

  /// The level that is exceeded once in `period` years on average, over all anomalies.
  ///
  /// - Parameter period: The return period, years.
  /// - Precondition: `period` is above 1.
  public func returnLevel(period: Tensor) -> Tensor {
    solved(period) { (Foundation.log1p(-1 / $0), -Foundation.log($0)) }
      ?? gev.returnLevel(period: period)
  }

  /// The parameters of one of the batch: location, scale, and the distribution in units of the scale.
  typealias Element = (location: Double, scale: Double, standard: StandardAnnualMaximum)

  /// The elements of the batch in a shape that it broadcasts to; nil without an anomaly.
  func elements(_ shape: [Int]) -> [Element]? {
    guard let deviation else { return nil }
    func numbers(_ x: Tensor) -> [Double] { x.broadcast(to: shape).scalars }
    let (location, scale) = (numbers(gev.location), numbers(gev.scale))
    let (xi, tau) = (numbers(gev.shape), numbers(deviation))
    return location.indices.map { k in
      (
        location[k], scale[k],
        StandardAnnualMaximum(shape: xi[k], ratio: max(tau[k] / scale[k], Self.leastRatio))
      )
    }
  }

  /// A ratio below which an anomaly has no effect on any digit, and pieces of the integral would lose theirs.
  private static let leastRatio = 1e-7

  /// A function of the probabilities at a value, and of the scale; nil without an anomaly.
  private func integrated(
    _ x: Tensor, _ body: (StandardAnnualMaximum.Probabilities, Double) -> Double
  ) -> Tensor? {
    guard deviation != nil else { return nil }
    let full = Self.broadcast(x.shape, batchShape)
    guard let elements = elements(full) else { return nil }
    let values = x.broadcast(to: full).scalars
    return Tensor(
      zip(values, elements).map { value, element in
        let (location, scale, standard) = element
        guard !value.isNaN, location.isFinite, scale > 0, standard.shape.isFinite else {
          return .nan
        }
        guard value.isFinite else {
          return body(.init(below: value > 0 ? 1 : 0, above: value > 0 ? 0 : 1), scale)
        }
        return body(standard.probabilities((value - location) / scale), scale)
      }, shape: full)
  }

  /// The quantiles of probabilities; nil without an anomaly. One quantile serves neighbours with the same shape and ratio.
  private func solved(
    _ p: Tensor, _ logarithms: (Double) -> (below: Double, above: Double)
  ) -> Tensor? {
    guard deviation != nil else { return nil }
    let full = Self.broadcast(p.shape, batchShape)
    guard let elements = elements(full) else { return nil }
    let values = p.broadcast(to: full).scalars
    var last: (value: Double, standard: StandardAnnualMaximum, quantile: Double)?
    return Tensor(
      zip(values, elements).map { value, element in
        let (location, scale, standard) = element
        if let last, last.value == value, last.standard == standard {
          return location + scale * last.quantile
        }
        let (below, above) = logarithms(value)
        guard location.isFinite, scale > 0, standard.shape.isFinite, !below.isNaN, !above.isNaN
        else { return .nan }
        // The ends of the support are those of a normal variable.
        if below == -.infinity || above == 0 { return -.infinity }
        if above == -.infinity || below == 0 { return .infinity }
        let quantile = standard.quantile(logBelow: below, logAbove: above)
        last = (value, standard, quantile)
        return location + scale * quantile
      }, shape: full)
  }

  private static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
    (Tensor.zeros(a) + Tensor.zeros(b)).shape
  }
}

/// The logarithm of the complement of a probability whose logarithm is given.
private func complement(_ logarithm: Double) -> Double {
  logarithm > -0.693
    ? Foundation.log(-Foundation.expm1(logarithm)) : Foundation.log1p(-Foundation.exp(logarithm))
}
