import Foundation
import PPL

/// The outcome of one panel of simulation-based calibration: the ranks of the true values among the draws of a fit.
public struct CalibrationOutcome: Sendable, Codable, Equatable {
  /// The comparison of a site, element by element in row-major order.
  public struct Site: Sendable, Codable, Equatable {
    /// The name of the site.
    public let name: String
    /// The rank of each true value among the draws, continuous in (0, 1).
    public let ranks: [Double]
    /// The indicators of coverage: true where the central interval of the draws covers the true value.
    public let covers: [Bool]
    /// The number of true standard deviations between the mean of the draws and each true value; 0 of draws that are all equal.
    public let errors: [Double]

    /// The comparison of true values with draws, `[C, S] + shape`.
    init(
      _ name: String, truth: [Double], draws: Tensor, level: Double, _ uniforms: [Double]
    ) throws {
      self.name = name
      let (chains, count) = (draws.shape[0], draws.shape[1])
      try demand(
        draws.count == chains * count * truth.count, of: "SimulationBasedCalibration",
        "the draws of \"\(name)\" have the shape \(draws.shape)",
        "must have \(truth.count) elements, as the model's")
      let values = draws.reshaped(to: [chains * count, truth.count]).transposed([1, 0]).scalars
      var (ranks, covers, errors) = ([Double](), [Bool](), [Double]())
      for (element, truth) in truth.enumerated() {
        let own = Array(values[(element * chains * count)..<((element + 1) * chains * count)])
        try demand(
          own.allSatisfy(\.isFinite), of: "SimulationBasedCalibration",
          "a draw of \"\(name)\" is not finite", "must be")
        let chained = (0..<chains).map { Array(own[($0 * count)..<(($0 + 1) * count)]) }
        ranks.append(Self.rank(of: truth, among: own, chained, uniforms[element]))
        let sorted = own.sorted()
        let tail = (1 - level) / 2
        covers.append(
          truth >= quantile(ofSorted: sorted, at: tail)
            && truth <= quantile(ofSorted: sorted, at: 1 - tail))
        let mean = own.reduce(0, +) / Double(own.count)
        let squares = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(own.count - 1, 1))).squareRoot()
        errors.append(sorted.first == sorted.last ? 0 : (truth - mean) / deviation)
      }
      (self.ranks, self.covers, self.errors) = (ranks, covers, errors)
    }

    /// The rank among draws thinned to independent ones: uniform on an interval of its own for each integer rank.
    private static func rank(
      of truth: Double, among draws: [Double], _ chains: [[Double]], _ uniform: Double
    ) -> Double {
      let statistics = ChainStatistics(chains)
      let effective = min(statistics.bulkESS, statistics.tailESS)
      let kept = effective.isFinite ? min(99, max(1, Int(effective)), draws.count) : 1
      let thinned = (0..<kept).map { draws[$0 * draws.count / kept] }
      let (below, equal) = thinned.reduce(into: (0, 0)) { counts, draw in
        if draw < truth { counts.0 += 1 }
        if draw == truth { counts.1 += 1 }
      }
      return (Double(below) + uniform * Double(equal + 1)) / Double(kept + 1)
    }
  }

  /// The compared sites in the order of the model; none of a fit that failed.
  public let sites: [Site]
  /// Whether the fit converged by its own diagnosis.
  public let isConverged: Bool
  /// The reason why a fit with draws did not converge by its own diagnosis; nil for one that did, or failed.
  public let doubt: String?
  /// The message of a fit that failed; nil for one that did not.
  public let failure: String?

  /// The outcome of a fit with draws.
  init(sites: [Site], doubt: String?) {
    (self.sites, isConverged, self.doubt, failure) = (sites, doubt == nil, doubt, nil)
  }

  /// The outcome of a fit that failed with this message.
  public init(failure: String) {
    (sites, isConverged, doubt, self.failure) = ([], false, nil, failure)
  }
}
