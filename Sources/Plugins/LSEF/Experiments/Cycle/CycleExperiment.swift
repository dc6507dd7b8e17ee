import Assimilation
import LinearAlgebra
import PPL
import Preconditions
import SpectralFields
import SpectrumEstimator

/// The cycled experiment on the circle, Figures 5 and 6: filters compared with the exact one.
///
///     let experiment = CycleExperiment(network: network, meanCovariance: c)
///     let world = try experiment.world(key: RandomKey(0))
///     let optimum = try experiment.run(.kf, in: world)
///     let lsef = try experiment.run(.lsef, members: 10, in: world)
///
/// In a world all filters have the same truth and observations, and those of one ensemble size the same model errors and
/// perturbations.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6; `lsef.md` 10 and 11.
public struct CycleExperiment: Sendable {
  /// A filter that is compared, by its name in tables.
  public enum Scheme: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// The exact Kalman filter: the optimum.
    case kf = "KF"
    /// The filter with the ensemble's covariance, localized.
    case enKF = "EnKF"
    /// The filter with a mixture of the localized ensemble covariance and the mean covariance.
    case hybridB = "Hybrid-B"
    /// The filter with the covariance of the convolution model, whose local spectra the network estimates.
    case lsef = "LSEF"
    /// The filter of LSEF with the local spectra of a `ShapeEstimator` in place of a network: pseudo-inversion, and a fit of the
    /// shape of the mean spectrum.
    case shape = "Shape"
    /// The filter with the static mean covariance.
    case meanB = "Mean-B"

