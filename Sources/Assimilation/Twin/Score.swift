import Autodiff
import Preconditions

/// The mean squared difference of two fields over the domain, weighted by the areas of the cells.
///
/// - Precondition: All three have one number for each point.
public func meanSquaredError(_ a: [Double], _ b: [Double], areas: [Double]) -> Double {
  require(
    a.count == areas.count && b.count == areas.count,
    "meanSquaredError: \(a.count) and \(b.count) numbers for \(areas.count) cells.")
  var sum = 0.0
  for i in a.indices { sum += areas[i] * (a[i] - b[i]) * (a[i] - b[i]) }
  return sum / areas.reduce(0, +)
}

/// The score of a scheme: its relative excess of root mean squared error over the optimum.
///
///     score = (RMSE - RMSE_opt) / RMSE_opt,    RMSE = sqrt(mean over replicates of the squared error)
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), eq. (22).
public struct Score: Sendable, Equatable {
  /// The estimate from all replicates.
  public let value: Double
  /// The 90 % bootstrap interval, from the 5 % to the 95 % quantile over resampled replicates; nil for a single replicate.
  public let interval: ClosedRange<Double>?
}

extension Score {
  /// The score of a scheme by its errors and those of the optimum.
  ///
  /// - Parameters:
  ///   - errors: The mean squared errors of the scheme, one a replicate.
  ///   - optimum: The mean squared errors of the optimal scheme on the same replicates.
  ///   - resamples: The number of bootstrap samples.
  ///   - key: The random key of the bootstrap; with one key, schemes are compared on the same resamples.
  /// - Throws: `AnalysisError` for lists of different lengths or errors that are not finite or negative.
  public init(
    errors: [Double], optimum: [Double], resamples: Int = 10_000, key: RandomKey
  ) throws(AnalysisError) {
    let bootstrap = try Bootstrap(errors, optimum, resamples: resamples, key: key)
    let scores = bootstrap.resampledMeans.map { ($0 / $1).squareRoot() - 1 }.sorted()
    self.init(
      value: (bootstrap.means.scheme / bootstrap.means.optimum).squareRoot() - 1,
      interval: errors.count > 1
        ? quantile(ofSorted: scores, at: 0.05)...quantile(ofSorted: scores, at: 0.95) : nil)
  }

  /// The score of the authors' plots: the same formulas with mean squared errors in place of root mean squared ones.
  ///
  ///     sqrt(mean MSE²) / sqrt(mean MSE_opt²) - 1
  ///
  /// Its interval is half the distance between the quantiles of mean MSE / mean MSE_opt - 1, to both sides. Values are about
  /// twice those of eq. (22).
  ///
  /// - Throws: As `init`.
  /// - Reference: `lsef.md` 0.4, row 8, and 8.3.
  public static func asPlotted(
    errors: [Double], optimum: [Double], resamples: Int = 10_000, key: RandomKey
  ) throws(AnalysisError) -> Score {
    let bootstrap = try Bootstrap(errors, optimum, resamples: resamples, key: key)
    let square = { (numbers: [Double]) in numbers.reduce(0) { $0 + $1 * $1 } }
    let value = (square(errors) / square(optimum)).squareRoot() - 1
    let scores = bootstrap.resampledMeans.map { $0 / $1 - 1 }.sorted()
    let half = (quantile(ofSorted: scores, at: 0.95) - quantile(ofSorted: scores, at: 0.05)) / 2
    return Score(value: value, interval: errors.count > 1 ? (value - half)...(value + half) : nil)
  }
}

/// The bootstrap means over replicates drawn with replacement, the same draws for a scheme and the optimum.
private struct Bootstrap {
  typealias Pair = (scheme: Double, optimum: Double)
  let means: Pair
  let resampledMeans: [Pair]

  init(
    _ errors: [Double], _ optimum: [Double], resamples: Int, key: RandomKey
  ) throws(AnalysisError) {
    require(resamples > 0, "Score: the number of resamples is \(resamples).")
    guard !errors.isEmpty else { throw .size(what: "errors", given: 0, expected: 1) }
    guard errors.count == optimum.count else {
      throw .size(what: "optimum", given: optimum.count, expected: errors.count)
    }
    for (name, numbers) in [("errors", errors), ("optimum", optimum)] {
      try AnalysisError.check(numbers, name)
      if let k = numbers.firstIndex(where: { $0 < 0 }) {
        throw .negative(what: name, index: [k], value: numbers[k])
      }
    }
    if let k = optimum.firstIndex(of: 0) { throw .zero(what: "optimum", index: [k]) }
    let count = errors.count
    let mean = { (chosen: [Int]) -> Pair in
      let sum = { (numbers: [Double]) in chosen.reduce(0) { $0 + numbers[$1] } }
      return (sum(errors) / Double(count), sum(optimum) / Double(count))
    }
    means = mean(Array(errors.indices))
    // A thousand resamples at a time keep the draws small.
    let size = 1_000
    let keys = key.split((resamples + size - 1) / size)
    resampledMeans = keys.enumerated().flatMap { part, key in
      let rows = min(size, resamples - part * size)
      let chosen = key.uniform([rows * count]).scalars.map {
        min(count - 1, Int($0 * Double(count)))
      }
      return (0..<rows).map { mean(Array(chosen[($0 * count)..<(($0 + 1) * count)])) }
    }
  }
}
