import Plugins

/// The plugin of the locally stationary convolutional ensemble filter.
public struct LSEFPlugin: Plugin {
  public let name = "lsef"
  public let summary = "The locally stationary convolutional ensemble filter."
  public var models: [any FittableModel] { [] }
  public var experiments: [any Experiment] { [StaticExperiment()] }

  /// The plugin; it has no settings.
  public init() {}
}
