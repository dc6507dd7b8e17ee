import NetCDF
import PPL
import Preconditions

/// One group of `posterior.nc` in the schema of ArviZ: its dimensions, coordinates and variables.
///
/// - Reference: ArviZ developers, *InferenceData schema specification*; Eaton et al., *CF Conventions 1.8*.
struct PosteriorGroup {
  private let group: String
  private let annotations: PosteriorAnnotations
  private let labels: [String: [String]]
  private var lengths: [String: Int] = [:]
  private var variables: [(inout NetCDFContent) -> Void] = []
  private var names: Set<String> = []

  /// A group without variables.
  ///
  /// - Parameters:
  ///   - group: The name of the group.
  ///   - annotations: The names, coordinates and units of the model.
  ///   - labels: The labels of the elements of plates, by plate.
  init(
    _ group: String, _ annotations: PosteriorAnnotations, labels: [String: [String]] = [:]
  ) {
    (self.group, self.annotations, self.labels) = (group, annotations, labels)
  }

  /// Whether there is no variable.
  var isEmpty: Bool { variables.isEmpty }

  /// Adds a variable.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - axes: The names of the axes with their lengths.
  ///   - values: The values, the last axis fastest.
  ///   - unit: The unit.
  ///   - longName: The name in words.
  ///   - storage: The type in the file.
  mutating func add(
    _ name: String, _ axes: [(name: String, length: Int)], _ values: [Double], unit: String? = nil,
    longName: String? = nil, storage: NetCDFStorage = .double
  ) {
    guard !values.isEmpty, !names.contains(name) else { return }
    names.insert(name)
    let dimensions = axes.map { dimension($0.name, $0.length) }
    var attributes = NetCDFAttributes()
    if let longName { attributes["long_name"] = .text(longName) }
    if let unit, !unit.isEmpty { attributes["units"] = .text(cfUnit(unit)) }
    if storage == .int8 { attributes["dtype"] = "bool" }
    let others = annotations.coordinates.filter {
      $0.name != $0.dimension && dimensions.contains($0.dimension)
    }
    if !others.isEmpty {
      attributes["coordinates"] = .text(others.map(\.name).joined(separator: " "))
    }
    let path = "\(group)/\(fileName(name))"
    variables.append { content in
      content.addVariable(
        path, dimensions: dimensions, numbers: values, storage: storage, attributes: attributes)
    }
  }

  /// The name of a dimension, another one where a variable or another length has it.
  private mutating func dimension(_ name: String, _ length: Int) -> String {
    var name = fileName(name)
    if names.contains(name) { name += "_dim" }
    if let known = lengths[name], known != length { name += "_\(length)" }
    lengths[name] = length
    return name
  }

  /// Adds the group to a file.
  ///
  /// - Parameters:
  ///   - content: The file.
  ///   - attributes: The attributes of every group.
  func write(to content: inout NetCDFContent, attributes: NetCDFAttributes) {
    guard !isEmpty else { return }
    content.addGroup(group, attributes: attributes)
    let known = lengths.sorted { $0.key < $1.key }
    for (name, length) in known { content.addDimension("\(group)/\(name)", length) }
    for variable in variables { variable(&content) }
    for (name, length) in known where !names.contains(name) {
      let own = annotations.coordinates.filter { $0.dimension == name && $0.count == length }
      for coordinate in own { add(coordinate, to: &content) }
      guard !own.contains(where: { $0.name == name }) else { continue }
      let path = "\(group)/\(name)"
      if let texts = labels[name], texts.count == length {
        content.addVariable(path, dimensions: [name], texts: texts)
      } else {
        content.addVariable(
          path, dimensions: [name], numbers: (0..<length).map(Double.init), storage: .int64)
      }
    }
  }

  private func add(
    _ coordinate: PosteriorAnnotations.Coordinate, to content: inout NetCDFContent
  ) {
    var attributes = NetCDFAttributes()
    for (name, value) in [
      ("units", coordinate.unit.map(cfUnit)), ("long_name", coordinate.longName),
      ("standard_name", coordinate.standardName),
    ] {
      if let value { attributes[name] = .text(value) }
    }
    let path = "\(group)/\(coordinate.name)"
    if let numbers = coordinate.numbers {
      let isWhole = numbers.allSatisfy { Int32(exactly: $0) != nil }
      content.addVariable(
        path, dimensions: [coordinate.dimension], numbers: numbers,
        storage: isWhole && coordinate.name == coordinate.dimension ? .int64 : .double,
        attributes: attributes)
    } else {
      content.addVariable(
        path, dimensions: [coordinate.dimension], texts: coordinate.texts, attributes: attributes)
    }
  }
}

/// A name without the sign that separates groups.
private func fileName(_ name: String) -> String { name.replacing("/", with: "_") }

/// A unit as the UDUNITS library reads it: `degC` in place of °C.
public func cfUnit(_ unit: String) -> String {
  unit.replacing("°C", with: "degC").replacing("°F", with: "degF")
    .replacing("degC/degC", with: "degC degC-1").replacing("degF/degC", with: "degF degC-1")
}
