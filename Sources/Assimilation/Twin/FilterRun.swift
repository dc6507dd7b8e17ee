/// The record of a filter in a twin experiment, analysis by analysis, with means over time.
public struct FilterRun: Sendable, Codable, Equatable {
  /// The measurements of one analysis time. Errors, variances and scores are means over the domain, weighted by areas.
  public struct Row: Sendable, Codable, Equatable {
    /// The model step of the analysis.
    public let step: Int
    /// The number of observed points.
    public let observationCount: Int
    /// Mean squared errors of the estimate, in squared units of the state.
    public let forecastMSE, analysisMSE: Double
    /// The mean error variances by the filter, `Filter.variances(of:)`; those of an ensemble are taken before the inflation of
    /// an analysis. Nil if the state has none.
    public let forecastVariance, analysisVariance: Double?
    /// The chi-square dᵀ (H B Hᵀ + R)⁻¹ d of the innovations d, with the B of the analysis; its mean is `observationCount` if B
    /// is correct. Nil if it was not measured.
    public let innovationChiSquare: Double?
    /// Continuous ranked probability scores of the ensemble, or of the normal distribution with the filter's variances, in
    /// units of the state; nil if they were not measured.
    ///
    /// - Reference: Hersbach (2000), *Decomposition of the continuous ranked probability score for ensemble prediction
    ///   systems*; Gneiting and Raftery (2007) for normal distributions.
    public let forecastCRPS, analysisCRPS: Double?
    /// The iterations of the analysis; nil for an analysis without iterations.
    public let iterations: FilterState.Iterations?
    /// The mean squared error of the smoothed estimate, after the last of the later analyses that change it; nil for a filter,
    /// and at the end of a run.
    public internal(set) var smoothedMSE: Double?

    /// The keys in stored runs, which differ from the names of the properties.
    enum CodingKeys: String, CodingKey {
      case step, observationCount, forecastVariance, analysisVariance, innovationChiSquare
      case iterations, smoothedMSE
      case forecastMSE = "forecastError"
      case analysisMSE = "analysisError"
      case forecastCRPS = "forecastScore"
      case analysisCRPS = "analysisScore"
    }
  }

  /// The place and reason of a failure that ended a run early.
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
  /// The rank histogram: the frequency of each rank of the truth among the N members of the forecast, `[N + 1]`, from below all
  /// to above all, over all points and counted times; empty without an ensemble. It is flat if the truth is distributed as the
  /// members.
  ///
  /// - Reference: Hamill (2001), *Interpretation of rank histograms for verifying ensemble forecasts*.
  public private(set) var rankCounts: [Int] = []
  /// The failure that ended the run; nil for a complete run.
  public internal(set) var failure: Failure?

  init(filter: String, burnIn: Int) { (self.filter, self.burnIn) = (filter, burnIn) }

  mutating func append(_ row: Row, ranks: [Int], members: Int?) {
    rows.append(row)
    guard let members, !ranks.isEmpty, rows.count > burnIn else { return }
    if rankCounts.isEmpty { rankCounts = Array(repeating: 0, count: members + 1) }
    for rank in ranks { rankCounts[rank] += 1 }
  }

  mutating func record(smoothedMSE: Double, at index: Int) { rows[index].smoothedMSE = smoothedMSE }

  /// The number of analyses whose iterations did not converge, burn-in included.
  public var unconvergedCount: Int { rows.count { $0.iterations?.isConverged == false } }

  /// The rows that count in means.
  public var counted: ArraySlice<Row> { rows.dropFirst(burnIn) }

  /// The root mean squared error of analyses over the domain, averaged over time: `rmse.a` of DAPPER.
  public var analysisRMSE: TimeMean? { mean { $0.analysisMSE.squareRoot() } }
  /// The root mean squared error of forecasts over the domain, averaged over time: `rmse.f` of DAPPER.
  public var forecastRMSE: TimeMean? { mean { $0.forecastMSE.squareRoot() } }
  /// The root mean squared error of smoothed states over the domain, averaged over time: `rmse.s` of DAPPER; nil for a filter.
  public var smoothedRMSE: TimeMean? { mean { $0.smoothedMSE?.squareRoot() } }

  /// The spread of analyses: the root of the mean variance over the domain, averaged over time (`rmv.a` of DAPPER), for
  /// comparison with `analysisRMSE`; nil without variances.
  public var analysisSpread: TimeMean? { mean { $0.analysisVariance?.squareRoot() } }
  /// The spread of forecasts, averaged over time: `rmv.f` of DAPPER; for a `ControlFilter` that before inflation.
  public var forecastSpread: TimeMean? { mean { $0.forecastVariance?.squareRoot() } }

  /// The chi-square of innovations per observation, averaged over time; 1 if B is correct.
  public var innovationRatio: TimeMean? {
    mean { row in
      row.observationCount == 0
        ? nil : row.innovationChiSquare.map { $0 / Double(row.observationCount) }
    }
  }

  /// The continuous ranked probability score of analyses, averaged over time.
  public var analysisCRPS: TimeMean? { mean(\.analysisCRPS) }
  /// The continuous ranked probability score of forecasts, averaged over time.
  public var forecastCRPS: TimeMean? { mean(\.forecastCRPS) }

  /// The mean of a number of each row over the counted times; nil if no row has the number.
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
