import Foundation
import PPL
import Preconditions

/// An estimate of how well a model predicts data that it was not fitted to: the expected log pointwise predictive density, by
/// leave-one-out cross-validation or by folds.
///
///     let loo = try posterior.loo(model)
///     print(loo)
///     print(try ModelComparison(["pooled": pooled, "hierarchical": loo]))
///
/// - Reference: Vehtari, Gelman and Gabry (2017), *Practical Bayesian model evaluation using leave-one-out cross-validation and
///   WAIC*.
public struct CrossValidation: Sendable, Equatable {
  /// The way in which data were left out.
  public enum Method: Sendable, Equatable {
    /// One point at a time, by importance sampling from the draws of one fit.
    case paretoSmoothed(draws: Int)
    /// One fit for each fold.
    case folds(Int)
  }

  /// The way in which data were left out.
  public let method: Method
  /// The names of the points, such as `y[3]`.
  public let names: [String]
  /// The log predictive density of each point given the others, in nats.
  public let pointwise: [Double]
  /// The Pareto k-hat of each point, by which its estimate is judged; empty for folds.
  public let khats: [Double]
  /// The log predictive density of all points given all data; nil for folds.
  public let fittedDensity: Double?

  /// The expected log predictive density of all points, the sum of `pointwise`, in nats.
  public var elpd: Double { pointwise.reduce(0, +) }

  /// The standard error of `elpd`: √(N var) over N points.
  public var standardError: Double { standardErrorOfSum(pointwise) }

  /// The effective number of parameters p_loo, by which fitted data are better predicted than new data; nil for folds.
  public var effectiveParameters: Double? { fittedDensity.map { $0 - elpd } }

  /// The largest k-hat at which the estimate of a point is reliable: 0.7, or less where there are few draws.
  public var threshold: Double {
    if case .paretoSmoothed(let draws) = method {
      ParetoSmoothing.threshold(draws: draws)
    } else {
      .infinity
    }
  }

  /// The numbers of the points whose estimate is not reliable, since k-hat is above `threshold`.
  public var unreliablePoints: [Int] { khats.indices.filter { !(khats[$0] <= threshold) } }

  package init(
    method: Method, names: [String], pointwise: [Double], khats: [Double] = [],
    fittedDensity: Double? = nil
  ) {
    (self.method, self.names, self.pointwise) = (method, names, pointwise)
    (self.khats, self.fittedDensity) = (khats, fittedDensity)
  }

  /// Leave-one-out cross-validation from the log likelihood of each point at each draw, by Pareto smoothed importance sampling.
  ///
  /// - Parameters:
  ///   - logLikelihood: The log likelihood, `[S] + batch`, of `Draws.logLikelihood(of:in:)`.
  ///   - names: The names of the points, row-major.
  ///   - relativeEfficiency: The effective sample size of the draws divided by their number; 1 for independent draws.
  /// - Throws: `InferenceError.argument` for another number of names, or without draws.
  /// - Complexity: O(N S log S) for N points.
  public init(
    logLikelihood: Tensor, names: [String], relativeEfficiency: Double = 1
  ) throws {
    let columns = try pointColumns(logLikelihood, names: names)
    let found = columns.map { LeftOut($0, relativeEfficiency) }
    self.init(
      method: .paretoSmoothed(draws: logLikelihood.shape[0]), names: names,
      pointwise: found.map(\.density), khats: found.map(\.smoothing.khat),
      fittedDensity: columns.reduce(0) { $0 + logMeanExp($1) })
  }
}

/// The standard error of a sum of independent numbers, √(N var) with the divisor N.
package func standardErrorOfSum(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
}

/// A point that is left out: its smoothed weights, and its log density given the others.
struct LeftOut {
  let smoothing: ParetoSmoothing
  let density: Double

  /// The point with these log likelihoods at the draws.
  init(_ logLikelihood: [Double], _ relativeEfficiency: Double) {
    smoothing = ParetoSmoothing(
      logRatios: logLikelihood.map { -$0 }, relativeEfficiency: relativeEfficiency)
    density = logSumExp(zip(smoothing.logWeights, logLikelihood).map { $0 + $1 })
  }
}

/// The numbers of each point at all draws, from `[S] + batch`.
///
/// - Throws: `InferenceError.argument` for another number of names, or without draws.
func pointColumns(_ values: Tensor, names: [String]) throws -> [[Double]] {
  let draws = values.shape.first ?? 0
  try demand(
    draws > 0 && values.count == draws * names.count, of: "CrossValidation",
    "\(names.count) points have values of shape \(values.shape)",
    "must have one value for each draw and point")
  let columns = values.reshaped(to: [draws, names.count]).transposed([1, 0]).scalars
  return names.indices.map { Array(columns[($0 * draws)..<(($0 + 1) * draws)]) }
}

extension CrossValidation: CustomStringConvertible {
  /// The estimate with its error, and the points that cannot be relied on.
  public var description: String {
    func number(_ x: Double) -> String { String(format: "%.2f", x) }
    var text =
      "expected log predictive density \(number(elpd)) (standard error \(number(standardError)))"
    switch method {
    case .paretoSmoothed(let draws):
      text += ", \(number(effectiveParameters ?? .nan)) effective parameters; "
      text += "\(counted(pointwise.count, "point")) left out one by one, \(counted(draws, "draw"))"
    case .folds(let folds):
      text += "; \(counted(pointwise.count, "point")) left out in \(counted(folds, "fold"))"
    }
    let doubtful = unreliablePoints
    guard !doubtful.isEmpty else { return text + "." }
    let shown = doubtful.prefix(10).map { "\(names[$0]) \(number(khats[$0]))" }
    return text
      + ". k-hat is above \(number(threshold)) at \(counted(doubtful.count, "point")), whose estimates are not "
      + "reliable: " + shown.joined(separator: ", ") + (doubtful.count > 10 ? ", …" : "")
      + "; fit without these points (kFold), or take a model with heavier tails."
  }
}
