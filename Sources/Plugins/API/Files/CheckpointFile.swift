import Foundation

/// `checkpoint.json` in a run's folder: what `--resume` goes on from.
public enum CheckpointFile {
  public static let name = "checkpoint.json"

  /// A checkpoint to be written with the other files of a run.
  public static func file(_ checkpoint: some Encodable & Sendable) -> OutputFile {
    OutputFile(name, json: checkpoint)
  }

  /// The checkpoint in a folder.
  ///
  /// - Throws: `DataError` if there is none, or if it does not fit.
  public static func read<C: Decodable>(_ type: C.Type, in folder: URL) throws(DataError) -> C {
    let url = folder.appending(path: name)
    guard let data = try? Data(contentsOf: url) else {
      throw DataError(
        file: url.path, found: "there is no checkpoint",
        remedy: "give the folder of a run that was written with --output, or leave out --resume")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: data)
    } catch {
      throw DataError(
        file: url.path, found: "the checkpoint cannot be read",
        remedy: "start anew without --resume; it was made by another version or is damaged")
    }
  }

  /// A run that has taken as many steps as are asked for.
  public struct Finished: PluginError, Equatable {
    public let step, steps: Int
    public init(step: Int, steps: Int) { (self.step, self.steps) = (step, steps) }
    public var description: String {
      "the checkpoint is at step \(step) and --steps is \(steps); give a larger --steps to go on."
    }
  }
}
