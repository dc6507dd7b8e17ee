import Inference

/// The numbers by which a fit is judged, the object `diagnostics` of `results.json`, which also has `verdict` and `converged`.
///
/// Numbers that a method does not have are nil, and absent in JSON.
public struct FitDiagnostics: Encodable, Sendable, Equatable {
  /// The largest R-hat, and the smallest bulk and tail effective sample sizes, over all sites.
  public var rhatMax, essBulkMin, essTailMin: Double?
  /// The number of divergent transitions.
  public var divergences: Int?
  /// The smallest energy fraction of missing information of a chain.
  public var ebfmiMin: Double?
  /// The Pareto k-hat of an approximation, and its standard error.
  public var khat, khatError: Double?
  /// The importance effective sample size of an approximation, as a share of its draws.
  public var importanceEfficiency: Double?
  /// The evidence lower bound of an approximation, and its standard error, in nats.
  public var elbo, elboError: Double?
  /// The share of draws of an approximation at which the model has no finite log density.
  public var impossibleShare: Double?
  /// The Pareto k-hat of the weights of hyperparameters and of draws, of which `khat` is the larger.
  public var khatOfHyperparameters, khatOfDraws: Double?
  /// The number of points of the hyperparameters that have no approximation.
  public var failedPoints: Int?
  /// The effective number of points of the hyperparameters.
  public var effectivePoints: Double?
  /// The estimate of the log evidence in nats.
  public var logEvidence: Double?

  enum CodingKeys: String, CodingKey {
    case divergences, khat, elbo
    case rhatMax = "rhat_max"
    case essBulkMin = "ess_bulk_min"
    case essTailMin = "ess_tail_min"
    case ebfmiMin = "ebfmi_min"
    case khatError = "khat_se"
    case importanceEfficiency = "importance_efficiency"
    case elboError = "elbo_se"
    case impossibleShare = "impossible_share"
    case khatOfHyperparameters = "khat_hyperparameters"
    case khatOfDraws = "khat_draws"
    case failedPoints = "failed_points"
    case effectivePoints = "effective_points"
    case logEvidence = "log_evidence"
  }

  /// No numbers: a method that is not judged.
  public init() {}

  /// The numbers of Markov chains.
  public init(_ found: SamplingDiagnosis) {
    func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
    (rhatMax, divergences) = (finite(found.rhat.value), found.divergences)
    (essBulkMin, essTailMin) = (finite(found.bulkESS.value), finite(found.tailESS.value))
    ebfmiMin = finite(found.energyFraction)
  }

  /// The numbers of an approximation.
  public init(_ found: ApproximationDiagnosis) {
    (khat, khatError) = (found.khat, found.khatError.isFinite ? found.khatError : nil)
    (elbo, elboError) = (found.elbo, found.elboError)
    importanceEfficiency = found.effectiveSampleSize / Double(found.draws)
    impossibleShare = Double(found.impossible) / Double(found.draws)
  }
}

/// The effort of a fit, the object `sampling` of `results.json`.
///
/// Numbers that a method does not have are nil, and absent in JSON.
public struct FitSampling: Encodable, Sendable, Equatable {
  /// The number of chains, of warm-up transitions and of draws of each.
  public var chains, warmup, draws: Int?
  /// The number of points of the hyperparameters, and of approximations made.
  public var points, approximations: Int?
  /// The number of gradients of the log density, or of losses.
  public var gradients: Double?
  /// Wall time in seconds.
  public var seconds: Double

  /// The effort of a fit; what is not given is absent.
  public init(
    chains: Int? = nil, warmup: Int? = nil, draws: Int? = nil, points: Int? = nil,
    approximations: Int? = nil, gradients: Double? = nil, seconds: Double
  ) {
    (self.points, self.approximations) = (points, approximations)
    (self.chains, self.warmup, self.draws) = (chains, warmup, draws)
    (self.gradients, self.seconds) = (gradients, seconds)
  }
}
