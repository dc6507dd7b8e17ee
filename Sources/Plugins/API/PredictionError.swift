import Foundation
import Runs

/// An error of `ppl predict` before the model is asked: a folder without a fit, or a model without predictions.
public struct PredictionError: PluginError, Equatable {
  /// The message of the error, a sentence.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}

extension PredictionError {
  /// Refuses the folder of a run as `--output` of a command that is not a fit.
  ///
  /// - Throws: `PredictionError` for a folder with `run.json`.
  static func refuseFolderOfRun(_ output: String) throws(PredictionError) {
    let folder = URL(filePath: output, directoryHint: .isDirectory)
    guard FileManager.default.fileExists(atPath: folder.appending(path: RunFileName.run).path)
    else { return }
    throw PredictionError(
      "--output is \(output), the folder of a run, whose files stay as they are; name another folder."
    )
  }
}
