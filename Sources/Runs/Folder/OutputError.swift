import Foundation

/// An error in writing the results of a run.
public enum OutputError: Error, CustomStringConvertible, Equatable, Sendable {
  /// A file exists where the run's folder, or a folder inside it, should be.
  case fileInTheWay(path: String)

  /// The folder of a file that should be written does not exist.
  case noFolder(path: String)

  /// A folder is named in place of a file.
  case notAFile(path: String)

  /// A folder exists where a file should be written.
  case folderInTheWay(path: String)

  /// The folder can neither be made nor written in.
  case notWritable(path: String, problem: FileProblem)

  /// The folder cannot be opened, as is needed to lock it.
  case notOpened(path: String, problem: FileProblem)

  /// A file could not be made or written, though the folder could be.
  case writeFailed(path: String, problem: FileProblem)

  /// The folder contains a run, with these files.
  case holdsRun(path: String, files: [String])

  /// Another run is writing in the folder.
  case inUse(path: String)

  /// `--json` names a pipe that had no reader when the run was interrupted.
  case noReader(path: String)

  /// `--json` names a file that the run itself writes.
  case numbersOverOwnFile(path: String)

  /// `--json` names a file that the run reads.
  case numbersOverInput(path: String)

  public var description: String {
    switch self {
    case .fileInTheWay(let path):
      "\(path): a file of this name is in the way; move it, or choose another folder."
    case .noFolder(let path):
      "\(path): there is no such folder; make it, or choose another place for the file."
    case .notAFile(let path):
      "\(path): this is a folder; name a file in it."
    case .folderInTheWay(let path):
      "\(path): a folder of this name is in the way; move it, or choose another folder."
    case .notWritable(let path, let problem):
      "\(path): the folder cannot be written in (\(problem)); \(problem.remedyOfFolder)."
    case .notOpened(let path, let problem):
      "\(path): the folder cannot be opened (\(problem)); \(problem.remedyOfFolder)."
    case .writeFailed(let path, let problem):
      "\(path): the file could not be written (\(problem)); "
        + "\(problem.remedyOfFile), and run again."
    case .holdsRun(let path, let files):
      "\(path): the folder holds a run (\(files.joined(separator: ", "))); "
        + "give --resume to go on with it, --overwrite to replace it, or another folder."
    case .inUse(let path):
      "\(path): another run is writing in this folder; wait for it, or choose another folder."
    case .noReader(let path):
      "\(path): no program reads from this pipe, and the run was interrupted before its numbers were "
        + "written there; start the program that reads from it first, or name a file."
    case .numbersOverOwnFile(let path):
      "--json is \(path), a file that the run itself writes; name another file."
    case .numbersOverInput(let path):
      "--json is \(path), a file that the run reads; name another file."
    }
  }
}

extension FileProblem {
  fileprivate var remedyOfFile: String {
    if self == FileProblem(code: ENOENT) { return "leave its folder in place" }
    return remedy ?? "choose another place"
  }

  fileprivate var remedyOfFolder: String {
    remedy ?? "choose another folder"
  }
}
