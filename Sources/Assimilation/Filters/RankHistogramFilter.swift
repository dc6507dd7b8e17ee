import Autodiff
import Foundation
import LinearAlgebra

/// The rank histogram filter (RHF): a serial ensemble filter whose observed values have the posterior of a histogram, which
/// need not be normal.
///
/// The prior of an observed value has a probability of 1 / (N + 1) between each two neighbouring members and in each tail,
/// which is that of a normal distribution with the variance of the members. It is multiplied by the likelihood, the mean of
/// those of the two members in each interval and that of the outermost member in a tail. The new values are the quantiles
/// k / (N + 1) of the posterior, in the order of the old ones; the rest of the state follows by regression.
///
/// - Reference: Anderson (2010), *A non-Gaussian ensemble filter update for data assimilation*, sections 3 and 4.
public struct RankHistogramFilter: EnsembleFilter {
  public let members: Int
  public let inflation: Double
  public let localization: Localization?
  public let rotation: EnsembleRotation

  /// A filter with this ensemble size, at least 2.
  public init(
    members: Int, inflation: Double = 1, localization: Localization? = nil,
    rotation: EnsembleRotation = .none
  ) {
    (self.members, self.inflation, self.localization) = (members, inflation, localization)
    self.rotation = rotation
  }

  public var name: String { "RHF" }

  /// Updates the mean and the deviations by one observation after the other.
  ///
  /// - Throws: `AnalysisError`, also for exact observations.
  /// - Complexity: O(p N (n + log N)) for p observed points.
  public func update(_ ensemble: inout Ensemble, _ y: Observations, key: RandomKey) throws {
    try localization?.checkIsCovariance()
    try y.requireErrors()
    for k in 0..<y.count {
      let point = y.points[k]
      guard let update = SerialRegression(of: ensemble, at: point, localization) else { continue }
      let values = update.observed.map { ensemble.mean[point] + $0 }
      let posterior = RankHistogram(members: values).posterior(
        given: y.values[k], variance: y.variances[k])
      var increments = zip(posterior, values).map(-)
      let mean = increments.reduce(0, +) / Double(increments.count)
      for member in increments.indices { increments[member] -= mean }
      update.add(mean: mean, deviations: increments, to: &ensemble)
    }
    rotation.apply(to: &ensemble.anomalies, key: key)
  }
}

/// The rank histogram of a number: the distribution with a probability of 1 / (N + 1) between each two neighbouring members.
struct RankHistogram {
  private let members: [Double]
  /// The indices of the members, in increasing order of their values.
  private let order: [Int]
  private let deviation: Double

  /// The distribution of members, `[N]`, of which two differ.
  init(members: [Double]) {
    self.members = members
    order = members.indices.sorted { (members[$0], $0) < (members[$1], $1) }
    let count = Double(members.count)
    let mean = members.reduce(0, +) / count
    deviation = (members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
  }

  /// The quantiles k / (N + 1) of the posterior given an observation with a normal error, `[N]`, in the places of the members.
  func posterior(given value: Double, variance: Double) -> [Double] {
    let (count, sorted) = (members.count, order.map { members[$0] })
    let logs = sorted.map { -($0 - value) * ($0 - value) / (2 * variance) }
    let largest = logs.max() ?? 0
    let likelihoods = logs.map { exp($0 - largest) }
    // The masses of the N + 1 intervals, the tails first and last, in units of the prior's mass.
    var masses = [likelihoods[0]]
    for k in 1..<count { masses.append((likelihoods[k - 1] + likelihoods[k]) / 2) }
    masses.append(likelihoods[count - 1])
    let total = masses.reduce(0, +)
    var result = members
    var (interval, below) = (0, 0.0)
    for k in 1...count {
      let level = total * Double(k) / Double(count + 1)
      while interval < count, below + masses[interval] < level {
        below += masses[interval]
        interval += 1
      }
      let share = min(1, max(0, (level - below) / masses[interval]))
      result[order[k - 1]] =
        switch interval {
        case 0: tail(share, from: sorted[0], sign: -1)
        case count: tail(1 - share, from: sorted[count - 1], sign: 1)
        default: sorted[interval - 1] + share * (sorted[interval] - sorted[interval - 1])
        }
    }
    return result
  }

  /// The place in a tail beyond which this share of its mass lies: that of a normal distribution whose probability beyond the
  /// outermost member is 1 / (N + 1).
  private func tail(_ share: Double, from outermost: Double, sign: Double) -> Double {
    let mass = 1 / Double(members.count + 1)
    let quantiles = normalQuantile(Tensor([mass, max(share * mass, .leastNormalMagnitude)])).scalars
    return outermost + sign * deviation * (quantiles[0] - quantiles[1])
  }
}
