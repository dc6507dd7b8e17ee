import Foundation
import Inference
import PPL

/// The numbers of a posterior that its figures show one by one, by chain: scalars first, then elements of other sites.
///
/// Numbers that are the same in all draws are left out.
struct MainNumbers {
  struct Number {
    /// The name with its element, `theta[0]`, and the unit in brackets.
    let label: String
    /// The site, and the element of it.
    let site: String
    let element: Int
    /// The draws of each chain.
    let chains: [[Double]]
    /// The draws of all chains, those of the first chain first.
    var draws: [Double] { chains.flatMap(\.self) }
  }

  let numbers: [Number]

  /// The first numbers of some sites.
  ///
  /// - Parameters:
  ///   - posterior: The posterior.
  ///   - sites: The sites, the most important ones first; all of the posterior if nil.
  ///   - limit: The largest number of numbers.
  init(_ posterior: Posterior, of sites: [String]? = nil, limit: Int) {
    let known = (sites ?? posterior.draws.names).filter { posterior.draws.find($0) != nil }
    let (scalars, others) = (
      known.filter { posterior.draws[$0].rank == 1 },
      known.filter { posterior.draws[$0].rank > 1 }
    )
    var numbers: [Number] = []
    for site in scalars + others where numbers.count < limit {
      numbers += Self.numbers(posterior, site, limit: limit - numbers.count)
    }
    self.numbers = numbers
  }

  private static func numbers(
    _ posterior: Posterior, _ site: String, limit: Int
  ) -> [Number] {
    let (C, S) = (posterior.chains, posterior.drawsPerChain)
    let names = posterior.elementNames(of: site)
    let columns = posterior.draws[site].reshaped(to: [C * S, names.count]).transposed().scalars
    let unit = posterior.units[site].map { $0.isEmpty ? "" : " (\($0))" } ?? ""
    return names.indices.lazy.compactMap { element -> Number? in
      let draws = Array(columns[(element * C * S)..<((element + 1) * C * S)])
      guard draws.allSatisfy(\.isFinite), draws.contains(where: { $0 != draws[0] }) else {
        return nil
      }
      return Number(
        label: names[element] + unit, site: site, element: element,
        chains: (0..<C).map { Array(draws[($0 * S)..<(($0 + 1) * S)]) })
    }.prefix(limit).map(\.self)
  }
}

/// The quantile of numbers by linear interpolation.
func quantile(_ numbers: [Double], _ level: Double) -> Double {
  Tensor(numbers).quantiles([level], along: 0)[0].scalar
}

/// Every n-th of some numbers, at most `limit` of them.
func thinned<T>(_ numbers: [T], to limit: Int) -> [T] {
  let step = max(1, (numbers.count + limit - 1) / limit)
  return stride(from: 0, to: numbers.count, by: step).map { numbers[$0] }
}

/// Two to four round numbers within the range of some numbers, for the axes of small panels.
func fewTicks(_ numbers: [Double]) -> [Double] {
  let range = widened(numbers.min() ?? 0, numbers.max() ?? 1)
  let width = range.upperBound - range.lowerBound
  let power = pow(10, log10(width / 2).rounded(.down))
  // The largest of 1, 2 and 5 times a power of ten that gives two ticks or more.
  let step = [5, 2, 1].map { $0 * power }.first { step in
    (range.upperBound / step).rounded(.down) - (range.lowerBound / step).rounded(.up) >= 1
  }
  guard let step else { return [] }
  let (first, last) = (
    Int((range.lowerBound / step).rounded(.up)), Int((range.upperBound / step).rounded(.down))
  )
  // The nearest double of the decimal number, so that its text is short.
  return (first...last).compactMap { Double(String(format: "%.6g", Double($0) * step)) }
}

/// The smallest range of numbers, with a width.
func widened(_ low: Double, _ high: Double) -> ClosedRange<Double> {
  high > low ? low...high : (low - max(abs(low) / 10, 0.5))...(low + max(abs(low) / 10, 0.5))
}
