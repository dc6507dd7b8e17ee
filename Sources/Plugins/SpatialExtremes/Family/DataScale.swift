import Foundation
import Kernels
import PPL

/// The magnitudes of the data, from which default priors are made: so a fit needs no prior in the units of the data.
struct DataScale: Sendable {
  /// The mean of the maxima.
  let mean: Double
  /// The standard deviation of the maxima about the mean of their station, pooled.
  let within: Double
  /// The standard deviation of the means of the stations; `within` for a single station.
  let between: Double
  /// The median distance between stations in the unit of the metric; 1 for a single station.
  let distance: Double
  /// The maxima of each station without those that are missing.
  let maxima: [[Double]]
  private let deviations: [String: Double]

  init(_ data: StationTensors, metric: any Metric) {
    let S = data.stationCount
    mean = data.meanMaximum
    let within = data.spread.within
    // Maxima without any spread would make a prior of width 0.
    self.within = within > 0 ? within : max(abs(mean), 1) * 1e-3
    between = S > 1 ? max(data.spread.between, 0.1 * self.within) : self.within
    let T = data.maxima.shape[1]
    let values = data.maxima.scalars
    maxima = (0..<S).map { values[($0 * T)..<(($0 + 1) * T)].filter { !$0.isNaN } }
    let distances = metric.distances(data.coordinates, data.coordinates).scalars
    let pairs = distances.enumerated().filter { $0.offset / S < $0.offset % S }.map(\.element)
    distance = medianValue(pairs).flatMap { $0 > 0 ? $0 : nil } ?? 1
    var deviations: [String: Double] = [:]
    for name in data.covariates.names + [Covariates.year] {
      let column =
        data.covariates.hasTime(name)
        ? data.covariates.ofTime(name) : data.covariates.ofPlace(name)
      deviations[name] = standardDeviation(column.scalars)
    }
    self.deviations = deviations
  }

  /// The standard deviation of a covariate, 1 where it does not vary.
  func deviation(of covariate: String) -> Double {
    deviations[covariate].flatMap { $0 > 0 ? $0 : nil } ?? 1
  }
}
