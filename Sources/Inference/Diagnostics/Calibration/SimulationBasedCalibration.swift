import PPL
import Parallel

/// Simulation-based calibration: a check of an inference method by fits to data that the model itself has simulated.
///
///     let check = try SimulationBasedCalibration(model.conditioned(on: ["y": y]))
///     let calibration = try check.run(panels: 100, key: RandomKey(0)) { panel, key in
///       try MCMC(NUTS(), chains: 4, warmup: 500, draws: 500).run(panel.posterior, key: key).posterior()
///     }
///     print(calibration.verdict)
///
/// For each panel the parameters are drawn from the prior and the data from the model. If the fits draw from the posterior, the
/// rank of each true value among the draws is uniform, and an interval of 90 % covers it in 90 % of the panels.
///
/// Every latent and deterministic site of the model is compared, if the fit has it; but not `<name>_u` and
/// `<name>_decentered`, the coordinates of a site `name`, which a fit may choose by its data.
///
/// - Reference: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), *Validating Bayesian inference algorithms with
///   simulation-based calibration*, algorithm 1, and §5.1 for the thinning of autocorrelated draws; Modrák et al. (2023),
///   *Simulation-based calibration checking for Bayesian computation*.
public struct SimulationBasedCalibration: Sendable {
  /// The model with its data at the design that is simulated.
  public let posterior: Model<Void>
  /// The probability of the central intervals whose coverage is counted.
  public let level: Double
  /// The names of the observed sites, which are simulated.
  public let observed: [String]

  /// The parameters of a panel, and the data that they gave.
  public struct Panel: Sendable {
    /// The true value of each compared site, in the order of the model.
    public let truth: [(name: String, value: Tensor)]
    /// The simulated value of each observed site.
    public let data: [String: Tensor]
    /// The model conditioned on the simulated data.
    public let posterior: Model<Void>
  }

  /// A check of a model whose data have this design.
  ///
  /// - Parameters:
  ///   - posterior: The model conditioned on data of the design; their values do not matter.
  ///   - level: The probability of the intervals whose coverage is counted.
  /// - Throws: `InferenceError.argument` for a level outside (0, 1), a model without data or without latent sites, and for a
  ///   model with a factor that no site of it simulates; `ModelError` from a run of the model.
  public init<Output>(_ posterior: Model<Output>, level: Double = 0.9) throws {
    let name = "SimulationBasedCalibration"
    self.posterior = posterior.discardingOutput
    self.level = level
    try demand(level > 0 && level < 1, of: name, "level is \(level)", "must be between 0 and 1")
    let sites = try self.posterior.unconditioned().seeded(by: RandomKey(0)).trace()
    let sampled = Set(sites.lazy.filter { $0.kind == .sample }.map(\.name))
    let factor = sites.first { site in
      site.kind == .factor && !(site.configuration.simulatingSite.map(sampled.contains) ?? false)
    }
    try demand(
      factor == nil, of: name, "the model has a factor \"\(factor?.name ?? "")\"",
      "must be a product of the distributions of its sites, from which it can be simulated")
    observed = try self.posterior.seeded(by: RandomKey(0)).trace()
      .filter { $0.kind == .sample && $0.isObserved }.map(\.name)
    let latent = sites.latent.filter { [observed] in !observed.contains($0.name) }
    try demand(
      !observed.isEmpty && !latent.isEmpty, of: name,
      "the model has \(observed.isEmpty ? "no observed" : "no latent") site",
      "must have data and parameters")
  }

