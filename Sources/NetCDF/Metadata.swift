import CNetCDF
import Foundation

/// The metadata of a file, read group by group.
struct Metadata: Sendable {
  private(set) var dimensions: [NetCDFDimension] = []
  private(set) var variables: [NetCDFVariable] = []
  private(set) var groups: [String] = []
  private(set) var groupAttributes: [String: NetCDFAttributes] = [:]

  init(of file: OpenFile, format: Signature) throws(NetCDFError) {
    try read(file.root, path: "", depth: 0, file, format)
  }

  private mutating func read(
    _ group: CInt, path: String, depth: Int, _ file: OpenFile, _ signature: Signature
  ) throws(NetCDFError) {
    guard depth < 32 else {
      throw file.damaged("its groups are nested more than 32 deep")
    }
    let prefix = path.isEmpty ? "" : path + "/"
    groups.append(path)
    groupAttributes[path] = try Self.attributes(of: NC_GLOBAL, in: group, file, signature)
    for id in try Self.ids(file, { nc_inq_dimids(group, $0, $1, 0) }) {
      let (name, length) = try Self.dimension(id, in: group, of: file)
      dimensions.append(NetCDFDimension(name: prefix + name, length: length))
    }
    for id in try Self.ids(file, { nc_inq_varids(group, $0, $1) }) {
      variables.append(try Self.variable(id, in: group, prefix, file, signature))
    }
    guard signature.format == .hdf5 else { return }
    for id in try Self.ids(file, { nc_inq_grps(group, $0, $1) }) {
      let name = try Self.name(file) { nc_inq_grpname(id, $0) }
      try read(id, path: prefix + name, depth: depth + 1, file, signature)
    }
  }

  private static func variable(
    _ id: CInt, in group: CInt, _ prefix: String, _ file: OpenFile, _ signature: Signature
  ) throws(NetCDFError) -> NetCDFVariable {
    let name = prefix + (try Self.name(file) { nc_inq_varname(group, id, $0) })
    var type: nc_type = 0
    try file.check(nc_inq_vartype(group, id, &type), name)
    let (dimensions, lengths) = try shape(of: id, in: group, of: file)
    let variable = NetCDFVariable(
      name: name, dimensions: dimensions, shape: lengths, storage: NetCDFStorage(type),
      attributes: try attributes(of: id, in: group, file, signature))
    try checkSize(variable, file, signature)
    return variable
  }

  /// The names and lengths of the dimensions of a variable.
  static func shape(
    of variable: CInt, in group: CInt, of file: OpenFile
  ) throws(NetCDFError) -> (names: [String], lengths: [Int]) {
    var rank: CInt = 0
    try file.check(nc_inq_varndims(group, variable, &rank))
    guard (0...NC_MAX_VAR_DIMS).contains(rank) else {
      throw file.damaged("a variable has \(rank) dimensions")
    }
    var ids = [CInt](repeating: 0, count: Int(rank) + 1)
    try file.check(nc_inq_vardimid(group, variable, &ids))
    var shape: (names: [String], lengths: [Int]) = ([], [])
    for id in ids.dropLast() {
      let (name, length) = try dimension(id, in: group, of: file)
      shape.names.append(name)
      shape.lengths.append(length)
    }
    return shape
  }

  private static func dimension(
    _ id: CInt, in group: CInt, of file: OpenFile
  ) throws(NetCDFError) -> (name: String, length: Int) {
    var length = 0
    let name = try Self.name(file) { nc_inq_dim(group, id, $0, &length) }
    guard length >= 0 else {
      throw file.damaged("the dimension \"\(name)\" has the length \(length)")
    }
    return (name, length)
  }

  /// Checks that the values of a variable fit into the file.
  ///
  /// - Throws: `NetCDFError` where a file cannot hold as many values as its header says.
  private static func checkSize(
    _ variable: NetCDFVariable, _ file: OpenFile, _ signature: Signature
  ) throws(NetCDFError) {
    var bytes = variable.storage.size
    var overflows = false
    for length in variable.shape {
      let product = bytes.multipliedReportingOverflow(by: length)
      (bytes, overflows) = (product.partialValue, overflows || product.overflow)
    }
    // Deflate makes data at most 1,032 times smaller; what was never written takes no space, hence 64 MB more.
    let capacity = signature.fileSize.multipliedReportingOverflow(by: 1032)
    let limit = signature.format == .hdf5 ? capacity.partialValue + 1 << 26 : signature.fileSize
    guard !overflows, bytes <= limit else {
      throw NetCDFError(
        file: file.path, variable: variable.name,
        found: "the header says \(variable.shape.map(String.init).joined(separator: " x ")) "
          + "values, more than a file of \(signature.fileSize) bytes can hold",
        remedy: "the file is damaged or incomplete; copy or download it again")
    }
  }

