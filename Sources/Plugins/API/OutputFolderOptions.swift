import ArgumentParser
import Foundation

/// The flags about the output folder, the same for fits and experiments.
public struct OutputFolderOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// `--output`: the folder for the run's files; none are written if nil.
  @Option(
    help: ArgumentHelp(
      "The folder for the run's files: run.json, tables, figures, and the checkpoint or the journal that --resume goes on from.",
      valueName: "dir"))
  public var output: String?

  /// `--resume`: whether to go on with the run that `output` holds.
  @Flag(help: "Go on with the run in the output folder: what it has finished is not done again.")
  public var resume = false

  /// `--overwrite`: whether a run that `output` holds may be replaced.
  @Flag(
    help:
      "Replace the run that the output folder holds. Without --overwrite or --resume a folder with a run is refused, even of the same options."
  )
  public var overwrite = false

  /// `--checkpoint-interval`: seconds between the states that are kept of a run under way.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often to save the state of the run in the output folder: what a killed run loses at most.",
      valueName: "seconds"))
  public var checkpointInterval = 60.0

  public init() {}

  public func validate() throws {
    if resume && output == nil {
      throw ValidationError("--resume needs --output, the folder of the run to go on with.")
    }
    if overwrite && output == nil {
      throw ValidationError("--overwrite needs --output, the folder of the run to replace.")
    }
    if resume && overwrite {
      throw ValidationError(
        "--resume goes on with a run and --overwrite replaces it; give one of them.")
    }
    guard (0...86_400).contains(checkpointInterval) else {
      throw ValidationError(
        "--checkpoint-interval is \(checkpointInterval), but must be from 0 to 86400.")
    }
    try requirePath(output, of: "--output")
  }

  /// All flags of the folder: they say where the files of a run are.
  public var flagsWithoutEffect: Set<String> {
    ["--output", "--resume", "--overwrite", "--checkpoint-interval"]
  }

  /// The output folder as a URL.
  public var url: URL? { output.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}

/// Options of a command among which are the flags about the output folder.
public protocol HasOutputFolder {
  /// The flags about the output folder.
  var folder: OutputFolderOptions { get set }
}

extension HasOutputFolder {
  /// `--output`: the folder for the run's files; none are written if nil.
  public var output: String? {
    get { folder.output }
    set { folder.output = newValue }
  }
  /// `--resume`: whether to go on with the run that `output` holds.
  public var resume: Bool { folder.resume }
  /// `--overwrite`: whether a run that `output` holds may be replaced.
  public var overwrite: Bool { folder.overwrite }
  /// `--checkpoint-interval`: seconds between the states that are kept of a run under way.
  public var checkpointInterval: Double { folder.checkpointInterval }
  /// The output folder as a URL.
  public var outputFolder: URL? { folder.url }
}

/// - Throws: When a path is given and empty, as an unset variable of a shell makes it: it would be the present folder.
func requirePath(_ path: String?, of flag: String) throws {
  if path?.isEmpty == true {
    throw ValidationError("\(flag) is empty, but must be a path.")
  }
}
