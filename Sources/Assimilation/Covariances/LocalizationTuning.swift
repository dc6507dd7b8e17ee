import LinearAlgebra
import Preconditions

/// The choice of a localization length by the error of analyses whose truth is known.
public struct LocalizationTuning: Sendable, Equatable, Codable {
  /// The lengths tried, in the units of the grid's distance.
  public let lengths: [Double]
  /// The mean squared error of the analyses with each.
  public let errors: [Double]

  /// The length with the least error.
  public var best: Double { lengths[errors.indices.min { errors[$0] < errors[$1] } ?? 0] }

  /// Ten lengths, equally spaced in their logarithms from 500 to 3000 km and cut to whole ones.
  ///
  /// - Reference: `lsef.md` 8.2.
  public static let sphereLengths: [Double] = [
    499, 610, 744, 908, 1108, 1352, 1650, 2014, 2458, 3000,
  ]

  /// The tuning of all replicates that others tuned on: the mean of their errors.
  ///
  /// - Precondition: There is one, and all tried the same lengths.
  public init(mean parts: [LocalizationTuning]) {
    let lengths = parts.first?.lengths ?? []
    require(
      !lengths.isEmpty && parts.allSatisfy { $0.lengths == lengths },
      "LocalizationTuning: needs tunings of the same lengths.")
    self.lengths = lengths
    errors = lengths.indices.map { k in
      parts.reduce(0) { $0 + $1.errors[k] } / Double(parts.count)
    }
  }

  /// One analysis to tune by.
  public struct Replicate: Sendable {
    /// The field that the analysis should find, one number a point.
    public let truth: [Double]
    /// `[N, n]`.
    public let members: Matrix
    /// Of the truth.
    public let observations: Observations

    /// A truth with its ensemble and observations, all of one grid.
    public init(truth: [Double], members: Matrix, observations: Observations) {
      (self.truth, self.members, self.observations) = (truth, members, observations)
    }
  }

  /// Tries every length on every replicate.
  ///
  /// - Parameters:
  ///   - replicates: Analyses whose truth is known.
  ///   - grid: Where they live.
  ///   - lengths: What to try, in the units of the grid's distance.
  ///   - taper: From a length to the taper.
  /// - Precondition: There are lengths and replicates.
  /// - Throws: As the priors and analyses.
  public init(
    _ replicates: [Replicate], on grid: any Grid, lengths: [Double] = sphereLengths,
    taper: @Sendable (Double) -> Taper = { .gaspariCohn($0) }
  ) throws {
    require(
      !replicates.isEmpty && !lengths.isEmpty,
      "LocalizationTuning: needs a replicate and a length at least.")
    var errors = lengths.map { _ in 0.0 }
    for replicate in replicates {
      let ensemble = try LocalizedEnsembleCovariance(
        members: replicate.members, taper: .none, on: grid)
      for (k, length) in lengths.enumerated() {
        let analysis = try replicate.observations.analysis(
          prior: try ensemble.tapered(by: taper(length)))
        errors[k] +=
          meanSquaredError(analysis, replicate.truth, areas: grid.cellAreas)
          / Double(replicates.count)
      }
    }
    (self.lengths, self.errors) = (lengths, errors)
  }
}
