import ArgumentParser

/// A threshold: a number in the unit of the values, or a quantile of the values of each station.
public enum ThresholdChoice: Sendable, Equatable, ExpressibleByArgument {
  /// A number, the same for all stations.
  case number(Double)
  /// The quantile of this probability at each station.
  case quantile(Double)

  /// The choice of `30` or `98%`.
  public init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), percent > 0, percent < 100 else {
        return nil
      }
      self = .quantile(percent / 100)
    } else {
      guard let number = Double(argument), number.isFinite else { return nil }
      self = .number(number)
    }
  }
}

/// The values that are read beyond the maxima.
public enum BlockReading: Sendable, Equatable {
  /// The r largest values of each year, from `maxima.csv`.
  case largest(Int)
  /// The exceedances of a threshold, or the peaks of their clusters, from `values.csv`.
  case exceedances(ThresholdChoice, runLength: Int?)

  /// The name of the table.
  var file: String {
    switch self {
    case .largest: "maxima.csv"
    case .exceedances: "values.csv"
    }
  }
}
