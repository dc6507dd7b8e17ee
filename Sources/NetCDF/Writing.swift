import CNetCDF
import Foundation

/// The writing of a checked content to a file that is open, while the lock is held.
struct Writing {
  private let content: NetCDFContent
  private let shapes: [[Int]]
  private let file: String
  private var groups: [String: CInt]

  init(content: NetCDFContent, shapes: [[Int]], file: String, root: CInt) {
    (self.content, self.shapes, self.file) = (content, shapes, file)
    groups = ["": root]
  }

  func run() throws(NetCDFError) {
    var writing = self
    try writing.writeAll()
  }

  private mutating func writeAll() throws(NetCDFError) {
    for (path, attributes) in content.groupAttributes {
      try write(attributes, to: NC_GLOBAL, in: try group(path), storage: nil, of: nil)
    }
    var dimensionIDs: [CInt] = []
    for dimension in content.dimensions {
      let (group, name) = try place(dimension.name)
      var id: CInt = 0
      try check(nc_def_dim(group, name, dimension.length, &id), dimension.name)
      dimensionIDs.append(id)
    }
    var places: [(group: CInt, id: CInt)] = []
    for (variable, shape) in zip(content.variables, shapes) {
      let (group, name) = try place(variable.path)
      let type = variable.values.storage.type ?? NC_DOUBLE
      var id: CInt = 0
      let ids = shape.map { dimensionIDs[$0] }
      try check(nc_def_var(group, name, type, CInt(ids.count), ids, &id), variable.path)
      try write(
        variable.attributes, to: id, in: group, storage: variable.values.storage, of: variable.path)
      places.append((group, id))
    }
    for (variable, place) in zip(content.variables, places) {
      switch variable.values {
      case .numbers(let numbers, .float):
        // libnetcdf takes an infinite `double` for one that a `float` cannot hold.
        let floats = numbers.map { Float($0) }
        try check(nc_put_var_float(place.group, place.id, floats), variable.path)
      case .numbers(let numbers, _):
        try check(nc_put_var_double(place.group, place.id, numbers), variable.path)
      case .texts(let texts):
        let status = withPointers(texts) { nc_put_var_string(place.group, place.id, $0) }
        try check(status, variable.path)
      }
    }
  }

  /// The number of a group, which is made with those around it where it is new.
  private mutating func group(_ path: String) throws(NetCDFError) -> CInt {
    if let id = groups[path] { return id }
    let parts = path.split(separator: "/").map(String.init)
    let outer = try group(parts.dropLast().joined(separator: "/"))
    var id: CInt = 0
    try check(nc_def_grp(outer, parts[parts.count - 1], &id), path)
    groups[path] = id
    return id
  }

  private mutating func place(_ path: String) throws(NetCDFError) -> (group: CInt, name: String) {
    let parts = path.split(separator: "/").map(String.init)
    return (try group(parts.dropLast().joined(separator: "/")), parts[parts.count - 1])
  }

  private func write(
    _ attributes: NetCDFAttributes, to variable: CInt, in group: CInt, storage: NetCDFStorage?,
    of path: String?
  ) throws(NetCDFError) {
    for (name, value) in attributes.all {
      let isStored = Self.storedLikeValues.contains(name)
      let type = isStored ? storage?.type : nil
      let status: CInt
      switch value {
      case .text(let text):
        status = nc_put_att_text(group, variable, name, text.utf8.count, text)
      case .texts(let texts):
        status = withPointers(texts) { nc_put_att_string(group, variable, name, texts.count, $0) }
      case .numbers(let numbers):
        status = nc_put_att_double(
          group, variable, name, type ?? NC_DOUBLE, numbers.count, numbers)
      case .integers(let integers):
        let numbers = integers.map(Int64.init)
        status = nc_put_att_longlong(
          group, variable, name, type ?? NC_INT64, numbers.count, numbers)
      }
      guard status == NC_NOERR else {
        throw NetCDFError(
          file: file, variable: path,
          found: "the attribute \"\(name)\" cannot be written (\(Library.reason(status)))",
          remedy: "give it a name of letters and digits, and a value of the variable's type")
      }
    }
  }

  /// The attributes that NetCDF wants in the type of their variable.
  private static let storedLikeValues: Set = [
    "_FillValue", "missing_value", "valid_min", "valid_max", "valid_range", "flag_values",
    "flag_masks",
  ]

  private func check(_ status: CInt, _ path: String) throws(NetCDFError) {
    guard status == NC_NOERR else {
      throw NetCDFError(
        file: file, variable: path, found: "it cannot be written (\(Library.reason(status)))",
        remedy: "check its name, and that the disk has space")
    }
  }
}

extension NetCDFContent.Values {
  fileprivate var storage: NetCDFStorage {
    switch self {
    case .numbers(_, let storage): storage
    case .texts: .string
    }
  }
}

/// What a call makes of texts as strings of C, which are freed afterwards.
private func withPointers(
  _ texts: [String], _ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> CInt
) -> CInt {
  var pointers = texts.map { UnsafePointer(strdup($0)) }
  defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
  return pointers.withUnsafeMutableBufferPointer { call($0.baseAddress!) }
}
