import CNetCDF
import Foundation
import Synchronization

/// The calls of libnetcdf, all under one lock: neither it nor HDF5 is thread-safe.
enum Library {
  private static let lock = Mutex(())

  /// What a closure makes of a file that is open for reading, closed afterwards.
  ///
  /// - Parameter isTried: Whether a child process opens it first, in which a damaged file may crash HDF5.
  static func withFile<Result: Sendable>(
    _ path: String, isTried: Bool = false, _ body: (OpenFile) throws(NetCDFError) -> Result
  ) throws(NetCDFError) -> Result {
    // An absolute path is never taken for the address of a service.
    let absolute = URL(filePath: path).standardizedFileURL.path
    return try lock.withLock { _ throws(NetCDFError) in
      silenceHDF5()
      guard !isTried || !crashes(opening: absolute) else {
        throw NetCDFError(
          file: path, found: "HDF5 crashes where it opens it",
          remedy: "the file is damaged or incomplete; copy or download it again")
      }
      var id: CInt = 0
      let status = nc_open(absolute, NC_NOWRITE, &id)
      guard status == NC_NOERR else {
        throw NetCDFError(
          file: path, found: "libnetcdf cannot open it (\(reason(status)))",
          remedy: "the file is damaged or incomplete; copy or download it again")
      }
      defer { nc_close(id) }
      return try body(OpenFile(path: path, root: id))
    }
  }

  /// Makes a NetCDF-4 file; where the closure throws, no file is left.
  static func create(
    _ path: String, _ body: (CInt) throws(NetCDFError) -> Void
  ) throws(NetCDFError) {
    let absolute = URL(filePath: path).standardizedFileURL.path
    try lock.withLock { _ throws(NetCDFError) in
      silenceHDF5()
      var id: CInt = 0
      let status = nc_create(absolute, NC_NETCDF4 | NC_CLOBBER, &id)
      guard status == NC_NOERR else {
        throw NetCDFError(
          file: path, found: "it cannot be written (\(reason(status)))",
          remedy: "check that its folder exists, may be written to and has space")
      }
      do throws(NetCDFError) {
        try body(id)
      } catch {
        nc_abort(id)
        remove(absolute)
        throw error
      }
      let closed = nc_close(id)
      guard closed == NC_NOERR else {
        remove(absolute)
        throw NetCDFError(
          file: path, found: "it cannot be written (\(reason(closed)))",
          remedy: "check that the disk has space")
      }
    }
  }

  /// Stops HDF5 from printing its errors, which libnetcdf does for the first thread only.
  ///
  /// The function is looked up, since HDF5 is a library of libnetcdf whose name differs between systems.
  private static func silenceHDF5() {
    typealias SetAuto = @convention(c) (Int64, OpaquePointer?, OpaquePointer?) -> CInt
    guard let symbol = dlsym(nil, "H5Eset_auto2") else { return }
    _ = unsafeBitCast(symbol, to: SetAuto.self)(0, nil, nil)
  }

  /// The sentence of libnetcdf about a status.
  static func reason(_ status: CInt) -> String { String(cString: nc_strerror(status)) }
}

/// A file that is open for reading, while the lock is held.
struct OpenFile {
  let path: String
  let root: CInt

  /// Checks the status of a call.
  ///
  /// - Throws: `NetCDFError` for a status other than success.
  func check(_ status: CInt, _ variable: String? = nil) throws(NetCDFError) {
    guard status == NC_NOERR else {
      throw NetCDFError(
        file: path, variable: variable, found: "it cannot be read (\(Library.reason(status)))",
        remedy: "the file is damaged or incomplete; copy or download it again")
    }
  }

  /// The stored numbers of a variable.
  func doubles(_ variable: NetCDFVariable) throws(NetCDFError) -> [Double] {
    let (group, id) = try place(of: variable)
    var values = [Double](repeating: 0, count: variable.count)
    guard !values.isEmpty else { return values }
    try check(nc_get_var_double(group, id, &values), variable.name)
    return values
  }

  /// The characters of a variable.
  func characters(_ variable: NetCDFVariable) throws(NetCDFError) -> [UInt8] {
    let (group, id) = try place(of: variable)
    var values = [UInt8](repeating: 0, count: variable.count)
    guard !values.isEmpty else { return values }
    let status = values.withUnsafeMutableBytes {
      nc_get_var_text(group, id, $0.bindMemory(to: CChar.self).baseAddress)
    }
    try check(status, variable.name)
    return values
  }

  /// The texts of a variable of type `string`.
  func strings(_ variable: NetCDFVariable) throws(NetCDFError) -> [String] {
    let (group, id) = try place(of: variable)
    var values = [UnsafeMutablePointer<CChar>?](repeating: nil, count: variable.count)
    guard !values.isEmpty else { return [] }
    try check(nc_get_var_string(group, id, &values), variable.name)
    defer { nc_free_string(values.count, &values) }
    return values.map { pointer in
      guard let pointer else { return "" }
      return text(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
    }
  }

  /// The group and the number of a variable, whose shape is still that of the metadata.
  private func place(of variable: NetCDFVariable) throws(NetCDFError) -> (CInt, CInt) {
    var group = root
    let parts = variable.name.split(separator: "/").map(String.init)
    for part in parts.dropLast() {
      var inner: CInt = 0
      try check(nc_inq_ncid(group, part, &inner), variable.name)
      group = inner
    }
    var id: CInt = 0
    try check(nc_inq_varid(group, parts.last ?? "", &id), variable.name)
    guard try Metadata.shape(of: id, in: group, of: self).lengths == variable.shape else {
      throw NetCDFError(
        file: path, variable: variable.name, found: "the file has changed since it was opened",
        remedy: "read it again")
    }
    return (group, id)
  }
}
