import Foundation

/// An earlier run in an output folder, finished or not.
package struct EarlierRun: Sendable {
  private let folder: URL
  /// The names in `marks` for which the folder has a file.
  private let found: [String]

  /// The names in `results` for which the folder has a file.
  private let others: [String]

  /// The files that a run would replace, though another program may have written them.
  private static let results = [RunFileName.results, RunFileName.draws]
  /// The files that identify the folder of a run.
  private static let marks = [RunFileName.run, RunFileName.checkpoint, RunFileName.journal]

  /// The run in a folder; nil if the folder holds none.
  package init?(in folder: URL) {
    self.folder = folder
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    found = Self.marks.filter(isThere)
    others = Self.results.filter(isThere)
    if found.isEmpty && others.isEmpty { return nil }
  }

  /// The error of a run that would replace this one without `--overwrite`.
  var refusal: OutputError { .holdsRun(path: folder.path, files: found.isEmpty ? others : found) }

  /// Removes its files: those that `run.json` lists, and those that identify it.
  ///
  /// - Parameter kept: The names of files that stay.
  package func remove(except kept: Set<String> = []) {
    struct Record: Decodable { let files: [String]? }
    let record = (try? Data(contentsOf: folder.appending(path: RunFileName.run)))
      .flatMap { try? jsonDecoder().decode(Record.self, from: $0) }
    for name in Set((record?.files ?? []) + found).subtracting(kept)
    where OutputFile.isInside(name) {
      let place = folder.appending(path: name)
      // POSIX `unlink`, which removes no folder.
      unlink(place.path)
      if name.contains("/") { rmdir(place.deletingLastPathComponent().path) }
    }
  }
}
