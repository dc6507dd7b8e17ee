import NetCDF
import Plotting
import Runs
import SpectralFields
import Tables

/// A field with its name and unit, for tables and files.
struct NamedField {
  let name, unit, title: String
  let values: [Double]

  /// A field, `[n]`.
  init(_ name: String, _ unit: String, _ title: String, _ values: [Double]) {
    (self.name, self.unit, self.title, self.values) = (name, unit, title, values)
  }
}

extension EnsembleGrid {
  /// The names of the dimensions of the grid in files.
  var dimensions: [String] { kind == .sphere ? ["latitude", "longitude"] : [coordinates[0].name] }

  /// The content of a NetCDF file with the coordinates of the grid.
  func content(title: String) -> NetCDFContent {
    var content = NetCDFContent(attributes: [
      "Conventions": "CF-1.8", "title": .text(title), "source": "ppl lsef",
    ])
    for (k, name) in dimensions.enumerated() {
      let values = axis(k)
      content.addDimension(name, values.count)
      var attributes: NetCDFAttributes = ["units": .text(coordinates[k].unit)]
      if kind == .sphere { attributes["standard_name"] = .text(name) }
      content.addVariable(name, dimensions: [name], numbers: values, attributes: attributes)
    }
    return content
  }

  private func axis(_ k: Int) -> [Double] {
    guard let sphere = domain as? Sphere else { return places.map { $0[0] } }
    let rings = sphere.rings
    return k == 0 ? rings.map { places[$0.lowerBound][0] } : rings[1].map { places[$0][1] }
  }

  /// The values of a field in the order of the file: a pole has its value at every longitude.
  func filed(_ field: [Double]) -> [Double] {
    guard let sphere = domain as? Sphere else { return field }
    return sphere.latitudeRows(of: field).flatMap(\.self)
  }

  /// The table of fields, a row for each point and quantity.
  func table(_ fields: [NamedField]) -> String {
    var csv = CSVWriter(header: coordinates.map(\.name) + ["quantity", "unit", "value"])
    for field in fields {
      for (place, value) in zip(places, field.values) {
        csv.append(
          place.map { .number($0) } + [
            .text(field.name), .text(field.unit), .optional(value.isFinite ? value : nil),
          ])
      }
    }
    return csv.text
  }

  /// The figure of fields: a map for each on the sphere, a curve for each elsewhere; nil where a value is not finite.
  ///
  /// - Parameter marked: The places that maps mark.
  func figure(
    _ fields: [NamedField], label: String, _ map: ColorScale.Map = .sequential,
    marking marked: [[Double]] = []
  ) throws -> NumberedFigure? {
    guard fields.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else { return nil }
    if let sphere = domain as? Sphere {
      let panels = fields.map {
        SphereMap.Panel(title: $0.title, values: sphere.latitudeRows(of: $0.values))
      }
      return NumberedFigure(
        figure: try SphereMap(
          panels: panels, color: ColorScale(label, map), west: axis(1)[0],
          hasPoles: sphere.hasPoles,
          marks: marked.map { .init(latitude: $0[0], longitude: $0[1]) }
        ),
        csv: table(fields))
    }
    let x = places.map { $0[0] }
    let axis = "\(coordinates[0].name), \(coordinates[0].unit)"
    let plot = try LinePlot(panels: [
      .init(
        xAxis: Axis(axis), yAxis: Axis(label),
        series: fields.map { .init($0.title, x: x, y: $0.values, style: .line) })
    ])
    return NumberedFigure(figure: plot, csv: table(fields))
  }

  /// A place in words, as in "latitude 40.4, longitude -3.7".
  func words(_ point: Int) -> String {
    zip(coordinates, places[point]).map { "\($0.name) \($1.short)" }.joined(separator: ", ")
  }
}

extension NetCDFContent {
  /// Adds fields of a grid along further dimensions, `[..., n]`.
  mutating func add(
    _ name: String, _ fields: [[Double]], on grid: EnsembleGrid, along dimensions: [String] = [],
    unit: String, longName: String
  ) {
    addVariable(
      name, dimensions: dimensions + grid.dimensions, numbers: fields.flatMap(grid.filed),
      attributes: ["units": .text(unit), "long_name": .text(longName)])
  }
}

/// The files of captioned figures, with their captions.
func figureFiles(_ figures: [CaptionedFigure]) throws -> [OutputFile] {
  figures.isEmpty
    ? []
    : try figures.flatMap { try $0.content.files(named: $0.name) }
      + [OutputFile.captions(figures.map(\.words))]
}
