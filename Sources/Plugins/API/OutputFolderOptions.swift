import ArgumentParser
import Foundation

/// The flags about the output folder, the same for fits and experiments.
public struct OutputFolderOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// `--output`: the folder for the run's files; none are written if nil.
  @Option(
    help: ArgumentHelp(
      "The folder for the run's files: run.json, tables, figures, and the checkpoint or the journal from which --resume continues.",
      valueName: "dir"))
  public var output: String?

  /// `--resume`: whether to continue the run in the output folder.
  @Flag(help: "Continue the run in the output folder: what it has finished is not done again.")
  public var resume = false

  /// `--overwrite`: whether a run in the output folder may be replaced.
  @Flag(
    help:
      "Replace the run that the output folder holds. Without --overwrite or --resume a folder with a run is refused, even of the same options."
  )
  public var overwrite = false

  /// `--checkpoint-interval`: the time between checkpoints of a running fit or experiment, in seconds.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often to save the state of the run in the output folder: what a killed run loses at most.",
      valueName: "seconds"))
  public var checkpointInterval = 60.0

  public init() {}

  public func validate() throws {
    if resume && output == nil {
      throw ValidationError("--resume needs --output, the folder of the run to continue.")
    }
    if overwrite && output == nil {
      throw ValidationError("--overwrite needs --output, the folder of the run to replace.")
    }
    if resume && overwrite {
      throw ValidationError(
        "--resume continues a run and --overwrite replaces it; give one of them.")
    }
    guard (0...86_400).contains(checkpointInterval) else {
      throw ValidationError(
        "--checkpoint-interval is \(checkpointInterval), but must be from 0 to 86400.")
    }
    try requirePath(output, of: "--output")
  }

  /// All flags of the folder, which do not affect the result of a run.
  public var flagsWithoutEffect: Set<String> {
    ["--output", "--resume", "--overwrite", "--checkpoint-interval"]
  }

  /// The interval of a run that keeps no files.
  public var unreadFlags: [UnreadFlag] {
    guard output == nil else { return [] }
    return [
      UnreadFlag(
        "--checkpoint-interval", by: "a run without --output, which saves no state",
        remedy: "give --output, or leave it out")
    ]
  }

  /// The output folder as a URL.
  public var url: URL? { output.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}

/// Refuses an empty path.
///
/// - Throws: `ValidationError` for an empty path, such as from an unset shell variable, which would be the current folder.
func requirePath(_ path: String?, of flag: String) throws {
  if path?.isEmpty == true {
    throw ValidationError("\(flag) is empty, but must be a path.")
  }
}
