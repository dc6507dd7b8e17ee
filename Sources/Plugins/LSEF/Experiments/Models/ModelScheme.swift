import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// A filter of the comparison on other models, by its name in tables.
enum ModelScheme: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// The local ensemble transform Kalman filter.
  case letkf = "LETKF"
  /// The deterministic EnKF with the ensemble's covariance, localized.
  case enKF = "DEnKF"
  /// The deterministic EnKF with a mixture of the localized covariance and a static one.
  case hybridB = "Hybrid-B"
  /// The deterministic EnKF with the covariance of LSEF.
  case lsef = "LSEF"
  /// The deterministic EnKF with the localized covariance and that of LSEF, weighted by scale and place.
  case lsefHybrid = "LSEF-hybrid"
  /// LSEF as in the paper: a control forecast and perturbed observations.
  case lsefControl = "LSEF-control"

  /// The name in `--schemes`.
  var flag: String { rawValue.lowercased() }

  /// The settings of a filter.
  struct Settings: Sendable, Codable, Equatable, CustomStringConvertible {
    /// The inflation: the factor of the members' deviations.
    var inflation: Double
    /// The half-length of the taper, in points.
    var length: Double?
    /// The factor of the covariance of LSEF.
    var factor: Double?
    /// The weight of the ensemble's covariance in Hybrid-B.
    var weight: Double?
    /// What is added to the learned log odds of the ensemble's covariance in LSEF-hybrid.
    var level: Double?

    var description: String {
      [
        ("inflation", inflation), ("length", length), ("factor", factor), ("weight", weight),
        ("log odds", level),
      ].compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
    }
  }

  private static let inflations = [1.01, 1.03, 1.07, 1.15]
  private static let factors = [0.4, 0.7, 1, 1.5]
  private static let weights = [0.5, 0.7, 0.85, 0.95]
  private static let levels = [0.0, 2, 4, 8]

  /// The candidate settings, sixteen for each filter.
  ///
  /// - Parameters:
  ///   - lengths: Four half-lengths of the taper.
  ///   - length: The best one of the DEnKF, which the hybrids use.
  func candidates(lengths: [Double], length: Double) -> [Settings] {
    Self.inflations.flatMap { inflation in
      switch self {
      case .letkf, .enKF:
        lengths.map { Settings(inflation: inflation, length: $0) }
      case .hybridB:
        Self.weights.map { Settings(inflation: inflation, length: length, weight: $0) }
      case .lsefHybrid:
        Self.levels.map { Settings(inflation: inflation, length: length, level: $0) }
      case .lsef, .lsefControl: Self.factors.map { Settings(inflation: inflation, factor: $0) }
      }
    }
  }

  /// The filter with these settings.
  ///
  /// - Throws: As `ScaleHybridPrior`.
  func filter(
    _ settings: Settings, members: Int, of own: ModelCase, trained: ModelTraining.Result
  ) throws -> any Filter {
    let (ring, inflation) = (own.ring, settings.inflation)
    let taper = settings.length.map { Taper.gaspariCohn($0) } ?? .none
    let bank = FilterBank.circle(points: own.points)
    switch self {
    case .letkf:
      return LETKF(
        members: members, inflation: inflation, rotation: .random, taper: taper, on: ring,
        blocks: ring.blocks(of: own.block))
    case .enKF:
      return PriorDEnKF(
        rawValue, prior: LocalizedEnsembleCovariance(taper, on: ring), members: members,
        inflation: inflation)
    case .hybridB:
      let mean = DenseCovariance(Matrix(cyclic: trained.meanCovariance))
      let prior = HybridCovariance(
        LocalizedEnsembleCovariance(taper, on: ring), mean, weight: settings.weight ?? 0.5)
      return PriorDEnKF(rawValue, prior: prior, members: members, inflation: inflation)
    case .lsef:
      let prior = try ScaleHybridPrior(
        trained.network, bank: bank, factor: settings.factor ?? 1)
      return PriorDEnKF(rawValue, prior: prior, members: members, inflation: inflation)
    case .lsefHybrid:
      var weights = trained.weights
      weights.level += settings.level ?? 0
      let prior = try ScaleHybridPrior(
        trained.network, bank: bank, weights: weights, taper: taper, factor: trained.factor)
      return PriorDEnKF(rawValue, prior: prior, members: members, inflation: inflation)
    case .lsefControl:
      let prior = try ScaleHybridPrior(
        trained.network, bank: bank, factor: settings.factor ?? 1)
      return ControlFilter(rawValue, prior: prior, members: members, inflation: inflation)
    }
  }
}
