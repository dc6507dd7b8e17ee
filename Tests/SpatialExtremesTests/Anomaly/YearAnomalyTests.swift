import Distributions
import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// The anomaly of the year as a term: formula, density, fit and what it leaves of the dependence.
@Suite struct YearAnomalyTests {
  private typealias Command = ExtremesCommand<GEVByFormula>

  private func model(_ location: String, _ data: StationMaxima) throws -> GEVByFormula {
    try GEVByFormula(StationTensors(data), priors: .parse(["--location", location]))
  }

  @Test func aFormulaHasAnAnomalyOfTheYear() throws {
    let formula = try Formula("1 + gmst + anomaly(field)", of: .location)
    #expect(formula.description == "1 + gmst + anomaly(field)")
    #expect(formula.terms[2] == .init(anomaly: .field) && formula.hasAnomaly && formula.hasField)
    #expect(try Formula("1 + anomaly", of: .location).terms[1] == .init(anomaly: .shared))
    #expect(try !Formula("1 + anomaly", of: .location).hasField)
  }

  @Test(arguments: [
    ("1 + anomaly:gmst", "1", "is not a product of names"),
    ("1 + anomaly(trend)", "1", "\"anomaly(trend)\" is no anomaly of the year; write anomaly "),
    ("1 + anomaly + anomaly(field)", "1", "there are two anomalies of a year; leave \"anomaly\""),
    ("1", "1 + anomaly", "--log-scale \"1 + anomaly\": \"anomaly\" is a term of the location;"),
  ])
  func aTermThatIsNotPossibleIsRefused(location: String, logScale: String, message: String) throws {
    // Set after the flags are read, which checks them by themselves.
    var flags = try GEVByFormula.Priors.parse([])
    (flags.location, flags.logScale) = (location, logScale)
    let priors = flags
    let error = #expect(throws: FormulaError.self) {
      try GEVByFormula(StationTensors(PredictionFolder.data), priors: priors)
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func anAnomalyOfOneStationOrBesideACopulaIsRefused() throws {
    var withCopula = StationTensors(PredictionFolder.data)
    withCopula.hasCopula = true
    let tensors = withCopula
    let priors = try GEVByFormula.Priors.parse(["--location", "1 + anomaly"])
    let ofCopula = #expect(throws: FormulaError.self) {
      try GEVByFormula(tensors, priors: priors)
    }
    #expect(ofCopula?.found.contains("--dependence copula") == true)
    let data = PredictionFolder.data
    let single = StationMaxima(
      stations: [data.stations[0]], years: data.years, covariate: data.covariate,
      maxima: Array(data.maxima.prefix(data.years.count)))
    let ofOne = #expect(throws: FormulaError.self) { try model("1 + anomaly", single) }
    #expect(ofOne?.found.contains("the data have one") == true)
  }

  @Test(arguments: ["1 + gmst + anomaly", "1 + gmst + anomaly(field)"])
  func theDensityHasTheGradientOfItsDifferences(location: String) throws {
    let density = try LogDensity(model(location, PredictionFolder.data).posterior)
    expectGradient(
      of: { (try? density.logJoint(density.vector.named($0[0]))) ?? Tensor(.nan) },
      at: [Tensor((0..<density.count).map { 0.05 * Double($0 % 5) - 0.1 })],
      tolerance: 1e-6)
  }

  /// 8 stations x 30 years with anomalies of deviation 1.2 beside a scale of 1, and a trend of 1.5 per degree.
  private static let panel: StationMaxima = {
    let keys = RandomKey(77).split(2)
    let (S, T) = (8, 30)
    let anomalies = (1.2 * keys[0].normal([1, T])).scalars
    let own = GEV(0, 1, -0.1).sample([S, T], key: keys[1]).scalars
    let stations = (0..<S).map { i in
      StationMaxima.Station(
        id: "s\(i)", longitude: Double(i % 3), latitude: 40 + Double(i / 3))
    }
    let gmst = (0..<T).map { 0.04 * Double($0) }
    let level = (0..<T).map { t in 36 + 1.5 * (gmst[t] - 0.58) + anomalies[t] }
    let maxima: [Double?] = (0..<S * T).map { k in level[k % T] + own[k] }
    return StationMaxima(
      stations: stations, years: Array(1991...(1990 + T)), covariate: gmst, maxima: maxima)
  }()

