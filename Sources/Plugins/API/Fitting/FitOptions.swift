import ArgumentParser
import Foundation
import Parallel

/// The flags of every fit.
public struct FitOptions: ParsableArguments, HasCommonOptions, AnnotatedFlags, Sendable {
  /// `--data`: the folder with the data, or files and folders; the model's embedded example if empty.
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The folder with the data, or its files; the model's embedded example if not given.",
      valueName: "path"))
  public var data: [String] = []

  /// `--backend`: the name of the inference backend; nil before the default of the model is filled in.
  @Option(
    help: ArgumentHelp(
      "The inference method, whose own flags --backend NAME --help shows; the default is named above.",
      valueName: "name"))
  public var backend: String?

  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--draws`: the number of draws of the posterior to summarize.
  @Option(
    parsing: .unconditional,
    help: "How many draws of the posterior to summarize; of each chain, where there are chains.")
  public var draws = modelDefault("--draws", or: 600)

  /// The flags that all commands share.
  @OptionGroup public var common: CommonOptions

  /// `--profile`: whether to time one step by operation and by site.
  @Flag(help: "After the fit, print where the time of a step goes: by operation and by site.")
  public var profile = false

  /// `--report`: whether to write the page `report.html` and the figures into the output folder.
  @Flag(
    help:
      "Write the page report.html, with tables and figures, and the figures as files into --output."
  )
  public var report = false

  public init() {}

  public func validate() throws {
    if report && output == nil {
      throw ValidationError("--report needs --output, the folder for the page and its figures.")
    }
    guard (1...1_000_000).contains(draws) else {
      throw ValidationError("--draws is \(draws), but must be from 1 to 1000000.")
    }
    for path in data { try requirePath(path, of: "--data") }
  }

  /// The paths of `--data`, absolute: a text for one, a list for several; nil for the model's embedded example.
  var dataRecord: (any Encodable & Sendable)? {
    let paths = data.map { URL(filePath: $0).absoluteURL.standardizedFileURL.path }
    return paths.count > 1 ? paths : paths.first
  }

  /// The flags about data, which are compared by their content, and about summaries.
  public var flagsWithoutEffect: Set<String> {
    ["--data", "--draws", "--profile", "--report"]
  }

  /// The backend of a run that names none, as all did before there was a choice.
  public var meaningOfAbsentFlags: [String: String] { ["--backend": "svi"] }
}
