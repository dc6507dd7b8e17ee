import Plugins
import SpainSynthetic
import Tables

/// The maxima that a model of extremes is fitted to, with the truth of the embedded example.
public struct ExtremesDataset: Sendable {
  /// The maxima with their stations, years and covariate.
  public private(set) var data: StationMaxima
  /// The true parameters of the embedded example; nil for other data.
  var truth: SyntheticTruth?
  /// Whether the model has a Gaussian copula over the stations of a year.
  var hasCopula = false

  /// The data as models use them, with fields whose parameterization suits them; those of the embedded example are whitened,
  /// as published.
  public var tensors: StationTensors {
    var tensors = StationTensors(data, fields: truth == nil ? .automatic : .whitened)
    tensors.hasCopula = hasCopula
    return tensors
  }
}

extension ExtremesDataset {
  /// The negatives of the maxima, whose maxima are those of minima.
  var negated: ExtremesDataset {
    var negated = self
    negated.data.maxima = data.maxima.map { $0.map { -$0 } }
    negated.truth = nil
    return negated
  }

  /// The same data with some maxima missing, for a model that is the same in all else.
  ///
  /// - Parameter observations: The numbers of the maxima among those that are not missing.
  func leavingOut(_ observations: Set<Int>) -> ExtremesDataset {
    var reduced = self
    reduced.data = data.leavingOut(observations)
    return reduced
  }

  /// The data of a folder, checked, or the embedded example.
  ///
  /// - Parameter allowed: The checks whose findings are not shown.
  /// - Throws: As `StationMaxima.init(folder:options:)`; `UnsoundData` for data with findings that forbid a fit.
  init(_ source: DataSource, _ options: ReadingOptions, allowing allowed: Set<DataCheck>) throws {
    if !source.paths.isEmpty {
      var data = try StationMaxima(paths: source.paths, options: options)
      try data.record.requireSound(allowing: allowed, warn: source.warn)
      self.init(data: data)
      return
    }
    let data = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"), options: options)
    self.init(data: data, truth: try SyntheticTruth(years: data.years))
  }
}
