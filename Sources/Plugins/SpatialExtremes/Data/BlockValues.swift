import PPL
import Plugins

/// The values of each station-year beyond its maximum: its r largest ones, or its exceedances of a threshold.
public struct BlockValues: Sendable, Equatable {
  /// The values of each station-year, row-major `[S, T]`; the r largest are in descending order.
  public var values: [[Double]]
  /// The observed time of each station-year in years, row-major `[S, T]`.
  public var coverage: [Double]
  /// The threshold of each station; none for the largest values.
  public var thresholds: [Double] = []

  /// The number of places for the values of a station-year.
  var capacity: Int { max(values.map(\.count).max() ?? 0, 1) }

  private var years: Int { values.count / max(thresholds.count, 1) }

  /// The thresholds as a column that broadcasts over years, `[S, 1]`.
  var thresholdColumn: Tensor { Tensor(thresholds, shape: [thresholds.count, 1]) }

  /// The number of exceedances a year of each station.
  var rates: [Double] {
    thresholds.indices.map { station in
      let row = (station * years)..<((station + 1) * years)
      let count = values[row].reduce(0) { $0 + $1.count }
      return Double(count) / coverage[row].reduce(0, +)
    }
  }

  /// The values, `[S, T, capacity]`, with a number of the station-year in the places that are left.
  func padded(_ shape: [Int], with filler: ([Double]) -> Double) -> Tensor {
    let all = values.flatMap { values in
      values + Array(repeating: filler(values), count: capacity - values.count)
    }
    return Tensor(all, shape: shape + [capacity])
  }

  /// The exceedances, `[S, T, capacity]`, with the threshold of the station in the places that are left.
  func exceedances(_ shape: [Int]) -> Tensor {
    let all = values.enumerated().flatMap { cell, values in
      values + Array(repeating: thresholds[cell / shape[1]], count: capacity - values.count)
    }
    return Tensor(all, shape: shape + [capacity])
  }

  /// The mask of the values that are there, `[S, T, capacity]`.
  func present(_ shape: [Int]) -> Tensor {
    let all = values.flatMap { values in
      (0..<capacity).map { $0 < values.count ? 1.0 : 0.0 }
    }
    return Tensor(all, shape: shape + [capacity])
  }

  /// The values as text, by which a fit recognizes its data.
  var text: String {
    "\(thresholds)\n\(coverage)\n" + values.map { "\($0)" }.joined(separator: "\n")
  }
}

/// The error of several values of a year where only maxima have a meaning: for minima, or for simulated panels.
struct BlocksOfMinima: PluginError, Equatable {
  /// Whether panels are simulated.
  var isCalibration = false

  var description: String {
    isCalibration
      ? "ppl calibrate simulates maxima; leave out --largest and --threshold."
      : "--minima is of minima alone; turn the sign of the values in the table instead, or leave out --largest and --threshold."
  }
}
