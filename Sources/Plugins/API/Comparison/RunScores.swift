import Foundation
import Inference

/// The scores of all observations by one run, with their summaries.
struct RunScores: Sendable {
  let name, model: String
  let scores: [PredictionScore]
  let summaries: [PredictedSummary]
  /// The number of folds whose fit did not converge; 0 for leave-one-out.
  let unconvergedFolds: Int
  /// The number of draws, by which k-hats are judged; nil for folds.
  let draws: Int?
  /// The sentences on how the scores are to be read, without full stops.
  let remarks: [String]

  /// The log predictive densities by observation, as `Inference` compares them.
  func estimate(_ names: [String], folds: Int?) -> CrossValidation {
    let fitted = scores.compactMap(\.fittedDensity)
    return CrossValidation(
      method: draws.map { .paretoSmoothed(draws: $0) } ?? .folds(folds ?? 0), names: names,
      pointwise: scores.map(\.logDensity), khats: scores.compactMap(\.khat),
      fittedDensity: fitted.isEmpty ? nil : fitted.reduce(0, +))
  }

  /// The probability integral transforms; nil where an observation has none.
  var transforms: [Double]? {
    let pits = scores.compactMap(\.pit)
    return pits.count == scores.count ? pits : nil
  }

  /// The mean of the continuous ranked probability scores; nil where an observation has none.
  var meanCRPS: Double? {
    let values = scores.compactMap(\.crps)
    return values.count == scores.count ? values.reduce(0, +) / Double(values.count) : nil
  }

  /// The share of observations in the central predictive interval of a probability.
  func coverage(_ probability: Double) -> Double? { transforms?.coverage(probability) }
}

extension [Double] {
  /// The share of probability integral transforms in the central interval of a probability.
  func coverage(_ probability: Double) -> Double {
    let margin = (1 - probability) / 2
    return Double(count { $0 >= margin && $0 <= 1 - margin }) / Double(count)
  }

  /// The counts of numbers in ten equal parts of [0, 1].
  var histogram: [Int] {
    reduce(into: Array<Int>(repeating: 0, count: 10)) { counts, number in
      if number.isFinite { counts[Swift.max(0, Swift.min(Int(number * 10), 9))] += 1 }
    }
  }
}

/// The standard error of a sum of differences whose members are independent between groups, not within them: √(G var) of the
/// sums of the groups, with the divisor G - 1.
///
/// - Parameters:
///   - differences: The numbers.
///   - groups: The place of the group of each.
/// - Reference: Cameron, Gelbach and Miller (2008), *Bootstrap-based improvements for inference with clustered errors*, eq. (5).
func clusteredError(_ differences: [Double], by groups: [Int]) -> Double {
  var sums: [Int: Double] = [:]
  for (difference, group) in zip(differences, groups) { sums[group, default: 0] += difference }
  let ordered = sums.sorted { $0.key < $1.key }.map(\.value)
  guard ordered.count > 1 else { return .nan }
  let count = Double(ordered.count)
  return standardErrorOfSum(ordered) * (count / (count - 1)).squareRoot()
}
