import Foundation
import Runs
import Tables

/// A fit in the folder of its run, as `run.json` names it.
struct StoredRun {
  /// The folder as it was typed.
  let path: String
  /// The name of the model.
  let model: String
  /// The verdict on the fit, a sentence; nil where `results.json` has none.
  let verdict: String?
  private let arguments: [String]
  private let data: [String]

  private struct Record: Decodable {
    let model: String?
    let arguments: [String]?
    let draws: Int?
    let data: Paths?

    enum CodingKeys: String, CodingKey {
      case model, arguments, draws
      case data = "data_folder"
    }

    /// One path as a text, or several as a list.
    struct Paths: Decodable {
      let all: [String]

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        all = try (try? value.decode([String].self)) ?? [value.decode(String.self)]
      }
    }
  }

  private struct Results: Decodable { let verdict: String? }

  /// Reads `run.json` of a folder.
  ///
  /// - Throws: `PredictionError` for a folder without a fit that can be restored.
  init(path: String) throws(PredictionError) {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    func exists(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    guard let record = Self.read(Record.self, folder.appending(path: RunFileName.run)),
      let model = record.model
    else {
      throw PredictionError(
        "\(path) is not the folder of a fit: there is no \(RunFileName.run) with a model; give the folder of ppl fit --output."
      )
    }
    guard exists(RunFileName.checkpoint) else {
      throw PredictionError(
        "the run in \(path) has no \(RunFileName.checkpoint), from which its draws are restored; fit again with --output."
      )
    }
    guard let arguments = record.arguments else {
      throw PredictionError(
        "\(RunFileName.run) in \(path) does not name the arguments of the fit, as those of earlier versions; fit again, "
          + "or print the run again with --resume.")
    }
    (self.path, self.model) = (path, model)
    // The default may be another one than that of the fit, which may have been by an earlier version.
    let isNamed = arguments.contains { $0 == "--draws" || $0.hasPrefix("--draws=") }
    let draws = isNamed ? [] : record.draws.map { ["--draws", "\($0)"] } ?? []
    self.arguments = arguments + draws
    data = record.data?.all ?? []
    verdict = Self.read(Results.self, folder.appending(path: RunFileName.results))?.verdict
  }

  /// The arguments that restore the fit.
  ///
  /// - Parameters:
  ///   - data: The paths of the data; those that the run names if empty.
  ///   - threads: The number of threads; the number of cores if nil.
  /// - Throws: `PredictionError` where a path that the run names is not there.
  func arguments(data: [String], threads: Int?) throws(PredictionError) -> [String] {
    if data.isEmpty,
      let absent = self.data.first(where: { !FileManager.default.fileExists(atPath: $0) })
    {
      throw PredictionError(
        "the data of the run in \(path) were in \(absent), which is not there; give their folder with --data."
      )
    }
    let paths = data.isEmpty ? self.data : data
    return arguments + (paths.isEmpty ? [] : ["--data"] + paths)
      + (threads.map { ["--threads", "\($0)"] } ?? []) + ["--resume", "--output", path]
  }

  /// An error of the checkpoint, with a remedy for a prediction.
  func explained(_ error: any Error) -> any Error {
    guard var error = error as? DataError,
      URL(filePath: error.file).lastPathComponent == RunFileName.checkpoint
    else { return error }
    error.remedy = "give the data of the fit, as they were, with --data, or fit again"
    return error
  }

  private static func read<T: Decodable>(_ type: T.Type, _ url: URL) -> T? {
    (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode(type, from: $0) }
  }
}

/// The flags that name places of results, say what is printed, or decide how long a command takes, with the number of their
/// values.
private let flagsOfPlaces = [
  "--output": 1, "--json": 1, "--threads": 1, "--checkpoint-interval": 1, "--resume": 0,
  "--overwrite": 0, "--quiet": 0, "--profile": 0,
]

/// The arguments of a fit that decide its digits, for `run.json`: without places of files, and with the backend.
func lastingArguments(_ arguments: [String], backend: String?) -> [String] {
  let kept = repeatedArguments(arguments, without: ["--report": 0], keepsData: false)
  guard let backend, !kept.contains(where: { $0 == "--backend" || $0.hasPrefix("--backend=") })
  else { return kept }
  return ["--backend", backend] + kept
}

/// The arguments of a command that decide the digits of its files.
///
/// - Parameters:
///   - arguments: The arguments as they were typed.
///   - others: Further flags that are left out, with the number of their values.
///   - keepsData: Whether `--data` stays, whose values end where the next flag begins.
func repeatedArguments(
  _ arguments: [String], without others: [String: Int] = [:], keepsData: Bool = true
) -> [String] {
  let left = flagsOfPlaces.merging(others) { $1 }
  var kept: [String] = []
  var skipped = 0
  var isOfData = false
  for argument in arguments {
    isOfData =
      argument == "--data" || argument.hasPrefix("--data=")
      || isOfData && !argument.hasPrefix("-")
    if isOfData, !keepsData { continue }
    if skipped > 0 {
      skipped -= 1
      continue
    }
    let (flag, hasValue) = (String(argument.prefix { $0 != "=" }), argument.contains("="))
    if let values = left[flag] {
      skipped = hasValue ? 0 : values
    } else {
      kept.append(argument)
    }
  }
  return kept
}