  /// The name that a call writes.
  private static func name(
    _ file: OpenFile, _ call: (UnsafeMutablePointer<CChar>) -> CInt
  ) throws(NetCDFError) -> String {
    var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
    try file.check(name.withUnsafeMutableBufferPointer { call($0.baseAddress!) })
    return text(name.map(UInt8.init(bitPattern:)))
  }

  /// The numbers of dimensions, variables or groups that a call counts, then writes.
  private static func ids(
    _ file: OpenFile, _ call: (UnsafeMutablePointer<CInt>, UnsafeMutablePointer<CInt>?) -> CInt
  ) throws(NetCDFError) -> [CInt] {
    var count: CInt = 0
    try file.check(call(&count, nil))
    guard count > 0 else { return [] }
    var ids = [CInt](repeating: 0, count: Int(count))
    try file.check(ids.withUnsafeMutableBufferPointer { call(&count, $0.baseAddress) })
    return ids
  }
}

extension Metadata {
  /// The attributes of a variable, or of a group where `variable` is `NC_GLOBAL`.
  private static func attributes(
    of variable: CInt, in group: CInt, _ file: OpenFile, _ signature: Signature
  ) throws(NetCDFError) -> NetCDFAttributes {
    var count: CInt = 0
    try file.check(nc_inq_varnatts(group, variable, &count))
    var attributes: NetCDFAttributes = [:]
    for index in 0..<max(count, 0) {
      let name = try Self.name(file) { nc_inq_attname(group, variable, index, $0) }
      var (type, length): (nc_type, Int) = (0, 0)
      try file.check(nc_inq_att(group, variable, name, &type, &length))
      guard length <= signature.fileSize else {
        throw file.damaged("the attribute \"\(name)\" is longer than the file")
      }
      attributes[name] = try value(name, of: variable, in: group, NetCDFStorage(type), length, file)
    }
    return attributes
  }

  private static func value(
    _ name: String, of variable: CInt, in group: CInt, _ storage: NetCDFStorage, _ length: Int,
    _ file: OpenFile
  ) throws(NetCDFError) -> NetCDFAttributes.Value? {
    switch storage {
    case .other: return nil
    case .char:
      var bytes = [CChar](repeating: 0, count: length + 1)
      try file.check(nc_get_att_text(group, variable, name, &bytes))
      return .text(text(bytes.map(UInt8.init(bitPattern:))))
    case .string:
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: length)
      guard length > 0 else { return .texts([]) }
      try file.check(nc_get_att_string(group, variable, name, &pointers))
      defer { nc_free_string(length, &pointers) }
      return .texts(
        pointers.map { pointer in
          guard let pointer else { return "" }
          return text(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
        })
    default:
      var numbers = [Double](repeating: 0, count: length + 1)
      try file.check(nc_get_att_double(group, variable, name, &numbers))
      return .numbers(Array(numbers.dropLast()))
    }
  }
}

extension OpenFile {
  func damaged(_ found: String) -> NetCDFError {
    NetCDFError(
      file: path, found: found,
      remedy: "the file is damaged or incomplete; copy or download it again")
  }
}

extension NetCDFStorage {
  /// The type of this number in netcdf.h.
  init(_ type: nc_type) {
    self = Self.allCases.first { $0 != .other && $0.type == type } ?? .other
  }

  /// The number of this type in netcdf.h; nil for types of the file's own.
  var type: nc_type? {
    switch self {
    case .int8: NC_BYTE
    case .uint8: NC_UBYTE
    case .int16: NC_SHORT
    case .uint16: NC_USHORT
    case .int32: NC_INT
    case .uint32: NC_UINT
    case .int64: NC_INT64
    case .uint64: NC_UINT64
    case .float: NC_FLOAT
    case .double: NC_DOUBLE
    case .char: NC_CHAR
    case .string: NC_STRING
    case .other: nil
    }
  }
}
