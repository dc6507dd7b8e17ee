import Foundation

/// The content of a file, as bytes.
///
/// - Throws: `DataError` when the file is not there, is a folder or cannot be read.
public func readBytes(of url: URL) throws(DataError) -> [UInt8] {
  var isFolder: ObjCBool = false
  let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
  guard exists else {
    throw DataError(
      file: url.relativePath, found: "there is no such file",
      remedy: "put it there, or name the folder that has it")
  }
  guard !isFolder.boolValue else {
    throw DataError(
      file: url.relativePath, found: "this is a folder", remedy: "put a file in its place")
  }
  do {
    return [UInt8](try Data(contentsOf: url))
  } catch {
    throw DataError(
      file: url.relativePath, found: "the file cannot be read", remedy: "check its permissions")
  }
}
