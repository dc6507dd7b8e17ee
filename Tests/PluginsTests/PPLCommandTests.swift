import Foundation
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

private let model = "gev-multiplicative"

@Suite struct ListAndDescribeTests {
  @Test func listNamesEveryPluginAndModel() {
    let result = ppl("list")
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.output.hasPrefix("spatial-extremes: "))
    #expect(result.output.contains("\n  gev-multiplicative  "))
  }

  @Test func describeShowsSitesShapesPriorsAndTheDataNeeded() throws {
    try withData { folder in
      let result = ppl("describe", model, "--data", folder.appending(path: "data").path)
      #expect(result.status == 0)
      for line in [
        "k_mu.variance       latent    []      LogNormal(location: 0.6931, scale: 0.5)",
        // Partially whitened, since the data determine it.
        "mu_s_u              latent    [3]     MultivariateNormal(mean: [3], choleskyFactor: [3, 3])",
        "beta_tilde_u        latent    [3]     Normal(mean: 0, deviation: 1)",
        "mu0                 latent    []      Normal(mean: 37.07, deviation: 5)",
        "beta_field          computed  [3]",
        // Its parameters are drawn: no numbers, but their shapes.
        "y                   observed  [3, 6]  GEV(location: [3, 6], scale: [], shape: [])",
        "  maxima.csv    long: station, year, tmax;",
      ] {
        #expect(result.output.contains(line), "\(line)")
      }
    }
  }

  @Test func describeTakesPriorsThatAreNegative() {
    let result = ppl("describe", model, "--prior-xi", "-0.2", "--prior-beta0", "-1")
    #expect(result.output.contains("Normal(mean: -0.2, deviation: 0.1)"))
    #expect(result.output.contains("Normal(mean: -1, deviation: 0.5)"))
  }

  /// The figures of the reference notebook; with a value `--prior` is a flag of the model.
  @Test func describeShowsTheCovarianceOfThePrior() {
    let result = ppl("describe", model, "--prior", "--prior-mu-variance", "3")
    #expect(result.status == 0)
    #expect(result.output.contains("\n  stored entries  6400\n  dense entries   2560000\n"))
    let own = ppl("describe", "gev", "--prior", "mu0=35,1")
    #expect(own.status == 0 && own.output.contains("mu0"))
    let none = ppl("describe", "gev", "--prior", "--location", "1")
    #expect(
      none.status == 2
        && none.errors
          == "Error: --prior: gev describes its prior by the table of sites alone; leave out --prior."
    )
  }

  @Test func describeRefusesDataAsFitDoes() {
    let result = ppl("describe", model, "--data", "/nowhere")
    #expect(result.status == 2)
    #expect(
      result.errors
        == "Error: /nowhere: there is no such folder; "
        + "name the folder that holds stations.csv, gmst.csv and maxima.csv.")
  }
}

@Suite struct UsageTests {
  @Test(arguments: ["describe", "fit"])
  func anUnknownModelIsAnsweredWithThoseThereAre(command: String) {
    let result = ppl(command, "gvv")
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(
      result.errors == "Error: no model is named \"gvv\"; there are: \"gev-multiplicative\", "
        + "\"gev-additive\", \"gev-nonstationary\", \"gev-copula\", \"gev\", \"gev-station\", "
        + "\"gev-coregionalised\", \"lognormal-multiplicative\".")
  }

  @Test(arguments: [
    (["--steps", "-5"], "--steps is -5, but must be from 1 to 10000000."),
    (["--steps=0"], "--steps is 0, but must be from 1 to 10000000."),
    (["--steps", "\(Int.max)"], "--steps is \(Int.max), but must be from 1 to 10000000."),
    (["--draws", "0"], "--draws is 0, but must be from 1 to 1000000."),
    (["--threads", "0"], "--threads is 0, but must be from 1 to 1024."),
    (["--learning-rate", "-1"], "--learning-rate is -1.0, but must be positive."),
    (["--learning-rate", "inf"], "--learning-rate is inf, but must be finite."),
    (["--prior-sigma", "1e400"], "--prior-sigma is inf, but must be finite."),
    (["--learning-rate", "nan"], "--learning-rate is nan, but must be positive."),
    (
      ["--learning-rate", "0x1p-3"],
      "--learning-rate is 0x1p-3, but must be a decimal number; write 0.125."
    ),
    (["--prior-xi=-0X1p-3"], "--prior-xi is -0X1p-3, but must be a decimal number; write -0.125."),
    (["--seed", "0x10"], "The value '0x10' is invalid for '--seed <seed>'"),
    (["--seed", "-1"], "The value '-1' is invalid for '--seed <seed>'"),
    (["--steps", "many"], "The value 'many' is invalid for '--steps <steps>'"),
    (["--resume"], "--resume needs --output, the folder of the run to continue."),
    (["--data", ""], "--data is empty, but must be a path."),
    (["--output", ""], "--output is empty, but must be a path."),
    (["--json", ""], "--json is empty, but must be a path."),
    (["--frobnicate"], "Unknown option '--frobnicate'"),
    (["--prior-sigma", "0"], "--prior-sigma is 0.0, but must be positive."),
    (["--prior-xi", "inf"], "--prior-xi is inf, but must be finite."),
    (
      ["--first-year", "2020", "--last-year", "2010"],
      "--first-year 2020 lies after --last-year 2010."
    ),
    (
      ["--projection-year", "20500"], "--projection-year is 20500, but must be a year, as in 1985."
    ),
  ])
  func aWrongFlagIsNamedWithStatus64(flags: [String], message: String) {
    let result = ppl(["fit", model] + flags)
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("Error: \(message)\n"), "\(result.errors)")
  }

  @Test func helpListsTheFlagsOfTheFitAndOfTheModel() {
    let result = ppl("fit", model, "--help")
    #expect(result.status == 0 && result.errors.isEmpty)
    for flag in ["--steps", "--resume", "--json", "--gmst-column", "--prior-mu0"] {
      #expect(result.output.contains(flag), "\(flag)")
    }
    #expect(ppl("--version").output == PPLVersion.current)
  }
}