  /// The parameters and data of one panel, drawn from the prior.
  ///
  /// - Throws: `ModelError` from a run of the model; `InferenceError.argument` if a simulated number is not finite.
  public func panel(key: RandomKey) throws -> Panel {
    let trace = try posterior.unconditioned().seeded(by: key).trace()
    let names = Set(trace.names)
    let values = trace.filter { [.sample, .deterministic].contains($0.kind) }
      .compactMap { site in site.value.map { (name: site.name, value: $0) } }
    for (name, value) in values {
      try demand(
        value.scalars.allSatisfy(\.isFinite), of: "SimulationBasedCalibration",
        "the simulated value of \"\(name)\" is not finite", "must be; take narrower priors")
    }
    let data = Dictionary(values.filter { observed.contains($0.name) }) { $1 }
    return Panel(
      truth: values.filter {
        data[$0.name] == nil && names.siteComputed(from: $0.name) == nil
      }, data: data,
      posterior: posterior.unconditioned().conditioned(on: data))
  }

  /// The check of one fit: the ranks of the true values among its draws, and whether its intervals cover them.
  ///
  /// Draws are thinned by the effective sample size of each number, to at most 99, so that ranks are those among independent
  /// draws. They are made continuous by a uniform variable, and so comparable between fits with other numbers of draws.
  ///
  /// - Parameters:
  ///   - panel: The panel that was fitted.
  ///   - fit: The draws of its posterior.
  ///   - doubt: The reason why the fit did not converge by its own diagnosis; nil for one that did.
  ///   - key: The key of the uniform variables.
  /// - Throws: `InferenceError.argument` if the fit has no compared site, or a draw of one is not finite.
  public func outcome(
    of panel: Panel, _ fit: Posterior, doubt: String? = nil, key: RandomKey
  ) throws -> CalibrationOutcome {
    let names = Set(fit.draws.names)
    let compared = panel.truth.filter { names.contains($0.name) }
    try demand(
      !compared.isEmpty, of: "SimulationBasedCalibration",
      "the fit has the sites \(fit.draws.names.joined(separator: ", "))",
      "must have one of \(panel.truth.map(\.name).joined(separator: ", "))")
    let sites = try compared.enumerated().map { place, site in
      let uniforms = key.foldIn(UInt32(place)).uniform([site.value.count]).scalars
      return try CalibrationOutcome.Site(
        site.name, truth: site.value.scalars, draws: fit[site.name], level: level, uniforms)
    }
    return CalibrationOutcome(sites: sites, doubt: doubt)
  }

  /// Fits panels and compares their draws with the truth; a fit that throws is counted as failed.
  ///
  /// - Parameters:
  ///   - panels: The number of panels.
  ///   - key: The key of the panels and of their fits.
  ///   - pool: The threads that share the panels; no digit depends on them.
  ///   - fit: The method to be checked, with a key of its own for each panel.
  /// - Throws: `InferenceError.count` without panels; the first error of a simulation.
  /// - Complexity: One fit a panel.
  public func run(
    panels: Int, key: RandomKey, pool: WorkPool = .automatic,
    fit: @Sendable (_ panel: Panel, _ key: RandomKey) throws -> Posterior
  ) throws -> Calibration {
    try demandCount(panels, "the number of panels")
    let parts = try pool.mapParts(of: panels) { part in
      part.map { number in
        Result { try outcome(ofPanel: number, key: key) { (try fit($0, $1), nil) } }
      }
    }
    return Calibration(try parts.joined().map { try $0.get() }, level: level)
  }

  /// The outcome of one panel, which depends on its number and the key alone.
  ///
  /// - Parameters:
  ///   - number: The number of the panel.
  ///   - key: The key of all panels.
  ///   - fit: The method to be checked; with the reason why a fit did not converge by its own diagnosis.
  /// - Throws: An error of the simulation; that of a fit is an outcome, a failed one.
  public func outcome(
    ofPanel number: Int, key: RandomKey,
    fit: (_ panel: Panel, _ key: RandomKey) throws -> (posterior: Posterior, doubt: String?)
  ) throws -> CalibrationOutcome {
    let keys = key.foldIn(UInt32(number)).split(3)
    let panel = try panel(key: keys[0])
    do {
      let (posterior, doubt) = try fit(panel, keys[1])
      return try outcome(of: panel, posterior, doubt: doubt, key: keys[2])
    } catch {
      return CalibrationOutcome(failure: "\(error)")
    }
  }
}
