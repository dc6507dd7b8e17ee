import Plugins

/// The plugin of spatial models of annual maxima at stations, which change with global warming.
public struct SpatialExtremes: Plugin {
  public let name = "spatial-extremes"
  public let summary =
    "Extreme values at stations whose distribution varies in space and with global warming."
  public let models: [any FittableModel] = [
    ExtremesCommand<GEVMultiplicative>(), ExtremesCommand<GEVAdditive>(),
    ExtremesCommand<GEVNonstationary>(), ExtremesCommand<GEVCopula>(),
  ]

  /// The plugin, which has no settings.
  public init() {}
}
