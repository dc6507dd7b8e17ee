import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import Tables
import TestSupport
import Testing

@testable import Plugins

/// The shortest plugin: a mean of two numbers, with one flag.
private struct Means: Plugin {
  let name = "means"
  let summary = "Means."
  let models: [any FittableModel]
}

private struct Mean: FittableModel {
  let name = "mean"
  let summary = "The mean of two numbers."
  let dataNeeded = "Data: none."
  var reportedSites: [String]? = ["mean"]
  var data: Tensor = [1, 3]

  struct Options: ParsableArguments, Sendable {
    @Option var priorScale = 10.0
  }

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let mean = p.sample("mean", Normal(0, Tensor(options.priorScale)))
      p.plate("n", 2) { p in
        p.deterministic("doubled", 2 * mean * .ones([2]))
        p.sample("y", Normal(mean, 1))
      }
    }
    return InferenceProblem(model.conditioned(on: ["y": data]), reportedSites: reportedSites)
  }
}

private func run(_ arguments: [String], _ model: Mean = Mean()) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Means(models: [model]))
  return command(arguments, registry, as: "means")
}

@Suite struct CommonFitTests {
  /// The posterior of conjugate normals: precision 2 + 1/100, mean 4 / 2.01 = 1.990, deviation 0.705.
  @Test func theReportHasThePosteriorOfTheSitesAskedFor() throws {
    let result = run(["fit", "mean", "--steps", "3000", "--seed", "1"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("mean: The mean of two numbers.\n\n"))
    #expect(result.output.contains("\n3000 steps in "))
    #expect(!result.output.contains("doubled"))
    let row = try #require(result.output.firstMatch(of: /\nmean +([0-9.]+) +([0-9.]+)/))
    // Four errors of the mean of 600 draws, and what Adam's last steps leave.
    #expect(abs((Double(row.1) ?? 0) - 1.99) < 0.2 && abs((Double(row.2) ?? 0) - 0.705) < 0.1)
  }

  @Test func filesHaveEveryNumberUnderItsName() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let json = folder.appending(path: "numbers.json")
      let flags = ["--steps", "20", "--draws", "5", "--output", out.path, "--json", json.path]
      let result = run(["fit", "mean", "--quiet"] + flags)
      #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
      #expect(
        try names(in: out)
          == [
            "checkpoint.json", "draws.csv", "losses.csv", "posterior.nc", "results.json",
            "run.json",
            "summary.txt",
          ])
      let draws = try CSVTable(contentsOf: out.appending(path: "draws.csv"))
      #expect(draws.header.map(\.name) == ["draw", "mean", "doubled[0]", "doubled[1]"])
      #expect(draws.rows.count == 5)
      for row in draws.rows {
        let values = try draws.header.map { try draws.double(row, $0) }
        #expect(values[2] == 2 * values[1] && values[3] == values[2])
      }
      let numbers = try JSONSerialization.jsonObject(with: Data(contentsOf: json))
      let posterior = (numbers as? [String: Any])?["posterior"] as? [String: Any]
      #expect(posterior?.keys.sorted() == ["mean"])
    }
  }

  @Test func resumingGivesTheDigitsOfOneRun() throws {
    try withTemporaryFolder { folder in
      let (whole, halves) = (folder.path + "/whole", folder.path + "/halves")
      let flags = ["fit", "mean", "--quiet", "--draws", "5", "--output"]
      #expect(run(flags + [whole, "--steps", "40"]).status == 0)
      #expect(run(flags + [halves, "--steps", "15"]).status == 0)
      #expect(run(flags + [halves, "--steps", "40", "--resume"]).status == 0)
      for name in ["draws.csv", "losses.csv", "checkpoint.json"] {
        let files = try [whole, halves].map { try Data(contentsOf: URL(filePath: "\($0)/\(name)")) }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test func aCheckpointOfOtherDataOrOptionsIsRefused() throws {
    try withTemporaryFolder { folder in
      let flags = ["fit", "mean", "--draws", "5", "--output", folder.path]
      #expect(run(flags + ["--steps", "5"]).status == 0)
      let refused = [
        (
          "--prior-scale was 10.0 and is 5.0, ",
          run(flags + ["--steps", "9", "--resume", "--prior-scale", "5"])
        ),
        ("", run(flags + ["--steps", "9", "--resume"], Mean(data: [1, 4]))),
      ]
      for (flag, result) in refused {
        #expect(result.status == 2)
        #expect(
          result.errors
            == "Error: \(folder.path)/checkpoint.json: it is of another run: \(flag)the data, the options or "
            + "the model have changed; give what it was made with, or start again with --overwrite."
        )
      }
    }
  }

  @Test func aReportedSiteThatIsNotThereIsNamed() {
    let result = run(["fit", "mean", "--steps", "5", "--quiet"], Mean(reportedSites: ["maen"]))
    #expect(result.status == 2)
    #expect(
      result.errors
        == "Error: \(InferenceError.unknownSite("maen", known: ["mean", "doubled"]))")
  }

  @Test func failuresNameTheFlagThatHelps() {
    let diverged = FitFailure(
      .diverged(step: 3, parameter: "mean_auto_loc", learningRate: 10), left: .nothing)
    #expect(
      diverged.description
        == "the fit diverged in step 3, where the location of \"mean\" became infinite or left its range; "
        + "lower --learning-rate, which is 10.0. Nothing was written.")
    #expect(
      FitFailure(.other("lower --jump, which is 9"), left: .removed).description
        == "lower --jump, which is 9. The checkpoints of the fit were removed.")
  }

  @Test func helpAndMessagesCallTheProgramByItsName() {
    #expect(run(["--help"]).output.contains("USAGE: means <subcommand>"))
    #expect(run(["fit", "mean", "--steps", "0"]).errors.contains("Usage: means fit MODEL"))
    #expect(run(["describe", "--help"]).output.contains("as `means list` gives it"))
    #expect(!run(["--help"]).output.contains("new "))
    #expect(ppl("--help").output.contains("USAGE: ppl <subcommand>"))
  }
}

@Suite struct DescribeGraphTests {
  @Test func theGraphAloneIsPrintedInTheLanguageAskedFor() throws {
    let graph = try ModelGraph(Mean().problem(.parse([])).posterior)
    for flags in [["--graph"], ["--graph", "dot"], ["--graph", "--prior-scale", "10"]] {
      #expect(run(["describe", "mean"] + flags).output == graph.dot)
    }
    #expect(run(["describe", "mean", "--graph", "mermaid"]).output == graph.mermaid)
  }

  @Test(arguments: [["--graph", "svg"], ["--graph=svg"]])
  func anotherLanguageIsRefused(flags: [String]) {
    let result = run(["describe", "mean"] + flags)
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("Error: --graph is svg, but must be dot or mermaid.\n"))
  }

  @Test func gevMultiplicativeHasItsFieldsAboveItsMaxima() {
    let dot = ppl("describe", "gev-multiplicative", "--graph").output
    for edge in [
      "\"k_mu.lengthscale\" -> \"mu_s\";", "\"mu_s_u\" -> \"mu_s\";", "\"mu_s\" -> \"mu_field\";",
      "\"log_sigma\" -> \"sigma\";", "\"sigma\" -> \"y\";", "\"mu_field\" -> \"y\";",
    ] {
      #expect(dot.contains("\n  \(edge)\n"), "\(edge)")
    }
    #expect(!dot.contains("\"log_sigma\" -> \"y\""))
  }
}
