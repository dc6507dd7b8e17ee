import ArgumentParser
import Distributions
import Foundation
import Inference
import PPL
import Plugins
import SpatialExtremes
import TestSupport
import Testing

/// A model of another package, on public API alone: the location warms at one rate, without a residual.
private struct Line: ExtremesModel {
  static let name = "line"
  static let summary = "Annual maxima ~ GEV(mu0 + mu(s) + beta d(t), 2, 0.1)."
  static let memory = FitMemory(matricesOfAStep: 6, matricesOfAThread: 4, arraysOfData: 7)
  static let parameters: [ReportedSite] = [.init("beta", unit: "°C/°C", .rate)]
  static let fields: [ReportedSite] = [.init("level", unit: "°C", .location, showsRange: true)]

  struct Priors: PriorFlags {
    @Option(.variance(of: .location), 2, "mu(s), °C²") var priorMuVariance: Prior
    @Option(.lengthscale, 2, "mu(s), degrees") var priorMuLengthscale: Prior
    @Option(.centre(of: .location), nil, "mu0, °C") var priorMu0: Prior
    @Option(.centre(of: .rate), 1, "beta") var priorBeta: Prior
  }

  let data: StationTensors
  let priors: Priors

  init(_ data: StationTensors, priors: Priors) { (self.data, self.priors) = (data, priors) }

  var model: Model<Tensor> {
    Model { p in
      let mu = p.field(
        "mu", "k", priors.priorMuVariance, priors.priorMuLengthscale, at: data.coordinates)
      let beta = p.sample("beta", Normal(priors.priorBeta.value, 1))
      let level = p.deterministic("level", priors.priorMu0.value(or: data.meanMaximum) + mu)
      return p.sample(
        "y", GEV(level[.all, .newAxis] + beta * data.warming, 2, 0.1), mask: data.mask)
    }
  }

  var start: [String: Tensor] { ["beta": priors.priorBeta.value] }

  func gev(_ draws: Draws, warming: Double) -> GEV {
    GEV(draws["level"] + draws.column("beta") * Tensor(warming), 2, 0.1)
  }
}

/// What CONTRIBUTING says of a model of extremes in a package of its own.
@Suite struct ModelFromOutsideTests {
  @Test func oneFileGivesAFitWithReportAndFiles() throws {
    let report = try ExtremesCommand<Line>().fit(["--steps", "30", "--draws", "10"])
    #expect(report.table.hasPrefix("line: 40 stations x 40 years (1985-2024)"))
    #expect(report.table.contains("level(s), posterior means over the stations: "))
    #expect(report.files.contains { $0.name == "stations_posterior.csv" })
  }

  @Test func aPriorIsAFlagWithHelpAndCheckByItsRole() throws {
    let help = ExtremesOptions<Line>.helpMessage(columns: 200)
    for line in [
      "Prior median of the variance of mu(s), °C². (default: 2.0)",
      "Prior median of the lengthscale of mu(s), degrees. (default: 2.0)",
      "Prior mean of mu0, °C; the mean of the maxima if not given.",
      "Prior mean of beta. (default: 1.0)",
    ] { #expect(help.contains(line), "\(help)") }
    #expect(
      try ExtremesOptions<Line>.parse(["--prior-beta", "-2"]).flagValues.contains {
        $0.name == "--prior-beta" && $0.value == "-2.0" && $0.usual == "1.0"
      })
    let error = #expect(throws: (any Error).self) {
      try ExtremesOptions<Line>.parse(["--prior-mu-lengthscale", "-2"])
    }
    #expect(
      error.map { ExtremesOptions<Line>.message(for: $0) }
        == "--prior-mu-lengthscale is -2.0, but must be positive.")
  }

  @Test func flagsOfATypeAreReadInOrderOfDeclaration() {
    let priors = Line.Priors.published.flags(of: Prior.self)
    #expect(
      priors.map(\.name) == [
        "--prior-mu-variance", "--prior-mu-lengthscale", "--prior-mu0", "--prior-beta",
      ])
    #expect(priors.map(\.value.number) == [2, 2, nil, 1])
  }
}
