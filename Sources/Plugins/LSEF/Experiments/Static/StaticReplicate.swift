import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// A truth, its ensemble and its observations: what all schemes of a static analysis are compared on.
///
/// The background is 0 everywhere.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5; `lsef.md` 8.1.
public struct StaticReplicate: Sendable {
  /// Where the fields live.
  public let domain: any HarmonicDomain
  /// Those that truth and ensemble were drawn from.
  public let spectra: LocalSpectra
  /// One number a point.
  public let truth: [Double]
  /// `[N, n]`.
  public let members: Matrix
  /// Of the truth.
  public let observations: Observations
  /// W of the truth.
  public let squareRoot: Matrix

  /// How many members and observations there are.
  public struct Size: Sendable, Equatable {
    /// Of the ensemble, N.
    public var members: Int
    /// How many observations, some of one point.
    public var observations: Int
    /// Of each observation's error; the median of the field's variances over the points if nil.
    public var variance: Double?

    /// A size; by default that of the published experiments on the sphere.
    public init(members: Int = 20, observations: Int = 2_451, variance: Double? = 1) {
      (self.members, self.observations, self.variance) = (members, observations, variance)
    }
  }

  /// - Throws: `FieldError` and `AnalysisError`, if the truth makes numbers that are none.
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

  /// One pair a grid point: what filters see of the ensemble, and the spectrum it was drawn from.
  ///
  /// - Throws: `FieldError` if the bank is of another domain.
  public func pairs(seenThrough bank: FilterBank, interpolates: Bool = true) throws -> SpectrumPairs
  {
    try SpectrumPairs(
      bandVariances: bank.bandVariances(of: members, on: domain, interpolates: interpolates),
      spectra: spectra.modal)
  }

  /// What the tuning of a localization length needs of this replicate.
  public var forTuning: LocalizationTuning.Replicate {
    LocalizationTuning.Replicate(truth: truth, members: members, observations: observations)
  }

  /// The mean squared error of the analysis with a prior.
  ///
  /// - Throws: As `Observations.analysis(prior:background:)`.
  public func error(_ prior: some PriorCovariance) throws -> Double {
    meanSquaredError(
      try observations.analysis(prior: prior), truth, areas: domain.cellAreas)
  }

  /// The prior of the optimum, which knows the truth's covariance.
  public var truePrior: SquareRootCovariance { SquareRootCovariance(squareRoot) }

  /// The prior of LSEF-B: a square root made of the spectra that a network sees in the ensemble.
  ///
  /// - Throws: `EstimatorError` and `FieldError` if network, bank and domain do not fit.
  public func estimatedPrior(
    _ network: SpectrumNetwork, seenThrough bank: FilterBank, interpolates: Bool = true
  ) throws -> SquareRootCovariance {
    try SquareRootCovariance(
      estimatedFrom: members, on: domain, by: network, seenThrough: bank,
      interpolates: interpolates)
  }

  /// The prior of EnKF-B.
  ///
  /// - Throws: `AnalysisError` for an ensemble of one.
  public func ensemblePrior(_ taper: Taper) throws -> LocalizedEnsembleCovariance {
    try LocalizedEnsembleCovariance(members: members, taper: taper, on: domain)
  }
}

/// The median of numbers, of which there is one at least.
private func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  let place = 0.5 * Double(sorted.count - 1)
  let low = Int(place)
  let high = min(low + 1, sorted.count - 1)
  return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
}
