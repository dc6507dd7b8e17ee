import Foundation

/// Where a command leaves what it finds: its output folder and the file of `--json`.
struct Destination {
  let output: URL?
  let json: String?
  /// The folder that is read, if any.
  let data: URL?
  let resume, overwrite: Bool

  /// The files of every run, which `--json` must not name; those of a model are known once it is fitted.
  private static let usualNames = [
    "run.json", "results.json", CheckpointFile.name, Journal.name, LossesFile.name, "draws.csv",
  ]

  /// Makes the folder and keeps other runs out of it.
  ///
  /// - Throws: `OutputError` when something cannot be written, another run is in the folder, it holds a run that is
  ///   neither to be resumed nor to be replaced, or `--json` names a file of the run or of its data.
  func opened() throws(OutputError) -> Opened {
    guard let output else {
      let numbers = try numbersFile(beside: nil)
      return Opened(folder: nil, lock: nil, numbers: numbers, replaced: nil)
    }
    let folder = try RunFolder(creating: output)
    do throws(OutputError) {
      let lock = try folder.locked()
      let earlier = EarlierRun(in: output)
      if let earlier, !resume, !overwrite { throw earlier.refusal }
      let numbers = try numbersFile(beside: output)
      return Opened(
        folder: folder, lock: lock, numbers: numbers, replaced: overwrite ? earlier : nil)
    } catch {
      folder.removeIfUnused()
      throw error
    }
  }

  private func numbersFile(beside output: URL?) throws(OutputError) -> NumbersFile? {
    guard let json else { return nil }
    let file = try NumbersFile(path: json)
    try file.check(output: output, names: Self.usualNames, data: data)
    return file
  }

  /// A destination that can be written to, held by this run alone.
  struct Opened: ~Copyable {
    fileprivate let folder: RunFolder?
    fileprivate let lock: FolderLock?
    fileprivate let numbers: NumbersFile?
    /// The run in the folder that this one replaces.
    fileprivate let replaced: EarlierRun?

    /// Writes a report: the files of the folder, and then the numbers.
    func write(_ report: RunReport, control: RunControl) throws(OutputError) {
      let names = report.files.map(\.name)
      if let folder {
        // An experiment has kept its journal since it began; a fit has none.
        let journal = names.contains(CheckpointFile.name) ? [] : [Journal.name]
        replaced?.remove(except: Set(names + journal))
        try folder.write(report.files)
      }
      try numbers?.check(output: folder?.url, names: names, data: nil)
      try numbers?.write(report.numbers, control: control)
    }

    /// Removes the folder if it was made for this run and is empty.
    func removeIfUnused() { folder?.removeIfUnused() }
  }
}
