import Assimilation
import Foundation
import PPL
import Plugins
import Runs
import Tables

/// The results of all filters on a model at one ensemble size.
struct ModelPoint: Sendable, Encodable {
  let members: Int
  let rounds: [ModelTraining.Result.Round]
  let weights: ScaleWeightNumbers
  let deviance: HybridLikelihood.Comparison?
  let filters: [ModelFilterResult]

  /// The learned weights of the hybrid.
  struct ScaleWeightNumbers: Sendable, Encodable {
    let level, slope, contrast, factor: Double
  }

  init(
    _ members: Int, _ trained: ModelTraining.Result, _ outcomes: [ModelStudy.SchemeOutcome],
    key: RandomKey
  ) throws {
    (self.members, rounds, deviance) = (members, trained.rounds, trained.deviance)
    weights = .init(
      level: trained.weights.level, slope: trained.weights.slope,
      contrast: trained.weights.contrast, factor: trained.factor)
    let reference = outcomes.first { $0.scheme == .letkf }?.worlds ?? []
    filters = try outcomes.map { try ModelFilterResult($0, reference: reference, key: key) }
  }

  enum CodingKeys: String, CodingKey { case members, rounds, weights, deviance, filters }
}

/// The result of a filter over all worlds.
struct ModelFilterResult: Sendable, Encodable {
  let filter: String
  let settings: ModelScheme.Settings?
  /// The root mean squared error of analyses averaged over time: the mean over worlds with its standard error, and the median;
  /// and the spread. Nil if the filter lost the truth in a world.
  let rmse, rmseError, median, spread: Double?
  /// The excess over the LETKF, with its interval from 5 % to 95 % by resampling worlds.
  let score, low, high: Double?
  /// The number of worlds in which it lost the truth, and the error of the first.
  let failures: Int
  let failure: String?

  enum CodingKeys: String, CodingKey {
    case filter, settings, rmse, median, spread, score, low, high, failures, failure
    case rmseError = "rmse_error"
  }

  init(
    _ outcome: ModelStudy.SchemeOutcome, reference: [ModelStudy.Outcome], key: RandomKey
  ) throws {
    filter = outcome.scheme.rawValue
    settings = outcome.settings
    let failed = outcome.worlds.compactMap(\.failure)
    (failures, failure) = (failed.count, failed.first)
    let errors = failed.isEmpty ? outcome.worlds.compactMap(\.rmse) : []
    let optimum = reference.compactMap(\.rmse)
    let count = Double(errors.count)
    let mean = errors.reduce(0, +) / count
    rmse = errors.isEmpty ? nil : mean
    let squares = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    rmseError = errors.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
    let sorted = errors.sorted()
    median =
      errors.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    let spreads = failed.isEmpty ? outcome.worlds.compactMap(\.spread) : []
    spread = spreads.isEmpty ? nil : spreads.reduce(0, +) / Double(spreads.count)
    let isComparable = !errors.isEmpty && errors.count == optimum.count
    let found =
      isComparable
      ? try Score(errors: errors.map { $0 * $0 }, optimum: optimum.map { $0 * $0 }, key: key) : nil
    (score, low, high) = (found?.value, found?.low, found?.high)
  }
}

/// The report of `ppl run lsef-models`.
struct ModelReport {
  let seed: UInt64
  let options: ModelCommand.Options
  let own: ModelCase
  let points: [ModelPoint]
  let wantsFiles: Bool

  struct Numbers: Sendable, Encodable {
    let seed: UInt64
    let model: String
    let observe, worlds, cycles: Int
    let points: [ModelPoint]
  }

  var report: RunReport {
    get throws {
      let numbers = Numbers(
        seed: seed, model: own.name, observe: options.observe, worlds: options.worlds,
        cycles: options.cycles, points: points)
      return RunReport(
        table: ([heading] + points.map(table)).joined(separator: "\n\n"), numbers: numbers,
        files: wantsFiles
          ? [OutputFile("scores.csv", text: csv), OutputFile(RunFileName.run, json: numbers)] : [])
    }
  }

  private var heading: String {
    let observed = options.observe == 1 ? "all observed" : "one in \(options.observe) observed"
    return
      "\(own.title), \(observed), error variance \(own.variance.short); \(options.worlds) worlds of \(options.cycles) analyses; seed \(seed)"
      + "\nRMSE of analyses averaged over time; score: its excess over the LETKF, 5 % to 95 % over resampled worlds"
  }

  private func table(_ point: ModelPoint) -> String {
    var table = ScoreTable("filter", "RMSE", "error", "median", "spread", "score", "5 %", "95 %")
    for own in point.filters {
      table.append(
        own.filter, own.rmse, own.rmseError, own.median, own.spread, own.score, own.low, own.high)
    }
    let tuned = point.filters.map { own in
      own.failure.map {
        "\(own.filter) lost the truth in \(own.failures) of \(options.worlds) worlds: \($0)"
      }
        ?? "tuned \(own.filter): \(own.settings?.description ?? "-")"
    }
    let rounds = point.rounds.map { round in
      "network from \(round.source): loss \(number(round.loss)), LSEF with it "
        + (round.rmse.map { "RMSE \(number($0))" } ?? "lost the truth")
    }
    let w = point.weights
    let weights =
      "hybrid weights by likelihood: level \(number(w.level)), slope \(number(w.slope)), contrast \(number(w.contrast)), "
      + "factor of LSEF \(number(w.factor))"
    let deviance = point.deviance.map {
      "deviance of the DEnKF's innovations for each observation: localized \(number($0.localized)), LSEF \(number($0.lsef))"
    }
    let lines = tuned + rounds + [weights] + [deviance].compactMap(\.self)
    return (["\(point.members) members", "\(table)"] + lines).joined(separator: "\n")
  }

  private func number(_ x: Double) -> String { String(format: "%.4f", x) }

  private var csv: String {
    var csv = CSVWriter(header: [
      "model", "observe", "members", "filter", "rmse", "rmseError", "median", "spread", "score",
      "low",
      "high", "failures", "settings",
    ])
    for point in points {
      for result in point.filters {
        let numbers = [
          result.rmse, result.rmseError, result.median, result.spread, result.score, result.low,
          result.high,
        ].map(CSVWriter.Cell.optional)
        csv.append(
          [
            .text(own.name), .integer(options.observe), .integer(point.members),
            .text(result.filter),
          ]
            + numbers + [.integer(result.failures), .text(result.settings?.description ?? "")])
      }
    }
    return csv.text
  }
}
