import Foundation
import Tables

/// The command line of a run with the files that it read, from which `ppl rerun` repeats it.
package struct RecordedCommand: Codable, Sendable, Equatable {
  /// The words after the name of the program, without places of results and without flags that only change how long it takes.
  package var arguments: [String]
  /// The folder in which the command was typed, from which relative paths are.
  package var workingFolder: String
  /// The files and folders among the words, with their checksums.
  package var inputs: [Input]

  enum CodingKeys: String, CodingKey {
    case arguments = "command"
    case workingFolder = "working_folder"
    case inputs
  }

  /// A file or a folder that a run read.
  package struct Input: Codable, Sendable, Equatable {
    /// The path as it was typed.
    package var path: String
    /// The SHA-256 of a file; of a folder that of the lines `sha256sum *` prints there.
    package var sha256: String
    /// The number of files of a folder; nil for a file.
    package var files: Int?

    /// The checksum of a file or folder.
    package init(path: String, sha256: String, files: Int? = nil) {
      (self.path, self.sha256, self.files) = (path, sha256, files)
    }
  }

  /// The command of some words.
  ///
  /// - Parameters:
  ///   - arguments: The words.
  ///   - workingFolder: The folder in which the command was typed.
  /// - Complexity: Reads every file that a word names, and those of every folder, but not those of folders in it.
  package init(
    _ arguments: [String], workingFolder: String = FileManager.default.currentDirectoryPath
  ) {
    (self.arguments, self.workingFolder) = (arguments, workingFolder)
    inputs = arguments.compactMap { word in
      let path =
        word.hasPrefix("--")
        ? word.split(separator: "=", maxSplits: 1).dropFirst().first : word[...]
      return path.flatMap { Self.input(String($0), in: workingFolder) }
    }
  }

  /// The inputs whose content has changed, or that are no longer there.
  package var changedInputs: [Input] {
    inputs.filter { Self.input($0.path, in: workingFolder) != $0 }
  }

  /// The file or folder of a word; nil for a word that names none.
  private static func input(_ path: String, in folder: String) -> Input? {
    guard !path.isEmpty else { return nil }
    let url = URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      return nil
    }
    guard isFolder.boolValue else {
      return (try? Runs.sha256(of: url)).map { Input(path: path, sha256: $0) }
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
      .filter { !$0.hasPrefix(".") && isFile(url.appending(path: $0)) }.sorted()
    let lines = names.map { name in
      "\((try? Runs.sha256(of: url.appending(path: name))) ?? "") \u{20}\(name)\n"
    }.joined()
    guard let sum = try? Runs.sha256(of: Array(lines.utf8), of: path) else { return nil }
    return Input(path: path, sha256: sum, files: names.count)
  }

  private static func isFile(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
