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
  public let members: Matrix
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
      variance: size.variance ?? median(drawn.model.variance), key: keys[2])
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

  /// The optimal prior covariance, which is the covariance of the truth.
  public var truePrior: SquareRootCovariance { SquareRootCovariance(squareRoot) }

  /// The prior covariance of LSEF-B: a square root from the spectra that a network estimates from the ensemble.
  ///
  /// - Throws: `EstimatorError` and `FieldError` if network, bank and domain do not fit.
  public func estimatedPrior(
    _ network: SpectrumNetwork, bank: FilterBank, interpolates: Bool = true
  ) throws -> SquareRootCovariance {
    try SquareRootCovariance(
      estimatedFrom: members, on: domain, by: network, bank: bank,
      interpolates: interpolates)
  }

  /// The prior covariance of EnKF-B.
  ///
  /// - Throws: `AnalysisError` for an ensemble of one.
  public func ensemblePrior(_ taper: Taper) throws -> LocalizedEnsembleCovariance {
    try LocalizedEnsembleCovariance(members: members, taper: taper, on: domain)
  }
}

/// The median of one or more numbers.
private func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  let place = 0.5 * Double(sorted.count - 1)
  let low = Int(place)
  let high = min(low + 1, sorted.count - 1)
  return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
}
