import Foundation
import Inference
import PPL
import Plugins

extension ExtremesSummary {
  /// The names, coordinates and units of a fit for `posterior.nc`, with the fields, distributions and return levels of each draw.
  func annotations(of fitted: FittedModel<ExtremesCommand<M>>) -> PosteriorAnnotations {
    let data = fitted.dataset.data
    var notes = PosteriorAnnotations()
    notes.coordinates =
      data.stations.coordinates(of: "station", data.axes)
      + [
        .init("year", of: "year", numbers: data.years.map(Double.init), longName: "year"),
        .init(
          "level_year", of: "level_year", numbers: [lastYear, projectionYear].map(Double.init),
          longName: "year of a return level"),
        .init(
          "return_period", of: "return_period", numbers: [Double(Self.returnPeriod)],
          unit: "years", longName: "return period"),
      ]
    for reported in model.parameters + model.fields {
      notes.units[reported.site] = reported.unit
      notes.longNames[reported.site] = reported.name
    }
    for field in model.fields { notes.dimensions[field.site] = ["station"] }
    notes.dimensions["y"] = ["station", "year"]
    notes.units["y"] = unit
    notes.longNames["y"] = fitted.options.minima ? "negative annual minimum" : "annual maximum"
    if model.observations.shape == [data.stations.count, data.years.count], data.blocks == nil {
      let observed = model.observations.scalars
      notes.observed["y"] = zip(data.maxima, observed).map { $0 == nil ? .nan : $1 }
    }
    notes.constants = [
      .init(
        "gmst", ["year"], Tensor(data.covariate), unit: "°C",
        longName: "covariate \(data.record.covariateColumn)")
    ]
    notes.predictions = predicted(data.stations.count)
    return notes
  }

  /// The reported sites of the joint draws, the GEV distributions, and the return levels.
  private func predicted(_ stations: Int) -> [PosteriorAnnotations.Quantity] {
    let shape = [predictions.count, stations]
    let sites = (model.parameters + model.fields).compactMap {
      site -> PosteriorAnnotations.Quantity? in
      guard let values = predictions.find(site.site) else { return nil }
      let dimensions = values.rank == 2 && values.shape[1] == stations ? ["station"] : []
      guard values.rank == dimensions.count + 1 else { return nil }
      return .init(site.site, dimensions, values, unit: site.unit, longName: site.name)
    }
    func both(_ value: (Int) -> Tensor) -> Tensor {
      stack([0, 1].map { value($0).broadcast(to: shape) })
    }
    let inYears = ["level_year", "station"]
    let levels = stack([levelDraws.now, levelDraws.then])
    return sites + [
      .init("location", inYears, both { distributions[$0].location }, unit: unit),
      .init("scale", inYears, both { distributions[$0].scale }, unit: unit),
      .init("shape", inYears, both { distributions[$0].shape }),
      .init(
        "return_level", inYears + ["return_period"], levels.expandingDimension(at: 3), unit: unit,
        longName: "return level"),
    ]
  }
}

/// Two values for each draw, `[D, 2, S]`.
private func stack(_ values: [Tensor]) -> Tensor {
  concatenate(values.map { $0.expandingDimension(at: 1) }, along: 1)
}

extension [StationMaxima.Station] {
  /// The coordinates of a dimension of places: identifier, the two of its axes, and elevation and name where one is known.
  func coordinates(
    of dimension: String, _ axes: PlaceAxes
  ) -> [PosteriorAnnotations.Coordinate] {
    // Named as in tables: "y" is a site of the observed data.
    let (x, y) = axes.variables
    var coordinates: [PosteriorAnnotations.Coordinate] = [
      .init(dimension, of: dimension, texts: map(\.id), longName: "identifier of the place"),
      .init(
        axes.columns[0], of: dimension, numbers: map(\.longitude), unit: x.unit,
        longName: x.longName,
        standardName: x.standardName),
      .init(
        axes.columns[1], of: dimension, numbers: map(\.latitude), unit: y.unit,
        longName: y.longName,
        standardName: y.standardName),
    ]
    if contains(where: { $0.elevation != nil }) {
      coordinates.append(
        .init(
          "elevation", of: dimension, numbers: map { $0.elevation ?? .nan }, unit: "m",
          longName: "elevation above sea level", standardName: "surface_altitude"))
    }
    if contains(where: { $0.name != nil }) {
      coordinates.append(.init("name", of: dimension, texts: map { $0.name ?? "" }))
    }
    return coordinates
  }
}
