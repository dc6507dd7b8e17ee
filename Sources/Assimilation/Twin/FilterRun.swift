/// The record of a filter in a twin experiment, analysis by analysis, with means over time.
public struct FilterRun: Sendable, Codable, Equatable {
  /// One analysis time. Errors, variances and scores are means over the domain, weighted by areas.
  public struct Row: Sendable, Codable, Equatable {
    /// The model step of the analysis.
    public let step: Int
    /// The number of observed points.
    public let observationCount: Int
    /// Mean squared errors of the estimate, in squared units of the state.
    public let forecastMSE, analysisMSE: Double
    /// The mean squared errors that the filter's state expects, `Filter.variances(of:)`: for an ensemble its variance as
    /// carried forward, before the inflation of an analysis; nil if the state has none.
    public let forecastVariance, analysisVariance: Double?
    /// The chi-square dᵀ (H B Hᵀ + R)⁻¹ d of the innovations d, with the B of the analysis; in a filter whose B is right, of
    /// mean `observationCount`. Nil if it was not measured.
    public let innovationChiSquare: Double?
    /// Continuous ranked probability scores of the ensemble, or of the normal distribution with the filter's variances, in
    /// units of the state; nil if they were not measured.
    ///
    /// - Reference: Hersbach (2000), *Decomposition of the continuous ranked probability score for ensemble prediction
    ///   systems*; Gneiting and Raftery (2007) for normal distributions.
    public let forecastCRPS, analysisCRPS: Double?

    /// The keys of stored runs, which are older than the names of the properties.
    enum CodingKeys: String, CodingKey {
      case step, observationCount, forecastVariance, analysisVariance, innovationChiSquare
      case forecastMSE = "forecastError"
      case analysisMSE = "analysisError"
      case forecastCRPS = "forecastScore"
      case analysisCRPS = "analysisScore"
    }
  }

  /// The place and reason of a failure that ended a run before its time.
  public struct Failure: Sendable, Codable, Equatable, CustomStringConvertible {
    /// The number of the analysis that failed, from 1.
    public let cycle: Int
    /// The model step of that analysis; for a checkpoint of another run, that of its state.
    public let step: Int
    /// The description of the error.
    public let reason: String

    public var description: String { "failed in cycle \(cycle), step \(step): \(reason)" }
  }

  /// The name of the filter.
  public let filter: String
  /// The number of analyses at the start that do not count in means.
  public let burnIn: Int
  /// The measurements, one row an analysis.
  public private(set) var rows: [Row] = []
  /// The rank histogram: how often the truth had each rank among the N members of the forecast, `[N + 1]`, from below all to
  /// above all, over the points and the times that count; empty without an ensemble. A truth like the members has all ranks
  /// equally often.
  ///
  /// - Reference: Hamill (2001), *Interpretation of rank histograms for verifying ensemble forecasts*.
  public private(set) var rankCounts: [Int] = []
  /// The failure that ended the run; nil for a run that came to its end.
  public internal(set) var failure: Failure?

  init(filter: String, burnIn: Int) { (self.filter, self.burnIn) = (filter, burnIn) }

  mutating func append(_ row: Row, ranks: [Int], members: Int?) {
    rows.append(row)
    guard let members, !ranks.isEmpty, rows.count > burnIn else { return }
    if rankCounts.isEmpty { rankCounts = Array(repeating: 0, count: members + 1) }
    for rank in ranks { rankCounts[rank] += 1 }
  }

  /// The rows that count in means.
  public var counted: ArraySlice<Row> { rows.dropFirst(burnIn) }

  /// The mean over time of the root of the mean squared error over the domain: `rmse.a` of DAPPER.
  public var analysisRMSE: TimeMean? { mean { $0.analysisMSE.squareRoot() } }
  /// The same of forecasts.
  public var forecastRMSE: TimeMean? { mean { $0.forecastMSE.squareRoot() } }

  /// The root of the mean squared error over domain and time, which is never less than the mean over time of roots.
  ///
  /// - Reference: `lsef.md` 10.7.
  public var overallAnalysisRMSE: TimeMean? { mean { $0.analysisMSE }?.squareRoot }
  /// The same of forecasts.
  public var overallForecastRMSE: TimeMean? { mean { $0.forecastMSE }?.squareRoot }

  /// The mean over time of the root of the mean variance over the domain, `Row.analysisVariance`, to be compared with
  /// `analysisRMSE`; nil without variances.
  public var analysisSpread: TimeMean? { mean { $0.analysisVariance?.squareRoot() } }
  /// The same of forecasts; for a `ControlFilter` the spread before inflation.
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
  public var analysisCRPS: TimeMean? { mean(\.analysisCRPS) }
  /// The same of forecasts.
  public var forecastCRPS: TimeMean? { mean(\.forecastCRPS) }

  /// The mean over the counted times of a number of each row; nil if no row has the number.
  public func mean(_ number: (Row) -> Double?) -> TimeMean? {
    TimeMean(counted.compactMap(number))
  }
}

/// The checkpoint of a run of a filter, to be stored and resumed.
public struct TwinCheckpoint: Sendable, Codable, Equatable {
  /// The state of the filter after its last analysis.
  public internal(set) var state: FilterState
  /// The run up to that analysis.
  public internal(set) var run: FilterRun
  let measures: TwinMeasures
  let interval: Int
  let bound: Double?
  /// The words of the key of all cycles.
  let key: [Double]
}
