import Foundation
import Inference
import Runs

/// The numbers of a comparison: sums of scores, their differences with errors, weights and calibration.
struct ComparisonNumbers {
  /// The numbers of a run, best first.
  struct Row {
    let run: RunScores
    let estimate: CrossValidation
    /// The log score of this run less that of the best, nats; 0 for the best.
    let difference: Double
    /// The standard error of the difference for independent observations.
    let differenceError: Double
    /// The standard errors for observations that depend on each other within the groups of a kind, by kind.
    let clusteredErrors: [(kind: String, error: Double)]
    /// The weight of the run in the mixture of all that predicts best.
    let weight: Double
    /// The probability of probability integral transforms less uniform than these.
    let uniformity: Double?
  }

  let comparison: RunComparison
  let rows: [Row]
  /// The kinds of groups of which the observations have several.
  let kinds: [String]

  /// The numbers of a comparison.
  init(_ comparison: RunComparison) throws {
    self.comparison = comparison
    let observations = comparison.observations
    let names = observations.map(\.name)
    let estimates = Dictionary(
      uniqueKeysWithValues: comparison.runs.map {
        ($0.name, $0.estimate(names, folds: comparison.folds?.count))
      })
    let ranked = try ModelComparison(estimates)
    let kinds = (observations.first?.groups.map(\.kind) ?? []).filter { kind in
      Set(observations.map { $0.group(kind) }).count > 1
    }
    self.kinds = kinds
    let test = RankUniformity(count: observations.count, simulations: 1000)
    let best = ranked.rows.first?.estimate.pointwise ?? []
    rows = ranked.rows.compactMap { row in
      guard let run = comparison.runs.first(where: { $0.name == row.name }) else { return nil }
      let differences = zip(best, row.estimate.pointwise).map { $0 - $1 }
      return Row(
        run: run, estimate: row.estimate, difference: -row.difference,
        differenceError: row.differenceError,
        clusteredErrors: kinds.map { kind in
          (
            kind,
            clusteredError(differences, by: observations.map { $0.group(kind) ?? 0 })
          )
        }, weight: row.weight, uniformity: run.transforms.map(test.pValue))
    }
  }

  /// The numbers for `--json`.
  ///
  /// - Parameter pointwise: Whether the scores of each observation are among them.
  func object(pointwise: Bool) -> JSONObject {
    JSONObject([
      ("observations", comparison.observations.count),
      ("folds", comparison.folds?.description),
      ("runs", rows.map(members)),
      ("pointwise", pointwise ? comparison.observations.indices.map(point) : nil),
    ])
  }

  private func members(_ row: Row) -> JSONObject {
    let run = row.run
    let isFolds = comparison.folds != nil
    return JSONObject([
      ("run", run.name), ("model", run.model), ("log_score", row.estimate.elpd),
      ("log_score_se", row.estimate.standardError),
      ("effective_parameters", row.estimate.effectiveParameters),
      ("khat_threshold", isFolds ? nil : row.estimate.threshold),
      ("khats_above", isFolds ? nil : row.estimate.unreliablePoints.count),
      ("difference", row.difference), ("difference_se", row.differenceError),
      (
        "difference_se_clustered",
        JSONObject(row.clusteredErrors.map { ($0.kind, $0.error) })
      ),
      ("weight", row.weight), ("crps", run.meanCRPS), ("pit_p_value", row.uniformity),
      ("pit_histogram", run.transforms?.histogram), ("coverage_50", run.coverage(0.5)),
      ("coverage_90", run.coverage(0.9)),
      ("unconverged_folds", isFolds ? run.unconvergedFolds : nil),
      ("summaries", run.summaries.isEmpty ? nil : run.summaries),
      ("remarks", run.remarks.isEmpty ? nil : run.remarks),
    ])
  }

  private func point(_ index: Int) -> JSONObject {
    let observation = comparison.observations[index]
    return JSONObject([
      ("observation", observation.name), ("value", observation.value),
      (
        "runs",
        rows.map { row in
          let score = row.run.scores[index]
          return JSONObject([
            ("run", row.run.name), ("log_score", score.logDensity), ("khat", score.khat),
            ("pit", score.pit), ("crps", score.crps),
          ])
        }
      ),
    ])
  }
}
