import CNumerics
import Foundation
import LinearAlgebra

/// The optional measures of a filter run, in addition to errors and spreads.
public struct TwinMeasures: OptionSet, Sendable, Codable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The rank of the truth among the members of the forecast.
  public static let ranks = TwinMeasures(rawValue: 1)
  /// The chi-square of innovations, which needs a Cholesky factor of as many rows as observations.
  public static let innovations = TwinMeasures(rawValue: 2)
  /// The continuous ranked probability scores of forecast and analysis, which need a sort of the members at each point.
  public static let scores = TwinMeasures(rawValue: 4)
  /// All optional measures.
  public static let all: TwinMeasures = [.ranks, .innovations, .scores]
}

/// The measurement of one cycle: the filter's forecast and analysis against the truth.
struct TwinMeasurement {
  let step: Int
  let truth, areas: [Double]
  let measures: TwinMeasures
  /// The rank of the truth at each point, if measured.
  private(set) var ranks: [Int] = []
  private var forecast = FieldMeasurement()
  private var observationCount = 0
  private var innovationChiSquare: Double?

  init(step: Int, truth: [Double], areas: [Double], measures: TwinMeasures) {
    (self.step, self.truth, self.areas, self.measures) = (step, truth, areas, measures)
  }

  mutating func takeForecast(
    _ state: FilterState, _ filter: some Filter, _ observations: Observations
  ) throws {
    forecast = try measure(state, filter, stage: "forecast")
    // Members of unequal weights have no ranks.
    if measures.contains(.ranks), let ensemble = state.ensemble, state.weights == nil {
      ranks = Array(repeating: 0, count: truth.count)
      ppl_ensemble_ranks(ensemble.scalars, ensemble.rows, ensemble.columns, truth, &ranks)
    }
    let seen = try observations.distinct(pointCount: truth.count)
    observationCount = seen.count
  }

  /// Measures the innovations of the analysis or, where it returns none, those of the forecast by the filter's covariance.
  mutating func takeInnovations(
    _ found: Innovations?, of forecast: FilterState, _ filter: some Filter,
    _ observations: Observations
  ) throws {
    guard measures.contains(.innovations) else { return }
    let seen = try observations.distinct(pointCount: truth.count)
    let innovations = found ?? Innovations(of: forecast, filter, seen)
    innovationChiSquare = try innovations.chiSquare.map {
      try finite($0, "the chi-square of the innovations", stage: "forecast")
    }
  }

  func takingAnalysis(_ state: FilterState, _ filter: some Filter) throws -> FilterRun.Row {
    let analysis = try measure(state, filter, stage: "analysis")
    return FilterRun.Row(
      step: step, observationCount: observationCount, forecastMSE: forecast.error,
      analysisMSE: analysis.error, forecastVariance: forecast.variance,
      analysisVariance: analysis.variance, innovationChiSquare: innovationChiSquare,
      forecastCRPS: forecast.score, analysisCRPS: analysis.score, iterations: state.iterations)
  }

  private func measure(
    _ state: FilterState, _ filter: some Filter, stage: String
  ) throws -> FieldMeasurement {
    if let (what, value) = state.firstNonFinite {
      throw TwinError.notFinite(stage: stage, what: what, value: AnalysisError.text(value))
    }
    guard state.estimate.count == truth.count else {
      throw AnalysisError.size(
        what: stage, given: state.estimate.count, expected: truth.count)
    }
    var result = FieldMeasurement()
    result.error = try finite(
      meanSquaredError(state.estimate, truth, areas: areas), "the mean squared error", stage: stage)
    let variances = filter.variances(of: state)
    result.variance = try variances.map {
      try finite(mean($0), "the mean variance", stage: stage)
    }
    guard measures.contains(.scores) else { return result }
    if let ensemble = state.ensemble {
      result.score = mean(
        state.weights.map { weights in
          truth.indices.map { point in
            weightedCRPS(
              truth[point], members: (0..<ensemble.rows).map { ensemble[$0, point] }, weights)
          }
        } ?? ensembleScores(ensemble))
    } else if let variances {
      result.score = mean(
        truth.indices.map {
          gaussianCRPS(truth[$0], mean: state.estimate[$0], variance: variances[$0])
        })
    }
    result.score = try result.score.map { try finite($0, "the mean score", stage: stage) }
    return result
  }

  /// Refuses an overflow of finite numbers, such as that of squares from 1e154 on.
  private func finite(
    _ number: Double, _ what: String, stage: String
  ) throws(TwinError) -> Double {
    guard number.isFinite else {
      throw .notFinite(stage: stage, what: what, value: AnalysisError.text(number))
    }
    return number
  }

  /// The continuous ranked probability score of the members at each point, E|X - x| - E|X - X'| / 2 with X one of them.
  private func ensembleScores(_ ensemble: Matrix) -> [Double] {
    var scores = truth
    var work = Array(repeating: 0.0, count: ppl_ensemble_crps_workspace(ensemble.rows))
    ppl_ensemble_crps(
      ensemble.scalars, ensemble.rows, ensemble.columns, truth, &scores, &work)
    return scores
  }

  private func mean(_ field: [Double]) -> Double {
    var (sum, area) = (0.0, 0.0)
    for i in field.indices {
      sum += areas[i] * field[i]
      area += areas[i]
    }
    return sum / area
  }
}

/// Means over the domain.
private struct FieldMeasurement {
  var error = 0.0
  var variance, score: Double?
}

/// The continuous ranked probability score of a normal distribution.
///
///     σ (z (2 Φ(z) - 1) + 2 φ(z) - 1/√π),    z = (x - mean) / σ
///
/// - Reference: Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, section 4.2.
func gaussianCRPS(_ x: Double, mean: Double, variance: Double) -> Double {
  guard variance > 0 else { return abs(x - mean) }
  let deviation = variance.squareRoot()
  let z = (x - mean) / deviation
  let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  return deviation * (z * erf(z / 2.0.squareRoot()) + 2 * density - 1 / Double.pi.squareRoot())
}

/// The continuous ranked probability score of weighted members, in O(N log N).
///
///     sum_k w_k |x_k - x| - sum_{j < k} w_j w_k |x_j - x_k|
///
/// - Reference: Gneiting and Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, eq. (21).
func weightedCRPS(_ x: Double, members: [Double], _ weights: [Double]) -> Double {
  let order = members.indices.sorted { members[$0] < members[$1] }
  // Sums of the weights, and of the weighted members, below the next one.
  var (below, sumBelow, distance, spread) = (0.0, 0.0, 0.0, 0.0)
  for k in order {
    let (member, weight) = (members[k], weights[k])
    distance += weight * abs(member - x)
    spread += weight * (member * below - sumBelow)
    below += weight
    sumBelow += weight * member
  }
  return distance - spread
}
