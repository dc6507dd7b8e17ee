import Distributions
import Foundation
import PPL

/// The design-life level: the value that is exceeded at least once in some years with a given probability.
///
///     Π_t F_t(z) = 1 - p
///
/// In a climate without change it is the return level of probability `1 - (1 - p)^(1 / N)` for N years.
///
/// - Reference: Rootzén and Katz (2013), *Design Life Level: Quantifying risk in a changing climate*, Water Resources Research
///   49(9), §2.
enum DesignLife {
  /// The level for each draw and place.
  ///
  /// - Parameters:
  ///   - years: The distributions of each year, batches of one shape `[D, P]`.
  ///   - risk: The probability p of an exceedance.
  /// - Returns: The levels, `[D, P]`.
  /// - Complexity: O(N) for each draw and place, with about 10 passes.
  static func level(_ years: [GEV], risk: Double) -> Tensor {
    guard let first = years.first else { return Tensor(.nan) }
    let shape = first.batchShape
    let parameters = years.map { gev in
      [gev.location, gev.scale, gev.shape].map { $0.broadcast(to: shape).scalars }
    }
    let total = -log1p(-risk)  // the sum of -log F
    return Tensor(
      (0..<shape.reduce(1, *)).map { index in
        level(
          parameters.map { Year(location: $0[0][index], scale: $0[1][index], shape: $0[2][index]) },
          hazard: total)
      }, shape: shape)
  }

  /// The level for each draw and place by distributions with an anomaly of the year, which is another one in each year.
  ///
  /// - Parameters:
  ///   - years: The distributions of each year, batches of one shape `[D, P]`.
  ///   - risk: The probability p of an exceedance.
  /// - Returns: The levels, `[D, P]`.
  /// - Complexity: O(N) integrals over the anomaly for each draw and place, about 4 times: a millisecond for 50 years.
  static func level(_ years: [AnnualMaximum], risk: Double) -> Tensor {
    guard let first = years.first else { return Tensor(.nan) }
    let elements = years.compactMap { $0.elements(first.batchShape) }
    guard elements.count == years.count else { return level(years.map(\.gev), risk: risk) }
    return Tensor(
      (0..<first.batchShape.reduce(1, *)).map { index in
        level(elements.map { $0[index] }, logHazard: log(-log1p(-risk)))
      }, shape: first.batchShape)
  }

  /// The value at which the hazards `-log F` of all years sum to one number, by Newton's method in the logarithm of the sum.
  private static func level(_ years: [AnnualMaximum.Element], logHazard: Double) -> Double {
    let count = Double(years.count)
    guard years.allSatisfy({ $0.location.isFinite && $0.scale > 0 && $0.standard.shape.isFinite })
    else { return .nan }
    // As below: one year has at most the whole hazard, and one at least its share of it.
    func greatest(_ logHazard: Double) -> Double {
      var known: (standard: StandardAnnualMaximum, quantile: Double)?
      return years.map { year in
        if known?.standard != year.standard {
          let logBelow = -exp(logHazard)
          known = (
            year.standard,
            year.standard.quantile(logBelow: logBelow, logAbove: log(-expm1(logBelow)))
          )
        }
        return year.location + year.scale * (known?.quantile ?? .nan)
      }.max() ?? .nan
    }
    var (low, high) = (greatest(logHazard), greatest(logHazard - log(count)))
    var value = high
    for _ in 0..<100 {
      let (sum, slope) = years.reduce((0.0, 0.0)) { sum, year in
        let found = year.standard.probabilities((value - year.location) / year.scale)
        return (sum.0 - found.logBelow, sum.1 - found.density / found.below / year.scale)
      }
      let excess = log(sum) - logHazard
      if excess > 0 { low = max(low, value) } else { high = min(high, value) }
      if abs(excess) <= 1e-12 || high <= low { return value }
      let next = value - excess * sum / slope
      let moved = next >= low && next <= high ? next : 0.5 * (low + high)
      if moved == value { return value }
      value = moved
    }
    return value
  }

  /// The distribution of the maximum of one year.
  private struct Year {
    let location, scale, shape: Double

    /// The value at which `-log F` is a hazard.
    func value(atHazard hazard: Double) -> Double {
      let s = -log(hazard)
      return location + scale * (shape == 0 ? s : expm1(shape * s) / shape)
    }

    /// The hazard `-log F` of a value.
    func hazard(of value: Double) -> Double {
      let z = (value - location) / scale
      guard shape * z > -1 else { return shape < 0 ? 0 : .infinity }
      return exp(shape == 0 ? -z : -log1p(shape * z) / shape)
    }
  }

  /// The value at which the hazards of all years sum to one number, by false position in their logarithm (Illinois).
  private static func level(_ years: [Year], hazard: Double) -> Double {
    func excess(_ value: Double) -> Double {
      log(years.reduce(0) { $0 + $1.hazard(of: value) } / hazard)
    }
    // One year alone has at most the whole hazard, and one at least its share of it.
    var low = years.map { $0.value(atHazard: hazard) }.max() ?? 0
    var high = years.map { $0.value(atHazard: hazard / Double(years.count)) }.max() ?? 0
    var (f, g, side) = (excess(low), excess(high), 0)
    guard f > 1e-13 else { return low }
    guard g < -1e-13 else { return high }
    for _ in 0..<100 {
      let middle = (low * g - high * f) / (g - f)
      let value = excess(middle)
      if abs(value) <= 1e-13 || middle == low || middle == high { return middle }
      if value > 0 {
        (low, f) = (middle, value)
        if side > 0 { g /= 2 }
        side = 1
      } else {
        (high, g) = (middle, value)
        if side < 0 { f /= 2 }
        side = -1
      }
    }
    return (low + high) / 2
  }
}
