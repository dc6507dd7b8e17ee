import Distributions
import Foundation
import Kernels
import PPL

/// The dependence of stations within a year that a fit leaves: correlations of normal scores, and joint exceedances.
///
/// The normal score of a maximum is `Φ⁻¹(F(y))` by the fitted distribution F of its station and year.
///
/// - Shape: *S* stations, *T* years.
struct ResidualDependence: Sendable {
  /// The normal scores, row-major `[S, T]`; NaN where a maximum is missing.
  let scores: [Double]
  let stations: Int
  let years: Int
  /// The distances of the stations in km, row-major `[S, S]`.
  let distances: [Double]
  /// The correlations of the pairs with enough common years.
  let pairs: [Pair]
  /// The joint exceedances at some levels.
  let tails: [TailDependence]
  /// The number of maxima without a score: their fitted distributions are not defined.
  private(set) var undefined = 0

  /// Two stations with their distance in km, and the correlation of their scores in their common years.
  struct Pair: Sendable {
    let distance, correlation: Double
    let years: Int
  }

  /// The mean correlation of pairs within a range of distances.
  struct Group: Sendable, Equatable {
    /// The largest distance, km.
    let distance: Double
    let correlation: Double
    let pairs: Int
  }

  /// The levels u of joint exceedances.
  static let levels = [0.8, 0.9, 0.95]
  /// The least number of common years of a pair.
  private static let leastYears = 8

  /// The dependence of the scores of some data under fitted distributions.
  ///
  /// - Parameters:
  ///   - gev: The fitted distributions of each year, batches that broadcast to `[1, S]`.
  ///   - data: The data.
  ///   - correlations: The correlation of the scores under the model, `[S, S]` row-major; nil for independent stations.
  init(_ gev: [GEV], _ data: StationTensors, correlations: [Double]? = nil) {
    let (S, T) = (data.stationCount, gev.count)
    let maxima = data.maxima.scalars
    var scores = Array(repeating: Double.nan, count: S * T)
    var undefined = 0
    for (t, batch) in gev.enumerated() {
      let y = Tensor((0..<S).map { maxima[$0 * T + t] })
      // From the nearer tail, so that large maxima keep their digits.
      let upper = exp(batch.logSurvival(y)).broadcast(to: [1, S])
      let lower = exp(batch.logCDF(y)).broadcast(to: [1, S])
      let isUpper = upper .< 0.5
      let z = select(isUpper, -normalQuantile(upper), normalQuantile(lower)).scalars
      for i in 0..<S where maxima[i * T + t].isFinite {
        scores[i * T + t] = z[i].isNaN ? .nan : min(max(z[i], -8), 8)
        undefined += z[i].isNaN ? 1 : 0
      }
    }
    self.init(
      scores: scores, stations: S,
      distances: (data.isProjected ? Euclidean() : Chordal() as any Metric)
        .distances(data.coordinates, data.coordinates).scalars,
      correlations: correlations)
    self.undefined = undefined
  }

  /// The dependence of some scores.
  ///
  /// - Parameters:
  ///   - scores: The normal scores, row-major `[S, T]`; NaN where missing.
  ///   - stations: The number of stations *S*.
  ///   - distances: The distances of the stations in km, row-major `[S, S]`.
  ///   - correlations: As of `init(_:_:correlations:)`.
  init(scores: [Double], stations: Int, distances: [Double], correlations: [Double]? = nil) {
    let T = scores.count / max(stations, 1)
    (self.scores, self.stations, years) = (scores, stations, T)
    self.distances = distances
    var pairs: [Pair] = []
    for i in 0..<stations {
      for j in 0..<i {
        let common = (0..<T).compactMap { t -> (Double, Double)? in
          let (a, b) = (scores[i * T + t], scores[j * T + t])
          return a.isNaN || b.isNaN ? nil : (a, b)
        }
        guard common.count >= Self.leastYears, let r = Self.correlation(common) else { continue }
        pairs.append(
          Pair(distance: distances[i * stations + j], correlation: r, years: common.count))
      }
    }
    self.pairs = pairs
    let years = (0..<T).map { t in
      (0..<stations).map { scores[$0 * T + t] }.filter { !$0.isNaN }
    }
    tails = Self.levels.map { TailDependence($0, years, stations: stations, correlations) }
  }

  private static func correlation(_ pairs: [(Double, Double)]) -> Double? {
    let n = Double(pairs.count)
    let (a, b) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
    let products = pairs.reduce((0.0, 0.0, 0.0)) { sum, pair in
      let (x, y) = (pair.0 - a, pair.1 - b)
      return (sum.0 + x * y, sum.1 + x * x, sum.2 + y * y)
    }
    let r = products.0 / (products.1 * products.2).squareRoot()
    return r.isFinite ? r : nil
  }

  /// The mean correlation over the pairs; nil without pairs.
  var meanCorrelation: Double? {
    pairs.isEmpty ? nil : pairs.reduce(0) { $0 + $1.correlation } / Double(pairs.count)
  }

  /// The effective number of stations: as many independent ones have a mean that varies as much.
  var effectiveStations: Double? {
    meanCorrelation.map { Double(stations) / max(1 + Double(stations - 1) * $0, 1) }
  }

  /// The standard deviation of the mean correlation of independent stations, whose pairs are uncorrelated.
  ///
  /// A sample correlation of n independent pairs of numbers has the variance 1 / (n - 1).
  var chanceDeviation: Double {
    pairs.reduce(0) { $0 + 1 / Double($1.years - 1) }.squareRoot() / Double(pairs.count)
  }

  /// Whether the correlation is beyond what independent stations show by chance, and large enough to matter.
  var isNotable: Bool {
    guard let mean = meanCorrelation else { return false }
    return mean > 0.03 && mean > 3 * chanceDeviation
  }

  /// The mean correlations of the third of the pairs that are nearest, of the next and of the farthest.
  var byDistance: [Group] {
    let sorted = pairs.sorted { $0.distance < $1.distance }
    guard sorted.count >= 9 else { return [] }
    return (0..<3).map { third in
      let group = sorted[(third * sorted.count / 3)..<((third + 1) * sorted.count / 3)]
      return Group(
        distance: group.last?.distance ?? 0,
        correlation: group.reduce(0) { $0 + $1.correlation } / Double(group.count),
        pairs: group.count)
    }
  }
}
