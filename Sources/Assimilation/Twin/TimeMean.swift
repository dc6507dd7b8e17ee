/// The mean of a series that is correlated in time, with its standard error.
///
///     error² = variance τ / count,    τ = 1 + 2 sum_{k = 1}^{M} ρ_k
///
/// ρ_k are the autocorrelations and τ the integrated autocorrelation time; M is the least number with M >= 5 τ(M) / 2, a
/// compromise between the bias and the noise of τ.
///
/// - Reference: Sokal (1997), *Monte Carlo methods in statistical mechanics: foundations and new algorithms*, section 3, whose
///   τ_int is half of this τ and whose window has c = 5.
public struct TimeMean: Sendable, Codable, Equatable {
  /// The mean of the series.
  public let value: Double
  /// The standard error of the mean; nil for fewer than four numbers. Estimates from fewer than about 20 τ numbers are too small.
  public private(set) var standardError: Double?
  /// The integrated autocorrelation time τ, in numbers of the series; 1 if they are uncorrelated.
  public private(set) var correlationTime: Double
  /// The length of the series.
  public let count: Int
}

extension TimeMean {
  /// The mean of a series, in the order of time; nil for no numbers.
  ///
  /// - Complexity: O(count τ).
  public init?(_ series: [Double]) {
    guard !series.isEmpty else { return nil }
    let count = Double(series.count)
    let mean = series.reduce(0, +) / count
    self.init(value: mean, standardError: nil, correlationTime: 1, count: series.count)
    guard series.count >= 4 else { return }
    let deviations = series.map { $0 - mean }
    let variance = Self.autocovariance(deviations, 0)
    guard variance > 0 else {
      if variance == 0 { standardError = 0 }
      return
    }
    var time = 1.0
    for lag in 1..<series.count {
      time += 2 * Self.autocovariance(deviations, lag) / variance
      if Double(lag) >= 2.5 * time { break }
    }
    // Anticorrelated series can come out at or below 0 by their noise.
    correlationTime = max(time, 1 / count)
    standardError = (variance * correlationTime / (count - 1)).squareRoot()
  }

  /// The root of the mean, with its error to first order: `run.mean(\.analysisMSE)?.squareRoot` is the root mean squared
  /// error over domain and time.
  public var squareRoot: TimeMean {
    let root = value.squareRoot()
    return TimeMean(
      value: root, standardError: root > 0 ? standardError.map { $0 / (2 * root) } : standardError,
      correlationTime: correlationTime, count: count)
  }

  private static func autocovariance(_ deviations: [Double], _ lag: Int) -> Double {
    var sum = 0.0
    for k in lag..<deviations.count { sum += deviations[k] * deviations[k - lag] }
    return sum / Double(deviations.count)
  }
}
