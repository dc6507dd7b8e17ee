/// The content of a NetCDF-4 file that is to be written: dimensions, variables and attributes, in groups.
///
///     var content = NetCDFContent(attributes: ["Conventions": "CF-1.8"])
///     content.addDimension("posterior/draw", 600)
///     content.addDimension("posterior/station", 34)
///     content.addVariable("posterior/station", dimensions: ["station"], texts: ids)
///     content.addVariable(
///       "posterior/mu", dimensions: ["draw", "station"], numbers: mu, attributes: ["units": "degC"])
///     try content.write(to: "posterior.nc")
///
/// A path names the groups that something is in; groups are made by being named. A variable finds its dimensions in its
/// own group, else in the groups around it. Equal contents give equal bytes.
public struct NetCDFContent: Sendable {
  /// The values of a variable, the last dimension fastest.
  enum Values: Sendable {
    case numbers([Double], NetCDFStorage)
    case texts([String])

    var count: Int {
      switch self {
      case .numbers(let numbers, _): numbers.count
      case .texts(let texts): texts.count
      }
    }
  }

  struct Variable: Sendable {
    let path: String
    let dimensions: [String]
    let values: Values
    let attributes: NetCDFAttributes
  }

  private(set) var dimensions: [NetCDFDimension] = []
  private(set) var variables: [Variable] = []
  private(set) var groupAttributes: [(path: String, attributes: NetCDFAttributes)]

  /// An empty content.
  ///
  /// - Parameter attributes: The attributes of the file.
  public init(attributes: NetCDFAttributes = [:]) { groupAttributes = [("", attributes)] }

  /// Adds a dimension.
  ///
  /// - Parameters:
  ///   - path: The name, with the path of its group.
  ///   - length: The number of values along it, which must be positive.
  public mutating func addDimension(_ path: String, _ length: Int) {
    dimensions.append(NetCDFDimension(name: path, length: length))
  }

  /// Adds a variable of numbers.
  ///
  /// - Parameters:
  ///   - path: The name, with the path of its group.
  ///   - dimensions: The names of the dimensions, without groups, the slowest first; none for a single number.
  ///   - numbers: The values as they are stored, the last dimension fastest.
  ///   - storage: The type in the file; a type of whole numbers takes only whole numbers of its range.
  ///   - attributes: The attributes, such as `units`; `_FillValue` and the like are stored in the variable's type.
  public mutating func addVariable(
    _ path: String, dimensions: [String], numbers: [Double], storage: NetCDFStorage = .double,
    attributes: NetCDFAttributes = [:]
  ) {
    variables.append(
      Variable(
        path: path, dimensions: dimensions, values: .numbers(numbers, storage),
        attributes: attributes))
  }

  /// Adds a variable of texts, of type `string`.
  ///
  /// - Parameters:
  ///   - path: The name, with the path of its group.
  ///   - dimensions: The names of the dimensions, without groups, the slowest first; none for a single text.
  ///   - texts: The values, the last dimension fastest.
  ///   - attributes: The attributes, such as `long_name`.
  public mutating func addVariable(
    _ path: String, dimensions: [String], texts: [String], attributes: NetCDFAttributes = [:]
  ) {
    variables.append(
      Variable(
        path: path, dimensions: dimensions, values: .texts(texts), attributes: attributes))
  }

  /// Adds a group with attributes, or attributes to a group.
  ///
  /// - Parameters:
  ///   - path: The group, such as "posterior"; "" is the file.
  ///   - attributes: Attributes, of which those of a name that exists replace it.
  public mutating func addGroup(_ path: String, attributes: NetCDFAttributes = [:]) {
    if let index = groupAttributes.firstIndex(where: { $0.path == path }) {
      for (name, value) in attributes.all { groupAttributes[index].attributes[name] = value }
    } else {
      groupAttributes.append((path, attributes))
    }
  }

  /// Writes a NetCDF-4 file; where it fails, no file is left.
  ///
  /// - Parameter path: The file, which is replaced if it exists.
  /// - Throws: `NetCDFError` where the content contradicts itself, before anything is written, or the disk refuses.
  public func write(to path: String) throws(NetCDFError) {
    try checkNames(path)
    let shapes = try checkedShapes(path)
    try Library.create(path) { root throws(NetCDFError) in
      try Writing(content: self, shapes: shapes, file: path, root: root).run()
    }
  }
}
