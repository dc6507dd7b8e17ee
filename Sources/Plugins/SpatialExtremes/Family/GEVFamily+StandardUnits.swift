import Distributions
import PPL

/// A distribution of observations that is right in standard units.
protocol StandardUnitObservations: ObservedDistribution {
  /// The distribution of values in standard units, whose site `y` has the unit of the record.
  func inStandardUnits(_ units: StandardUnits) -> Self
}

extension StandardUnitObservations {
  func inStandardUnits(_ units: StandardUnits) -> Self { self }
}

/// The data of a family in standard units, for the terms of each parameter.
struct StandardData: Sendable {
  let units: StandardUnits
  private let parameters: [GEVParameter: StationTensors]

  /// The data in standard units.
  ///
  /// - Parameters:
  ///   - data: The data in the unit of the record.
  ///   - units: The standard units.
  ///   - isDispersion: Whether the scale is relative to the location.
  init(_ data: StationTensors, _ units: StandardUnits, isDispersion: Bool) {
    self.units = units
    let standard = data.observing(units.standard(data.maxima))
    let pairs = GEVParameter.allCases.map { parameter in
      var own = standard
      // A shape is the same in all units.
      own.units =
        parameter == .shape
        ? nil
        : TermUnits(
          maxima: units, hasUnit: parameter == .location,
          isLogarithm: parameter == .logScale && !isDispersion)
      return (parameter, own)
    }
    parameters = Dictionary(pairs) { $1 }
  }

  /// The data for the terms of a parameter.
  subscript(parameter: GEVParameter) -> StationTensors? { parameters[parameter] }
}

extension GEVFamily {
  /// The parameter of a term, by its number among all terms.
  private func parameter(ofTerm index: Int) -> GEVParameter {
    if index < location.count { return .location }
    return index < location.count + logScale.count ? .logScale : .shape
  }

  /// The data that a term is given by the model, in standard units where the likelihood has these.
  func data(ofTerm index: Int) -> StationTensors {
    standard?[parameter(ofTerm: index)] ?? data
  }

  /// The distribution of observations in the units of the model; nil for one that does not know standard units.
  var observedInStandardUnits: (any StandardUnitObservations)? {
    guard let standard else { return nil }
    return (observed as? any StandardUnitObservations)?.inStandardUnits(standard.units)
  }

  /// The distribution of maxima with some parameters; both in standard units, or in the unit of the record without them.
  func maximum(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, stationAxis: Int,
    in units: StandardUnits?
  ) -> GEV {
    guard let units else {
      return observed.maximum(location, scale, shape, stationAxis: stationAxis)
    }
    if let own = observedInStandardUnits {
      return own.maximum(location, scale, shape, stationAxis: stationAxis)
    }
    let (deviation, mean) = (Tensor(units.deviation), Tensor(units.mean))
    let gev = observed.maximum(
      units.recorded(location), deviation * scale, shape, stationAxis: stationAxis)
    return GEV((gev.location - mean) / deviation, gev.scale / deviation, gev.shape)
  }

  /// The distributions of maxima in the unit of the record.
  func recorded(_ gev: GEV) -> GEV {
    guard let units = standard?.units else { return gev }
    return GEV(
      units.recorded(gev.location), Tensor(units.deviation) * gev.scale, gev.shape)
  }

  /// Samples the site `y` of maxima whose distributions are in the units of the model.
  func sampleObservations(_ p: inout Context, _ gev: GEV) -> Tensor {
    guard let standard, let own = observedInStandardUnits else {
      return observed.sample(&p, recorded(gev), data)
    }
    return own.sample(&p, gev, standard[.location] ?? data)
  }
}
