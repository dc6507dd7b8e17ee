/// What a filter did in a twin experiment, analysis by analysis, and the means over time.
public struct FilterRun: Sendable, Codable, Equatable {
  /// One analysis time. Errors, variances and scores are means over the domain, weighted by areas.
  public struct Row: Sendable, Codable, Equatable {
    /// The model step.
    public let step: Int
    /// How many points were observed.
    public let observationCount: Int
    /// Squared errors of the estimate.
    public let forecastError, analysisError: Double
    /// What the filter's state says of them, `Filter.variances(of:)`: for an ensemble its variance as carried forward, without
    /// what an analysis does to it first; nil if it says nothing.
    public let forecastVariance, analysisVariance: Double?
    /// dᵀ (H B Hᵀ + R)⁻¹ d of the innovations d, with the B of the analysis; in a filter whose B is right, of
    /// mean `observationCount`.
    public let innovationChiSquare: Double?
    /// Continuous ranked probability scores, of the ensemble or of the normal law with the filter's variances.
    ///
    /// - Reference: Hersbach (2000), *Decomposition of the continuous ranked probability score for ensemble prediction
    ///   systems*; Gneiting and Raftery (2007) for normal laws.
    public let forecastScore, analysisScore: Double?
  }

  /// Where and why a run ended before its time.
  public struct Failure: Sendable, Codable, Equatable, CustomStringConvertible {
    /// Which analysis failed, from 1.
    public let cycle: Int
    /// The model step of that analysis; for a checkpoint of another run, that of its state.
    public let step: Int
    /// What went wrong.
    public let reason: String

    public var description: String { "failed in cycle \(cycle), step \(step): \(reason)" }
  }

  /// The filter's name.
  public let filter: String
  /// How many analyses at the start do not count in means.
  public let burnIn: Int
  /// What was measured, analysis by analysis.
  public private(set) var rows: [Row] = []
  /// How often the truth had each rank among the members of the forecast, from below all to above all, over the points and
  /// the times that count; empty without an ensemble. A truth like the members has all ranks equally often.
  ///
  /// - Reference: Hamill (2001), *Interpretation of rank histograms for verifying ensemble forecasts*.
  public private(set) var rankCounts: [Int] = []
  /// Nil for a run that went well.
  public internal(set) var failure: Failure?

  init(filter: String, burnIn: Int) { (self.filter, self.burnIn) = (filter, burnIn) }

  mutating func append(_ row: Row, ranks: [Int], members: Int?) {
    rows.append(row)
    guard let members, !ranks.isEmpty, rows.count > burnIn else { return }
    if rankCounts.isEmpty { rankCounts = Array(repeating: 0, count: members + 1) }
    for rank in ranks { rankCounts[rank] += 1 }
  }

  /// The analyses that count.
  public var counted: ArraySlice<Row> { rows.dropFirst(burnIn) }

  /// The mean over time of the root of the mean squared error over the domain: `rmse.a` of DAPPER.
  public var analysisRMSE: TimeMean? { mean { $0.analysisError.squareRoot() } }
  /// The same of forecasts.
  public var forecastRMSE: TimeMean? { mean { $0.forecastError.squareRoot() } }

  /// The root of the mean squared error over domain and time, which is never less than the mean over time of roots.
  ///
  /// - Reference: `lsef.md` 10.7.
  public var overallAnalysisRMSE: TimeMean? { mean { $0.analysisError }?.squareRoot }
  /// The same of forecasts.
  public var overallForecastRMSE: TimeMean? { mean { $0.forecastError }?.squareRoot }

  /// The mean over time of the root of the mean variance over the domain, `Row.analysisVariance`, beside `analysisRMSE`; nil if
  /// there is none.
  public var analysisSpread: TimeMean? { mean { $0.analysisVariance?.squareRoot() } }
  /// The same of forecasts. For a `ControlFilter` it is the spread before inflation.
  public var forecastSpread: TimeMean? { mean { $0.forecastVariance?.squareRoot() } }

  /// The root of the mean variance over domain and time, beside `overallAnalysisRMSE`, of the same variances.
  public var overallAnalysisSpread: TimeMean? { mean { $0.analysisVariance }?.squareRoot }
  /// The same of forecasts.
  public var overallForecastSpread: TimeMean? { mean { $0.forecastVariance }?.squareRoot }

  /// The mean over time of the innovations' chi-square for each observation; 1 in a filter whose B is right.
  public var innovationRatio: TimeMean? {
    mean { row in
      row.observationCount == 0
        ? nil : row.innovationChiSquare.map { $0 / Double(row.observationCount) }
    }
  }

  /// The mean over time of the continuous ranked probability score.
  public var analysisScore: TimeMean? { mean(\.analysisScore) }
  /// The same of forecasts.
  public var forecastScore: TimeMean? { mean(\.forecastScore) }

  /// The mean over the times that count of a number of each row; nil if no row has it.
  public func mean(_ number: (Row) -> Double?) -> TimeMean? {
    TimeMean(counted.compactMap(number))
  }
}

/// A run of a filter on its way, to be stored and resumed.
public struct TwinCheckpoint: Sendable, Codable, Equatable {
  /// The filter's state after its last analysis.
  public internal(set) var state: FilterState
  /// What was measured so far.
  public internal(set) var run: FilterRun
  let measures: TwinMeasures
  let interval: Int
  let bound: Double?
  /// The words of the key of all cycles.
  let key: [Double]
}
