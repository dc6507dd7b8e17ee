import ArgumentParser
import PPL
import Plugins
import Runs
import SpectralFields

/// The experiment `ppl run lsef-theory`: the appendices C to F of the paper in numbers, and Figure 7.
struct TheoryCommand: Experiment {
  let name = "lsef-theory"
  let summary =
    "Appendices C to F: spectra reconstructed from a covariance, narrowest kernels, local stationarity, errors of band variances."

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "The domain of the truths of appendices E and F: a circle of 120 points, or a sphere of 762.",
        valueName: "sphere|circle"))
    var domain = "circle"
    @Option(
      parsing: .unconditional,
      help: "The number of truths over which appendices E and F are averaged.")
    var replicates = 20
    @Option(
      parsing: .unconditional,
      help: "The number of random kernels and series of appendices C and D.")
    var trials = 1_000
    @OptionGroup var bank: BandOptions

    init() {}

    func validate() throws {
      guard ["sphere", "circle"].contains(domain) else {
        throw ValidationError("--domain is \(domain), but must be sphere or circle.")
      }
      try checkRange("--replicates", replicates, 1...10_000)
      try checkRange("--trials", trials, 1...1_000_000)
      try bank.check(onSphere: domain == "sphere")
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let study = try TheoryStudy(options, seed: run.seed, pool: run.pool)
    return try TheoryReport(
      seed: run.seed, options: options, study: study, wantsFiles: run.output != nil
    ).report
  }
}
