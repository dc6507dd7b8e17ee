import LinearAlgebra
import Preconditions

/// The tuning of a localization length by the errors of analyses whose truth is known.
public struct LocalizationTuning: Sendable, Equatable, Codable {
  /// The lengths tried, in the units of the grid's distance.
  public let lengths: [Double]
  /// The mean squared errors of the analyses, one for each length.
  public let errors: [Double]

  /// The length with the least error.
  public var best: Double { lengths[errors.indices.min { errors[$0] < errors[$1] } ?? 0] }

  /// The tuning on all replicates of several tunings, by the mean of their errors.
  ///
  /// - Precondition: There is a tuning, and all tried the same lengths.
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

  /// A replicate: one analysis to tune by.
  public struct Replicate: Sendable {
    /// The true field, `[n]`.
    public let truth: [Double]
    /// The ensemble, `[N, n]`.
    public let members: Matrix
    /// The observations of the truth.
    public let observations: Observations

    /// A replicate with its truth, ensemble and observations, all of one grid.
    public init(truth: [Double], members: Matrix, observations: Observations) {
      (self.truth, self.members, self.observations) = (truth, members, observations)
    }
  }

  /// The tuning by analyses of every replicate with every length.
  ///
  /// - Parameters:
  ///   - replicates: The analyses whose truth is known.
  ///   - grid: The grid of the fields.
  ///   - lengths: The lengths to try, in the units of the grid's distance.
  ///   - taper: The taper of a length.
  /// - Precondition: There are lengths and replicates.
  /// - Throws: As the priors and analyses.
  public init(
    _ replicates: [Replicate], on grid: any Grid, lengths: [Double],
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
