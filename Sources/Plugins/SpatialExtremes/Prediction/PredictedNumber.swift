import Inference
import PPL
import Parallel
import Runs

/// A predicted number: the summary of its draws, and its value at the posterior means.
///
/// Infinite draws count as such: a quantile among them is infinite, and `q05` is then the one-sided 95 % bound. Draws that
/// are not defined, such as ratios of 0 to 0, are left out; with some of them there is no bound.
struct PredictedNumber: Sendable, Equatable {
  /// Mean and standard deviation over the draws; the latter is nil where the mean is infinite.
  let mean: Double
  let sd: Double?
  /// The 5 %, 50 % and 95 % quantiles.
  let q05, q50, q95: Double
  /// The value at the posterior means of the parameters.
  let plugin: Double
  /// The shares of the draws that are infinite, and that are not defined.
  let infiniteShare, undefinedShare: Double

  /// The numbers of each place.
  ///
  /// - Parameters:
  ///   - values: The draws, `[D, P]`.
  ///   - plugin: The values at the posterior means, `[1, P]`.
  ///   - pool: The threads that share the places. Results do not depend on their number.
  static func each(
    of values: Tensor, plugin: Tensor, pool: WorkPool
  ) throws -> [PredictedNumber] {
    let (count, places) = (values.shape[0], values.shape[1])
    let columns = values.transposed().scalars
    let ofMeans = plugin.scalars
    return try pool.mapParts(of: places) { range in
      range.map { place in
        PredictedNumber(
          Array(columns[(place * count)..<((place + 1) * count)]), plugin: ofMeans[place])
      }
    }.flatMap(\.self)
  }

  /// The number with these draws.
  init(_ draws: [Double], plugin: Double) {
    let defined = draws.filter { !$0.isNaN }
    let infinite = defined.count { $0.isInfinite }
    let total = Double(max(draws.count, 1))
    self.plugin = plugin
    (infiniteShare, undefinedShare) = (
      Double(infinite) / total, Double(draws.count - defined.count) / total
    )
    guard infinite == 0, !defined.isEmpty else {
      let sorted = defined.sorted()
      mean = defined.reduce(0, +) / Double(defined.count)
      sd = nil
      (q05, q50, q95) = (
        Self.quantile(sorted, 0.05), Self.quantile(sorted, 0.5), Self.quantile(sorted, 0.95)
      )
      return
    }
    let column = Tensor(defined, shape: [defined.count, 1])
    let summary = Summary.each(of: column)[0]
    (mean, sd, q05, q95) = (summary.mean, summary.sd, summary.q05, summary.q95)
    q50 = Self.quantile(defined.sorted(), 0.5)
  }

  /// The quantile by linear interpolation between sorted numbers, infinite ones among them.
  private static func quantile(_ sorted: [Double], _ level: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = level * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    let (a, b, share) = (sorted[index], sorted[index + 1], place - Double(index))
    return share == 0 || a == b ? a : a + share * (b - a)
  }

  /// The members of a JSON object.
  var members: [(String, (any Encodable & Sendable)?)] {
    [
      ("mean", mean), ("sd", sd), ("q05", q05), ("q50", q50), ("q95", q95), ("plugin", plugin),
      ("infinite_share", infiniteShare > 0 ? infiniteShare : nil),
      ("lower_bound", infiniteShare > 0 && undefinedShare == 0 ? q05 : nil),
      ("undefined_share", undefinedShare > 0 ? undefinedShare : nil),
    ]
  }

  /// The object in JSON.
  var object: JSONObject { JSONObject(members) }
}