  private func fitted(_ location: String) throws -> FittedModel<Command> {
    try Command().fitted(
      [
        "--backend", "nuts", "--chains", "2", "--warmup", "150", "--draws", "150", "--seed", "3",
        "--dependence", "independent", "--location", location,
      ], on: ExtremesDataset(data: Self.panel))
  }

  /// A known deviation, trend and level are found; the level and the trend are as uncertain as years are few, 1.2 / √30 at
  /// least, and not as the 240 maxima seem to say; the stations are independent given the anomalies.
  @Test func aKnownAnomalyIsFoundAndTakesTheDependence() throws {
    let (plain, fitted) = (try fitted("1 + gmst"), try fitted("1 + gmst + anomaly"))
    let summary = try ExtremesSummary(fitted)
    let draws = summary.posterior.draws
    func moments(_ draws: Draws, _ site: String) -> (mean: Double, sd: Double) {
      (draws[site].mean().scalar, draws[site].variance().scalar.squareRoot())
    }
    let (tau, beta, mu) = (
      moments(draws, "anomaly_sd"), moments(draws, "beta0"), moments(draws, "mu0")
    )
    // 30 numbers give a deviation to 13 %, a slope to 1.2 / (0.35 √30) = 0.63 and a mean to 0.22.
    #expect(abs(tau.mean - 1.2) < 0.45, "\(tau)")
    #expect(abs(beta.mean - 1.5) < 2 && beta.sd > 0.4 && beta.sd < 1, "\(beta)")
    #expect(abs(mu.mean - 36) < 0.7 && mu.sd > 0.15 && mu.sd < 0.4, "\(mu)")
    let independent = try ExtremesSummary(plain)
    #expect(mu.sd > 1.7 * moments(independent.posterior.draws, "mu0").sd)
    let before = try #require(independent.dependence?.residual.meanCorrelation)
    let after = try #require(summary.dependence?.residual.meanCorrelation)
    // 1.44 / (1.44 + 1.3) of the variance is shared.
    #expect(before > 0.35 && abs(after) < 0.12, "\(before) \(after)")
    let report = try #require(summary.dependence)
    #expect(report.lines[0].hasPrefix("given the anomalies, stations of a year are nearly indep"))
  }

  /// Widened for what the anomalies leave, which is nothing here: standard deviations stay within the error of a covariance that
  /// is estimated from 30 years, 1 / sqrt(2 * 30) = 13 %, and its factor of a few percent.
  @Test func drawsWithAnomaliesAreNotWidenedTwice() throws {
    let command = Command()
    let fitted = try fitted("1 + gmst + anomaly")
    var options = fitted.options
    options.dependence = nil
    #expect(command.widening(options, fitted.dataset) == .adjusted)
    let fit = try command.adjusted(
      fitted.fit, options, fitted.dataset, fitted.problem, in: fitted.context)
    guard case .widened(let adjustment, _, _)? = (fit as? DependentFit)?.outcome else {
      Issue.record("\(fit)")
      return
    }
    #expect(adjustment.clusters == 30 && adjustment.refits.count == 0)
    func deviation(_ fit: any Fit, _ site: String) throws -> Double {
      try fit.posterior(draws: 150, key: RandomKey(1), pool: .serial).draws[site].variance().scalar
        .squareRoot()
    }
    for site in ["mu0", "beta0", "log_sigma", "xi"] {
      let ratio = try deviation(fit, site) / deviation(fitted.fit, site)
      #expect(ratio > 0.6 && ratio < 1.45, "\(site) \(ratio)")
    }
    for method in [DependenceMethod.resample, .copula] {
      options.dependence = method
      #expect(throws: DependenceError.self) {
        try command.checkDependence(options, fitted.dataset.data)
      }
    }
  }
}
