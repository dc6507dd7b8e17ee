// TwinBenchmarks: filters in twin experiments of the literature, beside their published errors.
//
// What to read first:
//
// - `PublishedError.swift`: the published errors, each with its twin experiment and its filter.
// - `TwinCommand.swift`: `ppl run twin-benchmarks`; `TwinReport.swift`: its table and its files.

import Plugins

/// The plugin of filters in twin experiments.
public struct TwinBenchmarks: Plugin {
  public let name = "twin-experiments"
  public let summary = "Ensemble filters on the test beds of the literature."
  /// The models of the plugin: none.
  public let models: [any FittableModel] = []
  /// The experiments of the plugin.
  public let experiments: [any Experiment] = [TwinCommand()]

  /// The plugin, which has no settings.
  public init() {}
}
