import Foundation
import PPL
import Parallel
import Preconditions

/// A nested Laplace approximation of a posterior, with its draws and its diagnosis.
public struct NestedLaplaceFit: Sendable {
  /// The settings of the approximation.
  public let settings: NestedLaplace
  /// The wall time in seconds.
  public let seconds: Double
  private let density: LogDensity
  private let split: LatentSplit
  private let mode: MarginalMode
  private let explored: ExploredPoints
  private let drawn: JointDraws
  private let key: RandomKey

  init(
    settings: NestedLaplace, density: LogDensity, split: LatentSplit, mode: MarginalMode,
    explored: ExploredPoints, drawn: JointDraws, key: RandomKey, seconds: Double
  ) {
    (self.settings, self.density, self.split) = (settings, density, split)
    (self.mode, self.explored, self.drawn) = (mode, explored, drawn)
    (self.key, self.seconds) = (key, seconds)
  }

  /// The names of the sites of the Gaussian part x, in model order.
  public var latent: [String] { split.latent.sites.map(\.name) }
  /// The names of the sites of the hyperparameters θ, in model order.
  public var hyperparameters: [String] { split.hyper.sites.map(\.name) }
  /// The number of unconstrained values of x.
  public var latentCount: Int { split.latent.count }

  /// The unconstrained hyperparameters of the points that have an approximation, `[points, k]`.
  public var points: Tensor {
    Tensor(
      explored.gaussians.flatMap(\.theta), shape: [explored.gaussians.count, split.hyper.count])
  }
  /// The weights of the points, whose sum is 1, `[points]`.
  public var weights: Tensor { Tensor(explored.weights) }
  /// The number of points at which Newton's method failed, which have no weight.
  public var failedPoints: Int { explored.failures }
  /// The reason of the first failed point; nil if there is none.
  public var firstFailure: NestedLaplaceError? { explored.firstFailure }
  /// The number of approximations of the search for the mode, and of all points.
  public var approximations: Int {
    mode.evaluations + explored.gaussians.count + explored.failures
  }
  /// The unconstrained hyperparameters at the mode of their marginal density, `[k]`, after the last Newton step.
  public var modeOfHyperparameters: [Double] { mode.coordinates.origin }

  /// The k-hat of the importance weights of the points; nil for quadrature and without hyperparameters.
  public var khatOfPoints: Double? { explored.khat }
  /// The k-hat of the weights of the draws, which compare the exact joint density with the approximation; nil without
  /// correction.
  public var khatOfDraws: Double? { drawn.khat }
  /// The importance effective sample size of the candidates of draws, and their number; nil without correction.
  public var effectiveDraws: Double? { drawn.effectiveCandidates }
  /// The number of candidates that the draws were chosen from.
  public var candidates: Int { drawn.candidates }
  /// The effective number of points, 1 / Σ w².
  public var effectivePoints: Double {
    1 / explored.weights.reduce(0) { $0 + $1 * $1 }
  }
  /// The estimate of log p(y), the evidence.
  public var logEvidence: Double {
    explored.logEvidence + drawn.logEvidenceChange + density.logJoint.constantTerm
  }

  /// The unconstrained draws `[draws, n]`, in the order of the model's sites.
  public var unconstrained: Tensor {
    Tensor(drawn.values, shape: [settings.draws, split.vector.count])
  }

  /// The posterior of the draws, with every deterministic site recomputed for each.
  ///
  /// The statistic `log_ratio` is the logarithm of the ratio of the exact joint density and the approximation, by which the
  /// draws were chosen; 0 without correction.
  ///
  /// - Parameter pool: The threads that share the draws.
  public func posterior(pool: WorkPool = .automatic) throws -> Posterior {
    try density.posterior(
      of: density.logJoint.model, unconstrained: unconstrained,
      statistics: Draws(
        count: settings.draws, sites: [("log_ratio", Tensor(drawn.logRatios))]),
      key: key, pool: pool,
      origin: .init(
        method: "nested Laplace",
        settings: [
          "exploration": settings.exploration.name, "points": "\(explored.gaussians.count)",
          "latent": latent.joined(separator: " "), "draws": "\(settings.draws)",
          "corrected": "\(settings.isCorrected)",
        ], isIndependent: true))
  }
}

// MARK: - Diagnosis

extension NestedLaplaceFit: CustomStringConvertible {
  /// Whether the draws stand for the posterior: whether the weights are reliable and at most one point in twenty failed.
  public var isReliable: Bool { flaws.isEmpty }

  /// The diagnosis in the words of the library, a sentence without a full stop.
  public var description: String { verdict(\.words) }

  /// The diagnosis, a sentence without a full stop.
  ///
  /// - Parameter phrase: The text of a remedy; nil for one that does not apply.
  public func verdict(_ phrase: (Remedy) -> Remedy.Phrase?) -> String {
    let measured = khats.map { "k-hat \(format($0.value)) of \($0.name)" }
    guard isReliable else {
      return "the nested Laplace approximation is not to be believed: "
        + flaws.map { $0.text(phrase) }.joined(separator: "; ")
    }
    return "the nested Laplace approximation holds"
      + (measured.isEmpty
        ? ", as far as Newton's method tells; nothing else was tested, since its draws are not corrected"
        : ": ")
      + measured.joined(separator: ", ")
  }

  private var khats: [(name: String, value: Double, remedy: Remedy)] {
    [
      khatOfPoints.map { ("the hyperparameters", $0, .morePoints) },
      khatOfDraws.map { ("the draws", $0, .fewerGaussianSites) },
    ].compactMap(\.self)
  }

  /// The reasons for which the approximation cannot be believed, with remedies.
  public var flaws: [Doubt] {
    var flaws: [Doubt] = []
    for (name, khat, remedy) in khats {
      let limit = ApproximationDiagnosis.largestKhat
      guard !(khat <= limit) else { continue }
      flaws.append(
        Doubt(
          "k-hat of \(name) is \(format(khat)), above \(format(limit)): the posterior is not near normal there",
          [.nuts, remedy]))
    }
    if let effectiveDraws, flaws.isEmpty,
      effectiveDraws < ApproximationDiagnosis.fewestEffectiveDraws
    {
      flaws.append(
        Doubt(
          "the weighted draws are worth \(format(effectiveDraws)) independent ones, below "
            + "\(format(ApproximationDiagnosis.fewestEffectiveDraws))",
          [.nuts, .fewerGaussianSites]))
    }
    let count = split.hyper.count
    if count > 0, effectivePoints < (khatOfPoints == nil ? 2 : 5 * Double(count)) {
      flaws.append(
        Doubt(
          "the weights of the \(counted(explored.gaussians.count, "point")) are those of "
            + "\(format(effectivePoints)), too few for \(counted(count, "hyperparameter"))",
          [.nuts, .morePoints]))
    }
    let total = explored.gaussians.count + failedPoints
    if failedPoints * 20 > total, let firstFailure {
      flaws.append(
        Doubt(
          "\(failedPoints) of \(total) points have no approximation. The first: "
            + firstFailure.doubt.finding))
    }
    return flaws
  }

  private func format(_ number: Double) -> String { String(format: "%.2f", number) }
}
