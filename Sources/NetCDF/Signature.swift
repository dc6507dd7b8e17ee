import Foundation

/// The first bytes of a file, which tell its format, and its size.
///
/// Files are looked at before libnetcdf opens them, since a path could also mean other formats and services to it.
struct Signature {
  enum Format: String, Sendable {
    case cdf1 = "CDF-1"
    case cdf2 = "CDF-2"
    case cdf5 = "CDF-5"
    case hdf5 = "NetCDF-4"
  }

  let format: Format
  let fileSize: Int

  init(of path: String) throws(NetCDFError) {
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw NetCDFError(
        file: path, found: "there is no such file", remedy: "check the path")
    }
    guard !isFolder.boolValue else {
      throw NetCDFError(file: path, found: "this is a folder", remedy: "name a file in it")
    }
    let handle: FileHandle
    let head: Data
    do {
      handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      fileSize = Int(try handle.seekToEnd())
      try handle.seek(toOffset: 0)
      let isClassic = try handle.read(upToCount: 3) == Data("CDF".utf8)
      try handle.seek(toOffset: 0)
      head = try handle.read(upToCount: isClassic ? ClassicHeader.mostBytes : 8) ?? Data()
    } catch {
      throw NetCDFError(
        file: path, found: "the file cannot be read", remedy: "check its permissions")
    }
    let bytes = [UInt8](head)
    format = try Self.format(bytes.prefix(8), path)
    guard format != .hdf5 else { return }
    do throws(ClassicHeader.Fault) {
      try ClassicHeader.check(bytes, format, fileSize: fileSize)
    } catch {
      throw NetCDFError(
        file: path, found: error.found,
        remedy: "the file is damaged or incomplete; copy or download it again")
    }
  }

  private static func format(
    _ head: ArraySlice<UInt8>, _ path: String
  ) throws(NetCDFError) -> Format {
    switch Array(head) {
    case let bytes where bytes.starts(with: [0x43, 0x44, 0x46, 1]): return .cdf1
    case let bytes where bytes.starts(with: [0x43, 0x44, 0x46, 2]): return .cdf2
    case let bytes where bytes.starts(with: [0x43, 0x44, 0x46, 5]): return .cdf5
    case [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]: return .hdf5
    case []:
      throw NetCDFError(
        file: path, found: "the file is empty", remedy: "copy or download it again")
    default:
      throw NetCDFError(
        file: path, found: "this is not a NetCDF file: it begins with neither CDF nor HDF",
        remedy: "give a file of format CDF-1, CDF-2, CDF-5 or NetCDF-4")
    }
  }
}
