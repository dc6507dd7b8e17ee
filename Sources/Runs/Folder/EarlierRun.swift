import Foundation

/// A run that an output folder holds already: finished, or begun.
package struct EarlierRun: Sendable {
  private let folder: URL
  /// The names in `marks` of which the folder has a file.
  private let found: [String]

  /// The names in `results` of which the folder has a file.
  private let others: [String]

  /// Files that a run would replace, though they may be somebody's own.
  private static let results = [RunFileName.results, RunFileName.draws]
  /// The files that make a folder the folder of a run.
  private static let marks = [RunFileName.run, RunFileName.checkpoint, RunFileName.journal]

  /// - Returns: Nil if the folder holds none.
  package init?(in folder: URL) {
    self.folder = folder
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    found = Self.marks.filter(isThere)
    others = Self.results.filter(isThere)
    if found.isEmpty && others.isEmpty { return nil }
  }

  /// What is said to a run that would replace it without being told to.
  var refusal: OutputError { .holdsRun(path: folder.path, files: found.isEmpty ? others : found) }

  /// Removes its files: those that `run.json` lists, and those that make it a run.
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
