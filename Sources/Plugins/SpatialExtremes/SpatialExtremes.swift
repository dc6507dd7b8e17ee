// SpatialExtremes: models of annual maxima at stations, whose distribution varies in space and with global warming.
//
// What to read first:
//
// - `Family/ExtremesModel.swift`: what a model of extremes states; `Family/GEVFamily.swift`: models that are sums of terms;
//   `Models/GEVAdditive.swift` is one to copy.
// - `Data/StationMaxima.swift`: maxima at stations with the warming of each year; `Data/Checks` examines them.
// - `Results/ExtremesCommand.swift`: what all models share, from the data to the report; `Figures/ExtremesFigures.swift`:
//   its figures; `Map/BaseMap.swift`: their coastlines.

import Plugins

/// The plugin of spatial models of annual maxima at stations, which change with global warming.
public struct SpatialExtremes: Plugin {
  public let name = "spatial-extremes"
  public let summary =
    "Extreme values at stations whose distribution varies in space and with global warming."
  public let models: [any FittableModel] = [
    ExtremesCommand<GEVMultiplicative>(), ExtremesCommand<GEVAdditive>(),
    ExtremesCommand<GEVNonstationary>(), ExtremesCommand<GEVCopula>(),
    ExtremesCommand<GEVByFormula>(), ExtremesCommand<GEVStation>(),
    ExtremesCommand<GEVCoregionalised>(), LogNormalCommand(),
  ]
  public let experiments: [any Experiment] = [CoverageCommand()]

  /// The plugin, which has no settings.
  public init() {}
}
