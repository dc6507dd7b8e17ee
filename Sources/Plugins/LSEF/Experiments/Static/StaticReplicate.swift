import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// A replicate of the static experiment: a truth, its ensemble and its observations, on which all schemes are compared.
///
/// The background is 0 everywhere.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5; `lsef.md` 8.1.
public struct StaticReplicate: Sendable {
  /// The domain of the fields.
  public let domain: any HarmonicDomain
  /// The local spectra of truth and ensemble.
  public let spectra: LocalSpectra
  /// The true field, `[n]`.
  public let truth: [Double]
  /// The ensemble, `[N, n]`.
  public private(set) var members: Matrix
  /// The observations of the truth.
  public let observations: Observations
  /// The square root W of the truth's covariance, `[n, n]`.
  public let squareRoot: Matrix

  /// The size of a replicate: its numbers of members and observations.
  public struct Size: Sendable, Equatable {
    /// The ensemble size N.
    public var members: Int
    /// The number of observations; points may be observed more than once.
    public var observations: Int
    /// The variance of each observation error; the median of the field's variances over the points if nil.
    public var variance: Double?

    /// A size; by default that of the published experiments on the sphere.
    public init(members: Int = 20, observations: Int = 2_451, variance: Double? = 1) {
      (self.members, self.observations, self.variance) = (members, observations, variance)
    }
  }

  /// The replicate of a key.
  ///
  /// - Throws: `FieldError` and `AnalysisError`, if the truth has numbers that are not finite.
  /// - Complexity: *n²* numbers for W, and O(*n²* L) time.
  public init(_ truth: ParametricTruth, size: Size = Size(), key: RandomKey) throws {
    let keys = key.split(3)
    let drawn = try DrawnEnsemble(truth, members: size.members, keys: keys)
    (domain, spectra, squareRoot) = (truth.domain, drawn.model.spectra, drawn.squareRoot)
    (self.truth, members) = (drawn.truth, drawn.members)
    observations = try .drawn(
      from: self.truth, areas: domain.cellAreas, count: size.observations,
      variance: size.variance ?? Tensor(drawn.model.variance).quantile(0.5, along: 0).scalar,
      key: keys[2])
  }

  /// The training pairs, one for each grid point: the band variances of the ensemble and its true spectrum.
  ///
  /// - Throws: `FieldError` if the bank is of another domain.
  public func pairs(bank: FilterBank, interpolates: Bool = true) throws -> SpectrumPairs {
    try SpectrumPairs(
      bandVariances: bank.bandVariances(of: members, on: domain, interpolates: interpolates),
      spectra: spectra.modal)
  }

  /// The replicate for the tuning of a localization length.
  public var tuningReplicate: LocalizationTuning.Replicate {
    LocalizationTuning.Replicate(truth: truth, members: members, observations: observations)
  }

  /// The mean squared error of the analysis with a prior.
  ///
  /// - Throws: As `Observations.analysis(prior:background:)`.
  public func error(_ prior: some PriorCovariance) throws -> Double {
    meanSquaredError(
      try observations.analysis(prior: prior), truth, areas: domain.cellAreas)
  }

  /// The mean squared error of an analysis, and the fraction of the entries of W that it used; nil for all.
  typealias SparseError = (value: Double, density: Double?)

  /// The mean squared error of the analysis with a square root W, whose entries below a fraction of the largest modulus are left
  /// out; the analysis is then by conjugate gradients.
  ///
  /// - Throws: As `Observations.analysis(squareRoot:background:tolerance:maximumIterations:)`.
  /// - Reference: `lsef.md` 13, items 1 and 3.
  func error(_ prior: SquareRootCovariance, threshold: Double?) throws -> SparseError {
    guard let threshold else { return (try error(prior), nil) }
    let W = SparseMatrix(prior.squareRoot, keeping: .ofLargest(threshold))
    let analysis = try observations.analysis(squareRoot: W).analysis
    return (meanSquaredError(analysis, truth, areas: domain.cellAreas), W.density)
  }

  /// The replicate with perturbations of its ensemble, whose mean is known to be 0, times a factor.
  public func inflated(by factor: Double) -> StaticReplicate {
    guard factor != 1 else { return self }
    var result = self
    result.members.scale(by: factor)
    return result
  }

  /// The optimal prior covariance, which is the covariance of the truth.
  public var truePrior: SquareRootCovariance { SquareRootCovariance(squareRoot) }

  /// The prior covariance of LSEF-B: a square root from the spectra that a network, or another estimator, makes of the ensemble.
  ///
  /// - Throws: `EstimatorError` and `FieldError` if estimator, bank and domain do not fit.
  public func estimatedPrior(
    _ estimator: any LocalSpectrumEstimator, bank: FilterBank, interpolates: Bool = true
  ) throws -> SquareRootCovariance {
    try SquareRootCovariance(
      estimatedFrom: members, on: domain, by: estimator, bank: bank,
      interpolates: interpolates)
  }

  /// The prior covariance of EnKF-B.
  ///
  /// - Throws: `AnalysisError` for an ensemble of one.
  public func ensemblePrior(_ taper: Taper) throws -> LocalizedEnsembleCovariance {
    try LocalizedEnsembleCovariance(members: members, taper: taper, on: domain)
  }
}
