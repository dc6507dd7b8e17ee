import ArgumentParser
import Inference
import PPL
import Plugins
import SpatialExtremes

/// A cycle of the calendar years whose amplitude varies over the map: `(a + f(s)) cos(w t) + b sin(w t)`.
struct Cycle: GEVTerm {
  let period: Double
  let a = Coefficient("cycle_a", 0, 1, unit: "°C"), b = Coefficient("cycle_b", 0, 1, unit: "°C")
  let field: SpatialField
  private let amplitude = ReportedSite("cycle_field", as: "cycle", unit: "°C", showsRange: true)

  func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? {
    field.sample(&p, data)
  }

  func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    let f = process.map { $0 - $0.mean() } ?? 0  // [S]
    let ofStations = p.deterministic(amplitude.site, a.sample(&p) + f)
    let angle = data.covariates.ofTime(Covariates.year) * Tensor(2 * .pi / period)  // [T]
    return ofStations[.all, .newAxis] * cos(angle) + b.sample(&p) * sin(angle)
  }

  func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor {
    let year = data.covariates.value(ofTime: Covariates.year, in: climate)
    let angle = Tensor(2 * .pi * year / period)
    return (a.values(draws) + field.values(draws, data, at: places)) * cos(angle)
      + b.values(draws) * sin(angle)
  }

  func map(
    _ draws: Draws, _ data: StationTensors, at places: Places
  ) -> (site: ReportedSite, values: Tensor)? {
    (amplitude, a.values(draws) + field.values(draws, data, at: places))
  }

  func start(_ data: StationTensors) -> [String: Tensor] {
    field.start(data).merging(a.startingValue()) { $1 }.merging(b.startingValue()) { $1 }
  }

  var parameters: [ReportedSite] { [a, b].map { ReportedSite($0.site, unit: $0.unit) } }
  var maps: [ReportedSite] { [amplitude] }
  var otherSites: Set<String> { field.sites.union([a.site, b.site]) }
  var priors: [SitePrior] { field.priors + [a.prior, b.prior] }
}

/// The GEV model of annual maxima with one warming for all stations and a cycle: `ppl fit gev-cycle --period 11`.
struct GEVCycle: FamilyModel {
  static let name = "gev-cycle"
  static let summary = "Annual maxima ~ GEV(mu0 + mu(s) + beta0 d(t) + cycle(s, t), sigma, xi)."
  static let requirements = DataRequirements(columns: [Covariates.year])
  static let memory = FitMemory(fields: 2, terms: 5)

  struct Priors: PriorFlags {
    @Option(help: "The period of the cycle, years.") var period = 11.0
    @Option(.variance(of: .location), 2, "mu(s), °C²") var priorMuVariance: Prior
    @Option(.lengthscale, 2, "mu(s), degrees") var priorMuLengthscale: Prior
    @Option(.variance(of: .location), 0.1, "the amplitude, °C²") var priorCycleVariance: Prior
    @Option(.lengthscale, 3, "the amplitude, degrees") var priorCycleLengthscale: Prior
  }

  let data: StationTensors
  let priors: Priors

  init(_ data: StationTensors, priors: Priors) { (self.data, self.priors) = (data, priors) }

  var family: GEVFamily {
    let mu = SpatialField(
      "mu_s", "k_mu", priors.priorMuVariance, priors.priorMuLengthscale, of: .location)
    let f = SpatialField(
      "cycle_s", "k_cycle", priors.priorCycleVariance, priors.priorCycleLengthscale, of: nil)
    return GEVFamily(
      data,
      location: [
        VaryingCoefficient(
          constant: Coefficient("mu0", data.meanMaximum, 5, unit: "°C"), field: mu,
          map: ReportedSite("mu_field", as: "mu", unit: "°C"), mapHasConstant: false),
        VaryingCoefficient(of: Covariates.gmst, constant: Coefficient("beta0", 1, 0.5)),
        Cycle(period: priors.period, field: f),
      ], logScale: [VaryingCoefficient.scale(Prior(2, .centre(of: .scale)))],
      shape: [VaryingCoefficient.shape(Prior(0.1, .centre(of: .shape)))])
  }
}

/// The plugin of the model, for the command line.
public struct ExtremesCyclePlugin: Plugin {
  public let name = "extremes-cycle"
  public let summary = "Annual maxima with a cycle."
  public let models: [any FittableModel] = [ExtremesCommand<GEVCycle>()]

  /// The plugin, which has no settings.
  public init() {}
}
