import NetCDF

/// The two coordinates of places, the eastward one first: degrees on the sphere, or km on a plane.
struct PlaceAxes: Sendable {
  /// Whether the places are on a plane.
  let isProjected: Bool

  /// The names of the columns of tables, and of members of JSON.
  var columns: [String] { isProjected ? ["x_km", "y_km"] : ["lon", "lat"] }

  /// The names of the columns of printed tables.
  var headings: [String] { isProjected ? ["x km", "y km"] : ["lon °E", "lat °N"] }

  /// The unit of distances between places.
  var unit: String { isProjected ? "km" : "degrees" }

  /// The range of the spacing of a grid, in that unit: about the same on the ground.
  var spacings: ClosedRange<Double> { isProjected ? 1...1000 : 0.01...10 }

  /// The words for that range.
  var allowedSpacings: String {
    "from \(shortNumber(spacings.lowerBound)) to \(shortNumber(spacings.upperBound)) \(unit)"
  }

  /// The reason why there is no GeoJSON, a sentence; nil where the places are in degrees.
  var noGeoJSON: String? {
    isProjected
      ? "no GeoJSON, which needs degrees: the places are on a plane, in km" : nil
  }

  /// A coordinate in NetCDF.
  struct Variable {
    let name, unit, standardName, longName, letter: String

    /// The attributes of a coordinate variable, which is an axis of a grid.
    var attributes: NetCDFAttributes {
      [
        "units": .text(unit), "standard_name": .text(standardName), "long_name": .text(longName),
        "axis": .text(letter),
      ]
    }
  }

  /// The coordinates in NetCDF.
  ///
  /// - Reference: Eaton et al., *CF Conventions 1.8*, §4.1, §4.2 and §5.6.
  var variables: (x: Variable, y: Variable) {
    func variable(
      _ name: String, _ unit: String, _ standardName: String, _ letter: String
    ) -> Variable {
      Variable(
        name: name, unit: unit, standardName: standardName,
        longName: isProjected ? "\(name) coordinate of projection" : standardName, letter: letter)
    }
    return isProjected
      ? (
        variable("x", "km", "projection_x_coordinate", "X"),
        variable("y", "km", "projection_y_coordinate", "Y")
      )
      : (
        variable("lon", "degrees_east", "longitude", "X"),
        variable("lat", "degrees_north", "latitude", "Y")
      )
  }
}

extension StationMaxima {
  /// The coordinates of the stations.
  var axes: PlaceAxes { PlaceAxes(isProjected: isProjected) }
}
