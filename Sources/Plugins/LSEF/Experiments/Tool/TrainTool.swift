import ArgumentParser
import Assimilation
import Foundation
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator

/// The tool `ppl lsef train`: an amplitude-free network for a grid, with its stated error.
struct TrainTool: Tool {
  let name = "train"
  let summary =
    "Train a network for the grid of an ensemble, on random truths, an archive of ensembles or a model."

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "An ensemble whose grid and size the network is for.", valueName: "file"))
    var like: String?
    @Option(
      help: ArgumentHelp(
        "The grid in place of --like: sphere:51 of 51 latitudes from pole to pole, cells:50 of 50 between them, or "
          + "circle:120.",
        valueName: "kind:size"))
    var grid: String?
    @Option(
      help: ArgumentHelp(
        "Ensembles of several times, from whose mean spectra pairs are drawn; random truths of changing length scale if not given.",
        valueName: "file"))
    var archive: String?
    @Option(
      help: ArgumentHelp(
        "A model on a circle of its points whose filter gives the spectra in place of random truths: "
          + "\(Self.models.joined(separator: ", ")).",
        valueName: "name"))
    var model: String?
    @Option(
      help: ArgumentHelp("The name of the variable or column in the files.", valueName: "name"))
    var variable: String?
    @Option(
      parsing: .unconditional,
      help: "The ensemble size; that of --like, or 20, if not given.")
    var members: Int?
    @Option(
      parsing: .unconditional,
      help:
        "The number of random truths, or of analyses of --model; 40 on a sphere, 4000 on a circle, if not given."
    )
    var replicates: Int?
    @Option(parsing: .unconditional, help: "The number of epochs of the training.")
    var epochs = 30
    @Option(
      parsing: .unconditional,
      help:
        "The number of fresh truths, or analyses of --model, on which the stated error is checked."
    )
    var check: Int?

    /// The names of the models of `--model`.
    static let models = ["dsadm"] + ModelCase.all.map(\.name)

    init() {}

    func validate() throws {
      if (like == nil) == (grid == nil) {
        throw ValidationError("give one of --like and --grid, the grid that the network is for.")
      }
      if archive != nil, model != nil {
        throw ValidationError("--archive and --model both give the spectra; give one of them.")
      }
      if archive != nil, replicates != nil {
        throw ValidationError(
          "--replicates does not apply to --archive, whose times give the spectra.")
      }
      if archive != nil, check != nil {
        throw ValidationError(
          "--check does not apply to --archive, which has no fresh truths; leave it out, or take --model."
        )
      }
      if let model, !Self.models.contains(model) {
        throw ValidationError(
          "--model is \(model), but must be one of \(Self.models.joined(separator: ", ")).")
      }
      if grid != nil, domain == nil {
        throw ValidationError(
          "--grid is \(grid ?? ""), but must be sphere:K with 5 to 181 latitudes, cells:K with 4 to 180, or "
            + "circle:n with an even n from 8 to 4096."
        )
      }
      try checkRange("--members", members ?? 2, 2...10_000)
      try checkRange("--replicates", replicates ?? 1, 1...1_000_000)
      try checkRange("--epochs", epochs, 1...1_000_000)
      try checkRange("--check", check ?? 1, 1...100_000)
    }

    /// The conditions that determine the training, except for its length and its check.
    func conditions() throws -> [CheckpointFile.Condition] {
      try flagValues.filter { !["--epochs", "--check"].contains($0.name) }.conditions
        + [("the grid of --like", like), ("the ensembles of --archive", archive)].compactMap {
          name, path in
          try path.map { try .init(content: name, sha256(of: URL(filePath: $0))) }
        }
    }

    /// The domain of `--grid`; nil for a text that names none.
    var domain: (any HarmonicDomain)? {
      let parts = (grid ?? "").split(separator: ":")
      guard parts.count == 2, let size = Int(parts[1]) else { return nil }
      switch parts[0] {
      case "sphere" where (5...181).contains(size):
        return Sphere(latitudes: size, maximumWavenumber: size - 2)
      case "cells" where (4...180).contains(size):
        return Sphere(latitudes: size, maximumWavenumber: size - 1, hasPoles: false)
      case "circle" where (8...4096).contains(size) && size % 2 == 0: return Circle(points: size)
      default: return nil
      }
    }
  }

  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let trained = try TrainedNetwork(
      TrainingSource(options), epochs: options.epochs, checks: options.check ?? 0,
      conditions: options.conditions(), run: run, resumes: true, control: control)
    let report = TrainReport(options: options, seed: run.seed, trained: trained)
    return RunReport(
      table: report.table, numbers: report.numbers,
      files: run.output == nil ? [] : report.files)
  }
}
