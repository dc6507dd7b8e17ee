import Foundation
import PPL

/// A comparison of models by their expected log predictive densities, best first, with the weights of stacking.
///
///     print(try ModelComparison(["normal": normal.loo(a), "student": student.loo(b)]))
///
/// - Reference: Vehtari, Gelman and Gabry (2017), §5, for differences and their errors; Yao, Vehtari, Simpson and Gelman
///   (2018), *Using stacking to average Bayesian predictive distributions*, eq. (5), for the weights.
public struct ModelComparison: Sendable {
  /// A model in the comparison.
  public struct Row: Sendable {
    /// The name of the model.
    public let name: String
    /// The estimate of its predictions, by points.
    public let estimate: CrossValidation
    /// The expected log predictive density of the best model less that of this one, and its standard error, in nats.
    public let difference, differenceError: Double
    /// The weight of the model in the mixture of all that predicts best.
    public let weight: Double
  }

  /// The models, from the largest `elpd` to the smallest.
  public let rows: [Row]

  /// A comparison by estimates over the same points.
  ///
  /// - Parameter estimates: The estimate of each model, by its name.
  /// - Throws: `InferenceError.argument` without models, or for models with other points.
  /// - Complexity: At most 20,000 passes over the points for the weights.
  public init(_ estimates: [String: CrossValidation]) throws {
    let ordered = estimates.sorted {
      ($0.value.elpd, $1.key) > ($1.value.elpd, $0.key)
    }
    guard let best = ordered.first else {
      throw InferenceError.argument(
        of: "ModelComparison", found: "there are no models", requirement: "must have one or more")
    }
    for (name, estimate) in ordered {
      try demand(
        estimate.names == best.value.names, of: "ModelComparison",
        "\"\(name)\" and \"\(best.key)\" have \(estimate.names.count) and \(best.value.names.count) points",
        "must have the same points in the same order")
    }
    let weights = stackingWeights(ordered.map(\.value.pointwise))
    rows = zip(ordered, weights).map { model, weight in
      let differences = zip(best.value.pointwise, model.value.pointwise).map { $0 - $1 }
      return Row(
        name: model.key, estimate: model.value, difference: differences.reduce(0, +),
        differenceError: standardErrorOfSum(differences), weight: weight)
    }
  }

  /// The row of a model; nil for a name that none has.
  public subscript(name: String) -> Row? { rows.first { $0.name == name } }
}

/// The weights of the mixture with the largest log score Σ log Σ w p, on the simplex.
///
/// The score is concave; each pass multiplies a weight by the mean share of its model, which never lowers it (the EM algorithm
/// of mixing proportions).
///
/// - Parameter densities: The log predictive densities of the points by each model.
func stackingWeights(_ densities: [[Double]]) -> [Double] {
  let points = densities.first?.count ?? 0
  var weights = densities.map { _ in 1 / Double(densities.count) }
  guard densities.count > 1, points > 0 else { return weights }
  // Relative to the largest of each point.
  let largest = (0..<points).map { i in densities.map { $0[i] }.max() ?? 0 }
  let relative = densities.map { zip($0, largest).map { Foundation.exp($0 - $1) } }
  for _ in 0..<20_000 {
    var gains = Array(repeating: 0.0, count: weights.count)
    for i in 0..<points {
      var mixture = 0.0
      for k in weights.indices { mixture += weights[k] * relative[k][i] }
      for k in weights.indices { gains[k] += relative[k][i] / mixture / Double(points) }
    }
    // At the optimum a gain is 1, or less where the weight is 0.
    let change = zip(weights, gains).reduce(0) { max($0, abs($1.0 * ($1.1 - 1))) }
    for k in weights.indices { weights[k] *= gains[k] }
    if change < 1e-12 { break }
  }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}

extension ModelComparison: CustomStringConvertible {
  /// The table of the models.
  public var description: String {
    func number(_ x: Double) -> String { String(format: "%.2f", x) }
    let header = ["", "elpd", "se", "difference", "se", "weight", "k-hat high"]
    let lines =
      [header]
      + rows.map { row in
        [
          row.name, number(row.estimate.elpd), number(row.estimate.standardError),
          number(row.difference), number(row.differenceError), number(row.weight),
          "\(row.estimate.unreliablePoints.count)",
        ]
      }
    return alignedLines(lines, gap: 2)
  }
}
