import Foundation

/// The destination of a run's results: its output folder and the file of `--json`.
package struct Destination {
  private let output: URL?
  private let json: String?
  private let data: URL?
  private let resume, overwrite: Bool

  /// A destination that is not opened yet.
  ///
  /// - Parameters:
  ///   - output: The output folder; no files are written if nil.
  ///   - json: The file for all numbers; none is written if nil.
  ///   - data: The folder that the run reads, if any.
  ///   - resume: Whether the run resumes the one in the output folder.
  ///   - overwrite: Whether the run replaces the one in the output folder.
  package init(output: URL?, json: String?, data: URL?, resume: Bool, overwrite: Bool) {
    (self.output, self.json, self.data) = (output, json, data)
    (self.resume, self.overwrite) = (resume, overwrite)
  }

  /// Whether the results have a folder.
  package var hasFolder: Bool { output != nil }

  /// The text of a file that the folder holds; nil if there is none.
  package func text(of name: String) -> String? {
    output.flatMap { try? String(contentsOf: $0.appending(path: name), encoding: .utf8) }
  }

  /// Makes the folder and locks it against other runs.
  ///
  /// - Throws: `OutputError` when something cannot be written, another run is in the folder, it holds a run that is
  ///   neither to be resumed nor to be replaced, or `--json` names a file of the run or of its data.
  package func opened() throws(OutputError) -> Opened {
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
    try file.check(output: output, names: RunFileName.all, data: data)
    return file
  }

  /// A destination that can be written to, held by this run alone.
  package struct Opened: ~Copyable {
    fileprivate let folder: RunFolder?
    fileprivate let lock: FolderLock?
    fileprivate let numbers: NumbersFile?
    /// The run in the folder that this one replaces.
    fileprivate let replaced: EarlierRun?

    /// Writes the files of the folder, and then the numbers.
    ///
    /// - Parameters:
    ///   - files: The files, in order.
    ///   - numbers: The numbers of `--json`.
    ///   - command: The command line of the run, for its `run.json`.
    ///   - control: The control of the run.
    package func write(
      _ files: [OutputFile], numbers: any Encodable & Sendable, command: RecordedCommand? = nil,
      control: RunControl
    ) throws(OutputError) {
      let names = files.map(\.name)
      if let folder {
        // The journal of an experiment was written during the run; a fit has none.
        let journal = names.contains(RunFileName.checkpoint) ? [] : [RunFileName.journal]
        replaced?.remove(except: Set(names + journal))
        try folder.write(files, command: command)
      }
      try self.numbers?.check(output: folder?.url, names: names, data: nil)
      try self.numbers?.write(numbers, control: control)
    }

    /// Removes the folder if it was made for this run and is empty.
    package func removeIfUnused() { folder?.removeIfUnused() }
  }
}
