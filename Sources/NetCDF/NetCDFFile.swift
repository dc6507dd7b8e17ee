/// A NetCDF file that is read: its metadata, and its values on demand.
///
///     let file = try NetCDFFile(reading: "maxima.nc")
///     let txx = try file.numbers("txx")               // [S * T], in the order of the file
///     let names = try file.texts("station_name")      // [S]
///
/// CDF-1, CDF-2, CDF-5 and NetCDF-4 (HDF5) files are read, with groups; the names of what is in a group have its path,
/// such as "posterior/mu0". The library libnetcdf is called under one lock, so that threads may share a file.
public struct NetCDFFile: Sendable {
  /// The path as it was given.
  public let path: String

  /// The format, such as "CDF-1" or "NetCDF-4".
  public let format: String

  /// The dimensions of all groups.
  public let dimensions: [NetCDFDimension]

  /// The attributes of the file.
  public let attributes: NetCDFAttributes

  /// The variables of all groups, in the order of the file.
  public let variables: [NetCDFVariable]

  /// The paths of all groups but the root, such as "posterior".
  public let groups: [String]

  /// The attributes of each group, by its path.
  public let groupAttributes: [String: NetCDFAttributes]

  /// The metadata of a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `NetCDFError` where there is no such file, or it is not a NetCDF file or a damaged one.
  /// - Complexity: That of the header; no values are read.
  public init(reading path: String) throws(NetCDFError) {
    let signature = try Signature(of: path)
    let isHDF5 = signature.format == .hdf5
    let read = try Library.withFile(path, isTried: isHDF5) { open throws(NetCDFError) in
      try Metadata(of: open, format: signature)
    }
    self.path = path
    format = signature.format.rawValue
    dimensions = read.dimensions
    attributes = read.groupAttributes[""] ?? [:]
    variables = read.variables
    groups = read.groups.filter { !$0.isEmpty }
    groupAttributes = read.groupAttributes
  }

  /// The variable of this name; nil where the file has none.
  public func variable(_ name: String) -> NetCDFVariable? { variables.first { $0.name == name } }

  /// All numbers of a variable, unpacked, in the order of the file (the last dimension fastest).
  ///
  /// Missing values, and those outside the valid range that the file states, are NaN.
  ///
  /// - Parameter name: The name of the variable, with the path of its group.
  /// - Throws: `NetCDFError` where there is no such variable, it holds texts, an attribute such as `scale_factor` is not one
  ///   number, or the file is damaged.
  /// - Complexity: 8 bytes for each value.
  public func numbers(_ name: String) throws(NetCDFError) -> [Double] {
    let variable = try found(name)
    guard variable.storage.isNumeric else {
      throw error(
        name, "its values are of type \(variable.storage.rawValue)",
        variable.storage == .other ? "name a variable of numbers" : "read it by texts(_:)")
    }
    if let wrong = variable.wrongPacking { throw error(name, wrong.found, wrong.remedy) }
    var values = try Library.withFile(path) { open throws(NetCDFError) in
      try open.doubles(variable)
    }
    let unpacked = Unpacking(variable)
    for i in values.indices { values[i] = unpacked(values[i]) }
    return values
  }

  /// All texts of a variable, in the order of the file.
  ///
  /// Characters are joined along the last dimension, without the zeros and spaces at their ends; bytes that are not
  /// UTF-8 are read as Latin-1.
  ///
  /// - Parameter name: The name of the variable, with the path of its group.
  /// - Throws: `NetCDFError` where there is no such variable, it holds numbers, or the file is damaged.
  public func texts(_ name: String) throws(NetCDFError) -> [String] {
    let variable = try found(name)
    switch variable.storage {
    case .string:
      return try Library.withFile(path) { open throws(NetCDFError) in try open.strings(variable) }
    case .char:
      let bytes = try Library.withFile(path) { open throws(NetCDFError) in
        try open.characters(variable)
      }
      let length = variable.shape.last ?? 1
      guard length > 0 else {
        return Array(repeating: "", count: variable.shape.dropLast().reduce(1, *))
      }
      return stride(from: 0, to: bytes.count, by: length).map { text(bytes[$0..<$0 + length]) }
    default:
      throw error(
        name, "its values are of type \(variable.storage.rawValue)",
        variable.storage == .other ? "name a variable of texts" : "read it by numbers(_:)")
    }
  }

  private func found(_ name: String) throws(NetCDFError) -> NetCDFVariable {
    if let variable = variable(name) { return variable }
    let names = variables.map(\.name)
    throw error(
      name, "it is not in the file",
      names.isEmpty ? "the file has no variable" : "name one of \(names.joined(separator: ", "))")
  }

  private func error(_ name: String, _ found: String, _ remedy: String) -> NetCDFError {
    NetCDFError(file: path, variable: name, found: found, remedy: remedy)
  }
}

/// A text of bytes, without the zeros and spaces at its end; Latin-1 where the bytes are not UTF-8.
func text(_ bytes: some BidirectionalCollection<UInt8>) -> String {
  let untilZero = bytes.prefix { $0 != 0 }
  let kept = untilZero.dropLast(untilZero.reversed().prefix { $0 == 0x20 }.count)
  return String(validating: kept, as: UTF8.self)
    ?? String(String.UnicodeScalarView(kept.map { Unicode.Scalar($0) }))
}
