import PPL

/// The names, coordinates and units that a model adds to `posterior.nc`, and quantities that it computes from the draws.
public struct PosteriorAnnotations: Sendable {
  /// The names of the axes of a site without those of the draws, by site; plates and numbered axes by default.
  public var dimensions: [String: [String]] = [:]
  /// The coordinates of dimensions.
  public var coordinates: [Coordinate] = []
  /// The units of sites, by site, beyond those of the problem.
  public var units: [String: String] = [:]
  /// The names of sites in words, by site.
  public var longNames: [String: String] = [:]
  /// The data of an observed site with NaN where they are missing, by site.
  public var observed: [String: [Double]] = [:]
  /// The data that the model takes as given.
  public var constants: [Quantity] = []
  /// Draws of computed quantities, `[D]` + their dimensions: group `predictions`.
  public var predictions: [Quantity] = []

  /// Annotations without any name.
  public init() {}

  /// A coordinate of a dimension: texts or numbers along it.
  public struct Coordinate: Sendable {
    /// The name; that of the dimension for the one by which elements are selected.
    let name: String
    /// The dimension that it belongs to.
    let dimension: String
    /// The values as numbers, or as texts.
    let numbers: [Double]?
    let texts: [String]
    /// The unit and the names in words; `standardName` is one of the CF conventions.
    let unit, longName, standardName: String?

    /// A coordinate of numbers.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - dimension: The dimension.
    ///   - numbers: The values.
    ///   - unit: The unit.
    ///   - longName: The name in words.
    ///   - standardName: The name in the CF conventions.
    public init(
      _ name: String, of dimension: String, numbers: [Double], unit: String? = nil,
      longName: String? = nil, standardName: String? = nil
    ) {
      (self.name, self.dimension, self.numbers, texts) = (name, dimension, numbers, [])
      (self.unit, self.longName, self.standardName) = (unit, longName, standardName)
    }

    /// A coordinate of texts.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - dimension: The dimension.
    ///   - texts: The values.
    ///   - longName: The name in words.
    public init(_ name: String, of dimension: String, texts: [String], longName: String? = nil) {
      (self.name, self.dimension, numbers, self.texts) = (name, dimension, nil, texts)
      (unit, self.longName, standardName) = (nil, longName, nil)
    }

    var count: Int { numbers?.count ?? texts.count }
  }

  /// Numbers with their dimensions, unit and name in words.
  public struct Quantity: Sendable {
    let name: String
    let dimensions: [String]
    let values: Tensor
    let unit, longName: String?

    /// Numbers with their dimensions.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - dimensions: The names of the dimensions, without that of the draws.
    ///   - values: The values.
    ///   - unit: The unit.
    ///   - longName: The name in words.
    public init(
      _ name: String, _ dimensions: [String], _ values: Tensor, unit: String? = nil,
      longName: String? = nil
    ) {
      (self.name, self.dimensions, self.values) = (name, dimensions, values)
      (self.unit, self.longName) = (unit, longName)
    }
  }
}
