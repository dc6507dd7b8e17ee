import ArgumentParser
import Distributions
import Inference
import PPL
import Plugins
import SpatialExtremes
import Testing

// Nothing of this file needs more than the public API.

/// A model of another package: a GEV distribution without a change in time, whose location varies over the map.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i), sigma, xi)
private struct Stationary: ExtremesModel {
  static let name = "stationary"
  static let summary = "Annual maxima ~ GEV(mu0 + mu(s), sigma, xi)."
  static let memory = FitMemory(matricesOfAStep: 6, matricesOfAThread: 4, arraysOfData: 7)
  let parameters: [ReportedSite] = [
    .init("mu0", unit: "°C", .location), .init("sigma", unit: "°C", .scale), .init("xi", .shape),
  ]
  let fields: [ReportedSite] = [
    .init("mu_field", as: "mu", unit: "°C", .location, showsRange: true)
  ]

  struct Priors: PriorFlags {
    @Option(.variance(of: .location), 2, "mu(s), °C²") var priorMuVariance: Prior
    @Option(.lengthscale, 2, "mu(s), degrees") var priorMuLengthscale: Prior
    @Option(.centre(of: .location), nil, "mu0, °C") var priorMu0: Prior
    @Option(.centre(of: .scale), 2, "sigma, °C") var priorSigma: Prior
    @Option(help: "Prior standard deviation of xi.") var shapeDeviation = 0.1

    func validate() throws {
      guard shapeDeviation > 0 else {
        throw ValidationError("--shape-deviation is \(shapeDeviation), but must be positive.")
      }
    }
  }

  let data: StationTensors
  let priors: Priors

  init(_ data: StationTensors, priors: Priors) { (self.data, self.priors) = (data, priors) }

  var model: Model<Tensor> {
    Model { p in
      let mu = p.field(
        "mu_s", "k_mu", priors.priorMuVariance, priors.priorMuLengthscale, at: data.coordinates)
      let mu0 = p.sample("mu0", Normal(priors.priorMu0.value(or: data.meanMaximum), 5))
      let sigma = p.sample("sigma", LogNormal(priors.priorSigma.logarithm, 0.4))
      let xi = p.sample("xi", Normal(0.1, Tensor(priors.shapeDeviation)))
      let field = p.deterministic("mu_field", mu - mu.mean())
      let location = (mu0 + field)[.all, .newAxis].broadcast(to: data.maxima.shape)
      return p.sample("y", GEV(location, sigma, xi), mask: data.mask)  // [S, T]
    }
  }

  var start: [String: Tensor] {
    [
      "mu0": priors.priorMu0.value(or: data.meanMaximum), "sigma": priors.priorSigma.value,
      "xi": 0.1,
    ]
  }

  func gev(_ draws: Draws, in climate: Climate) -> GEV {
    GEV(draws.column("mu0") + draws["mu_field"], draws.column("sigma"), draws.column("xi"))
  }
}

@Suite struct ModelFromOutsideTests {
  @Test func itsReportFollows() throws {
    let report = try ExtremesCommand<Stationary>().fit(["--steps", "5", "--draws", "4"])
    let lines = report.table.split(separator: "\n").map(String.init)
    #expect(lines[0] == "stationary: 40 stations x 40 years (1985-2024)")
    for name in ["mu0     °C", "sigma   °C", "xi ", "mu(s), posterior means over the stations: "] {
      #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
    }
    // Without a change in time no level changes.
    #expect(report.table.contains("mean 0.0000 °C, stations 0.0000 to 0.0000 (plug-in 0.0000)"))
    #expect(report.files.map(\.name).contains("stations_posterior.csv"))
  }

  /// A `validate()` of its own does not take the place of that of the priors.
  @Test(arguments: [
    ("--shape-deviation=-1", "--shape-deviation is -1.0, but must be positive."),
    ("--prior-sigma=-1", "--prior-sigma is -1.0, but must be positive."),
  ])
  func aWrongFlagIsNamed(flag: String, sentence: String) {
    let error = #expect(throws: (any Error).self) {
      try ExtremesCommand<Stationary>().fit([flag])
    }
    #expect(error.map { "\($0)".contains(sentence) } == true, "\(String(describing: error))")
  }

  @Test func aPriorIsAFlagWithHelpByItsRole() throws {
    let help = ExtremesOptions<Stationary>.helpMessage(columns: 200)
    for line in [
      "Prior median of the variance of mu(s), °C². (default: 2.0)",
      "Prior median of the lengthscale of mu(s), degrees. (default: 2.0)",
      "Prior mean of mu0, °C; the mean of the maxima if not given.",
      "Prior median of sigma, °C. (default: 2.0)",
    ] { #expect(help.contains(line), "\(help)") }
    let flags = try ExtremesOptions<Stationary>.parse(["--prior-mu0", "-2"]).flagValues
    let flag = flags.first { $0.name == "--prior-mu0" }
    #expect(flag?.value == "-2.0" && flag?.defaultValue == "the mean of the maxima")
  }

  @Test func flagsOfATypeAreReadInOrderOfDeclaration() {
    let priors = Stationary.Priors.published.flags(of: Prior.self)
    #expect(
      priors.map(\.name) == [
        "--prior-mu-variance", "--prior-mu-lengthscale", "--prior-mu0", "--prior-sigma",
      ])
    let numbers: [Double?] = [2, 2, nil, 2]
    #expect(priors.map(\.value.number) == numbers)
  }
}
