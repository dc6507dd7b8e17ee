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

  // MARK: Repetition from another folder

  /// The words with absolute paths, so that they can be run from any folder.
  package var locatedArguments: [String] {
    arguments.enumerated().map { index, word in
      guard let (flag, path) = paths[index] else { return word }
      return flag + located(path)
    }
  }

  /// The first path that is not there: the working folder, where a path is relative to it, or a file or folder of the command.
  package var absentPath: String? {
    func isAbsent(_ path: String) -> Bool { !FileManager.default.fileExists(atPath: path) }
    let named = paths.sorted { $0.key < $1.key }.map(\.value.path)
    if named.contains(where: { !$0.hasPrefix("/") }), isAbsent(workingFolder) {
      return workingFolder
    }
    return named.map(located).first(where: isAbsent)
  }

  private func located(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return workingFolder + (workingFolder.hasSuffix("/") ? "" : "/") + path
  }

  /// The path of each word that is one, by its index, after its flag and an equals sign if those are in the same word.
  ///
  /// A name of a model or the value of a flag is none, though a folder may have the same name: those with a model are values of
  /// `--data`, or files.
  private var paths: [Int: (flag: String, path: String)] {
    let namesModel = arguments.first.map { ["fit", "calibrate", "simulate", "run"].contains($0) }
    let known = Dictionary(inputs.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Int: (flag: String, path: String)] = [:]
    var isOfData = false
    for (index, word) in arguments.enumerated().dropFirst(namesModel == true ? 2 : 1) {
      isOfData = word == "--data" || word.hasPrefix("--data=") || isOfData && !word.hasPrefix("-")
      let parts =
        word.hasPrefix("--")
        ? word.split(separator: "=", maxSplits: 1).map(String.init) : ["", word]
      guard parts.count == 2, Double(parts[1]) == nil, let input = known[parts[1]] else {
        continue
      }
      if isOfData || input.files == nil || namesModel != true {
        found[index] = (parts[0].isEmpty ? "" : parts[0] + "=", input.path)
      }
    }
    return found
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
