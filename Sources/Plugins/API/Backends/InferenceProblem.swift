import Inference
import PPL
import Runs

/// An inference problem: the posterior of a model, with the start and the labels of its fit.
public struct InferenceProblem: Sendable {
  /// The model conditioned on its data.
  public internal(set) var posterior: Model<Void>
  /// The rule for the values that a fit starts from; the backend's own if nil.
  public let start: Initialization?
  /// The family of guides where `--guide` is not given; that of the backend if nil.
  public let guide: GuideFamily?
  /// The standard deviation of normal guides at the start, in unconstrained space.
  public let startingDeviation: Double
  /// The latent sites of the Gaussian part for nested Laplace; those with normal priors if nil.
  public let gaussianSites: [String]?
  /// The sites that the default report shows, in this order; all if nil.
  public let reportedSites: [String]?
  /// The units of sites in tables, by site.
  public let units: [String: String]
  /// The labels of the elements of plates in tables and files, by plate.
  public let labels: [String: [String]]
  /// The checksums of the data, as conditions of `--resume`; that of all sites of the posterior if nil.
  public let content: [CheckpointFile.Condition]?

  /// A posterior with its start and what its report needs.
  ///
  /// - Parameters:
  ///   - posterior: The model conditioned on its data.
  ///   - start: The rule for the values that a fit starts from; the backend's own if nil.
  ///   - guide: The family of guides that suits the posterior.
  ///   - startingDeviation: The standard deviation of normal guides at the start, in unconstrained space.
  ///   - gaussianSites: The latent sites of the Gaussian part for nested Laplace; those with normal priors if nil.
  ///   - reportedSites: The sites that the default report shows, in this order; all if nil.
  ///   - units: The units of sites in tables, by site.
  ///   - labels: The labels of the elements of plates, by plate.
  ///   - content: The checksums of the data; that of all sites of the posterior if nil.
  public init<Output>(
    _ posterior: Model<Output>, start: Initialization? = nil, guide: GuideFamily? = nil,
    startingDeviation: Double = 0.1, gaussianSites: [String]? = nil,
    reportedSites: [String]? = nil, units: [String: String] = [:],
    labels: [String: [String]] = [:], content: [CheckpointFile.Condition]? = nil
  ) {
    self.posterior = posterior as? Model<Void> ?? posterior.discardingOutput
    (self.start, self.guide, self.startingDeviation) = (start, guide, startingDeviation)
    self.gaussianSites = gaussianSites
    (self.reportedSites, self.units, self.labels) = (reportedSites, units, labels)
    self.content = content
  }
}

extension InferenceProblem {
  /// The checksums of the data: those of the model, or one of its posterior.
  func contents() throws -> [CheckpointFile.Condition] {
    try content ?? [.init(content: "the data, the options or the model", fingerprint())]
  }

  /// A text that identifies a model and its data: every site of one run with its value and its log density.
  private func fingerprint() throws -> String {
    try posterior.seeded(by: RandomKey(0)).trace().map { site in
      let numbers = [site.value, site.logProb()].map { $0.map { "\($0.shape)\($0.scalars)" } ?? "" }
      return ([site.name, "\(site.kind)", "\(site.isObserved)"] + numbers).joined(separator: " ")
    }.joined(separator: "\n")
  }
}