    /// Whether a run depends on the ensemble size; otherwise one run in a world is enough.
    public var usesEnsemble: Bool {
      switch self {
      case .kf, .meanB: false
      case .enKF, .hybridB, .lsef, .shape: true
      }
    }
  }

  /// The settings of a filter that differ from the published ones.
  public struct Settings: Sendable, Codable, Equatable, CustomStringConvertible {
    /// The factor of the localization length, in EnKF and Hybrid-B.
    public var localizationFactor: Double?
    /// The inflation: the factor of the perturbations.
    public var inflation: Double?
    /// The weight of the ensemble's covariance against the mean one, in Hybrid-B, LSEF and Shape.
    public var ensembleWeight: Double?
    /// The factor of the mean covariance, in Mean-B.
    public var covarianceFactor: Double?

    /// The published settings, except for those given.
    public init(
      localizationFactor: Double? = nil, inflation: Double? = nil, ensembleWeight: Double? = nil,
      covarianceFactor: Double? = nil
    ) {
      (self.localizationFactor, self.inflation) = (localizationFactor, inflation)
      (self.ensembleWeight, self.covarianceFactor) = (ensembleWeight, covarianceFactor)
    }

    public var description: String {
      [
        ("localization length times", localizationFactor), ("inflation", inflation),
        ("weight of the ensemble", ensembleWeight), ("covariance times", covarianceFactor),
      ].compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
    }
  }

  /// The process and its observations.
  public var design = CycleDesign()
  /// The regime of non-stationarity.
  public var regime = DSADM.Regime.standard
  /// The number of analyses in a world.
  public var cycles = 5_000
  /// The network of LSEF.
  public let network: SpectrumNetwork
  /// The band set of LSEF, with which its network was trained, and of Shape.
  public var filters = BandSet.a
  /// The root mean squared error of an analysis, relative to the root mean square of the truth, above which a filter has
  /// diverged.
  public var divergenceBound = 10.0
  /// The mean covariance B_mean of the regime by its lags, `[n]`: `CycleDesign.meanCovariance`.
  public let meanCovariance: [Double]

  /// An experiment with a network and the mean covariance of the regime by its lags, `[n]`.
  ///
  /// - Precondition: There is a lag for each point of the design's mesh.
  public init(
    design: CycleDesign = .init(), regime: DSADM.Regime = .standard, cycles: Int = 5_000,
    network: SpectrumNetwork, meanCovariance: [Double]
  ) {
    require(
      meanCovariance.count == design.process.mesh.points,
      "CycleExperiment: \(meanCovariance.count) lags of the mean covariance for "
        + "\(design.process.mesh.points) points.")
    (self.design, self.regime, self.cycles) = (design, regime, cycles)
    (self.network, self.meanCovariance) = (network, meanCovariance)
  }

  /// A world: one realisation of the coefficients, a truth and its observations.
  public struct World: Sendable {
    /// The truth and its observations.
    public let twin: TwinExperiment
    /// The root mean square of the truth over all points and analysis times.
    let truthRMS: Double
    /// The key of all filters in this world.
    let filterKey: RandomKey
  }

  /// The world of a key.
  ///
  /// - Throws: As `DSADM` and `TwinExperiment`.
  public func world(key: RandomKey) throws -> World {
    let keys = key.split(4)
    let (process, steps) = (design.process, cycles * design.stepsPerCycle)
    let model = try DSADM(setup: process, regime: regime, steps: steps, key: keys[0])
    let spectrum = process.unperturbed.stationarySpectrum(on: process.mesh)
    let start = DSADM.stationaryDraws(spectrum, count: 1, mesh: process.mesh, key: keys[1]).scalars
    let twin = try TwinExperiment(
      model, initial: .known(start), observing: design.plan, steps: steps, start: start,
      key: keys[2])
    let squares = twin.truth.scalars.reduce(0) { $0 + $1 * $1 }
    let truthRMS = (squares / Double(twin.truth.scalars.count)).squareRoot()
    return World(twin: twin, truthRMS: truthRMS, filterKey: keys[3])
  }

  /// The filter of a scheme; one without an ensemble ignores `members`.
  ///
  /// - Throws: `EstimatorError.size` for a network of another bank, `.dependentBands` for bands that cannot be told apart.
  public func filter(
    _ scheme: Scheme, members: Int, settings: Settings = Settings()
  ) throws -> any Filter {
    let ring = design.process.mesh.ring
    let taper = design.taper(members: members).scaled(by: settings.localizationFactor ?? 1)
    let inflation = settings.inflation ?? (scheme == .lsef || scheme == .shape ? 1 : 1.02)
    let factor = settings.covarianceFactor ?? 1
    let mean = Matrix(cyclic: meanCovariance.map { factor * $0 })
    switch scheme {
    case .kf: return KalmanFilter()
    case .enKF:
      return ControlFilter.enKF(members: members, taper: taper, on: ring, inflation: inflation)
    case .hybridB:
      return ControlFilter.hybridB(
        members: members, taper: taper, on: ring, mean: mean,
        weight: settings.ensembleWeight ?? ensembleWeight(ofMembers: members),
        inflation: inflation)
    case .lsef, .shape:
      let bank = FilterBank.circle(points: design.process.mesh.points, set: filters)
      let estimator: any LocalSpectrumEstimator =
        scheme == .lsef ? network : try shapeEstimator(for: bank)
      let prior = try LocalSpectrumPrior(estimator, bank: bank)
      guard let weight = settings.ensembleWeight, weight < 1 else {
        return ControlFilter(
          scheme.rawValue, prior: prior, members: members, inflation: inflation)
      }
      return ControlFilter(
        scheme.rawValue,
        prior: HybridCovariance(prior, DenseCovariance(mean), weight: weight),
        members: members, inflation: inflation)
    case .meanB: return ControlFilter.meanB(mean)
    }
  }

  /// The estimator of Shape: its shape is the spectrum of the mean covariance.
  ///
  /// - Reference: `lsef.md` 6.1.
  private func shapeEstimator(for bank: FilterBank) throws(EstimatorError) -> ShapeEstimator {
    let circle = Circle(points: design.process.mesh.points)
    let spectrum = circle.spectrum(ofCovariance: meanCovariance)
    return try ShapeEstimator(bank, shape: spectrum.map { max(0, $0) }, on: circle)
  }

  /// The run of a scheme through a world. A run that fails, or exceeds the bound on errors, records the failure and keeps the
  /// earlier rows.
  ///
  /// - Parameters:
  ///   - scheme: The filter.
  ///   - members: The ensemble size N, if the scheme has an ensemble.
  ///   - settings: The settings that differ from the published ones.
  ///   - world: The truth, its observations and the key of the filters in it.
  ///   - measures: The measures in addition to errors and spreads.
  ///   - interval: The stride between analyses with these measures.
  /// - Throws: As `filter(_:members:)`.
  public func run(
    _ scheme: Scheme, members: Int = 10, settings: Settings? = nil, in world: World,
    measuring measures: TwinMeasures = [], every interval: Int = 1
  ) throws -> FilterRun {
    try world.twin.run(
      filter(scheme, members: members, settings: settings ?? Settings()), measuring: measures,
      every: interval, bound: divergenceBound * world.truthRMS, key: world.filterKey)
  }
}

extension FilterRun {
  /// The mean squared error of forecasts over domain and time, from which scores on the circle are computed.
  ///
  /// - Reference: `lsef.md` 10.7.
  public var meanSquaredForecastError: Double? { mean(\.forecastMSE)?.value }
}
