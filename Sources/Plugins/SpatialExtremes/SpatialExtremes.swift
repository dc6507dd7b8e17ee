import Plugins

/// Extremes at stations, and how they change over the map.
public struct SpatialExtremes: Plugin {
  public let name = "spatial-extremes"
  public let summary =
    "Extreme values at stations whose distribution varies in space and with global warming."
  public let models: [any FittableModel] = [GEVMultiplicativeCommand()]

  /// The plugin has no settings.
  public init() {}
}
