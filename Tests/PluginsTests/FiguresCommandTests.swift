import CommandTestSupport
import Foundation
import Plotting
import Runs
import TestSupport
import Testing

@testable import Plugins

/// `ppl figures` of a model of another package, without a line of its own.
@Suite(.enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"))
struct FiguresCommandTests {
  private func run(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(MeansPlugin())
    return command(arguments, registry)
  }

  private func fit(_ folder: URL, _ flags: [String]) -> String {
    let path = folder.appending(path: "run").path
    let result = run(["fit", "means", "--output", path, "--quiet"] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return path
  }

  private let chains = ["--backend", "nuts", "--chains", "2", "--warmup", "50", "--draws", "40"]

  private func json(_ path: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: URL(filePath: path)))
  }

  @Test func chainsHaveRanksTracesEnergyAndIntervals() throws {
    try withTemporaryFolder { folder in
      let path = fit(folder, chains)
      let list = run(["figures", path, "--list"])
      #expect(list.status == 0)
      #expect(!FileManager.default.fileExists(atPath: path + "/figures"))
      for name in ["forest", "prior-posterior", "traces", "ranks", "energy", "khat"] {
        #expect(list.output.contains("\(name) "), "\(list.output)")
      }
      let drawn = run(["figures", path, "forest", "ranks", "--format", "svg,png,pdf"])
      #expect(drawn.status == 0, "\(drawn.errors)")
      let files = try FileManager.default.contentsOfDirectory(atPath: path + "/figures").sorted()
      #expect(
        files == [
          "captions.json", "forest.csv", "forest.pdf", "forest.png", "forest.svg", "ranks.csv",
          "ranks.pdf", "ranks.png", "ranks.svg",
        ])
      // The numbers are those of the report.
      let csv = try String(contentsOfFile: path + "/figures/forest.csv", encoding: .utf8)
      let row = csv.split(separator: "\n")[1].split(
        separator: ",", omittingEmptySubsequences: false)
      let mean = try json(path + "/results.json")["posterior"]?["mean"]
      #expect(row[0] == "mean" && Double(row[2]) == mean?["mean"]?.double)
      #expect(Double(row[3]) == mean?["q05"]?.double && Double(row[4]) == mean?["q95"]?.double)
      // The ranks of 40 draws of each of two chains.
      let ranks = try String(contentsOfFile: path + "/figures/ranks.csv", encoding: .utf8)
      let counts = ranks.split(separator: "\n").dropFirst().compactMap {
        Int($0.split(separator: ",")[3])
      }
      #expect(counts.reduce(0, +) == 80)
      let captions = try json(path + "/figures/captions.json")["figures"]?.elements ?? []
      #expect(captions.map { $0["name"]?.string } == ["forest", "ranks"])
      #expect(captions[0]["caption"]?.string?.contains("90 % intervals, from 80 draws") == true)
    }
  }

  @Test func aVariationalFitHasItsLosses() throws {
    try withTemporaryFolder { folder in
      let path = fit(folder, ["--backend", "svi", "--steps", "30", "--draws", "30"])
      let output = folder.appending(path: "other").path
      let drawn = run(["figures", path, "loss", "--output", output])
      #expect(drawn.status == 0, "\(drawn.errors)")
      let losses = try String(contentsOfFile: output + "/loss.csv", encoding: .utf8)
      let written = try String(contentsOfFile: path + "/losses.csv", encoding: .utf8)
      let first = { (text: String) in
        text.split(separator: "\n")[1].split(separator: ",").prefix(2).map(String.init)
      }
      #expect(Double(first(losses)[1]) == Double(first(written)[1]))
    }
  }

  @Test func anUnknownNameIsToldTheKnownOnes() throws {
    try withTemporaryFolder { folder in
      let path = fit(folder, chains)
      let result = run(["figures", path, "maps"])
      #expect(result.status != 0)
      #expect(
        result.errors.hasPrefix("Error: the run has no figure \"maps\"; it has forest, "),
        "\(result.errors)")
    }
  }

  @Test func aFormatAFolderAndAModelThatCannotBeAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = fit(folder, chains)
      #expect(
        run(["figures", path, "--format", "gif"]).errors.contains(
          "--format is gif, but must be of svg, png, pdf."))
      #expect(
        run(["figures", path, "--output", path]).errors.contains(
          "the folder of a run, whose files stay as they are"))
      #expect(run(["figures", folder.path]).errors.contains("is not the folder of a fit"))
    }
  }
}
