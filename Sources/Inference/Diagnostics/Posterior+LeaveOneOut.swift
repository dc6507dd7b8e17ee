import Foundation
import PPL
import Parallel

extension Posterior {
  /// Leave-one-out cross-validation of a model by Pareto smoothed importance sampling from these draws.
  ///
  ///     let loo = try posterior.loo(model)
  ///     loo.elpd  // nats; loo.unreliablePoints have k-hat above 0.7
  ///
  /// Each element of the batch of an observed site is a point; masked ones are left out.
  ///
  /// - Parameters:
  ///   - model: The model with its data, without subsampling.
  ///   - sites: The observed sites whose points are left out; all if nil.
  ///   - parameters: The values of the model's `parameter` sites, if any: `SVIFit.parameters`.
  ///   - relativeEfficiency: The effective sample size of the draws divided by their number. If nil it is 1 for one chain, and
  ///     the mean over all numbers of the posterior for several, as ArviZ has it.
  ///   - pool: The threads that share the draws. Results do not depend on their number.
  /// - Throws: As `Draws.logLikelihood(of:in:parameters:pool:)`; `InferenceError.argument` without a point.
  /// - Complexity: One replay of the model for each draw, and O(N S log S) for N points and S draws.
  /// - Reference: Vehtari, Gelman and Gabry (2017), *Practical Bayesian model evaluation using leave-one-out cross-validation
  ///   and WAIC*, §2.2.
  public func loo(
    _ model: Model<some Sendable>, of sites: [String]? = nil, parameters: [String: Tensor] = [:],
    relativeEfficiency: Double? = nil, pool: WorkPool = .automatic
  ) throws -> CrossValidation {
    let points = try DataPoints(draws, model, sites, parameters, pool)
    let efficiency = relativeEfficiency ?? meanRelativeEfficiency
    let found = try pool.mapParts(of: points.columns.count) { range in
      points.columns[range].map { LeftOut($0, efficiency) }
    }.flatMap(\.self)
    return CrossValidation(
      method: .paretoSmoothed(draws: draws.count), names: points.names,
      pointwise: found.map(\.density), khats: found.map(\.smoothing.khat),
      fittedDensity: points.columns.reduce(0) { $0 + logMeanExp($1) })
  }

  /// The probability integral transform of each point given the others: the share of the leave-one-out predictive distribution
  /// below the value. Over the points it is uniform for a model that is calibrated.
  ///
  /// - Parameters:
  ///   - model: The model with its data, without subsampling.
  ///   - site: An observed site.
  ///   - key: The key of the predictions, and of the share of a discrete value that counts as below it.
  ///   - parameters: The values of the model's `parameter` sites, if any.
  ///   - relativeEfficiency: As that of `loo`.
  ///   - pool: The threads that share the draws.
  /// - Returns: The names of the points with their transforms, in [0, 1].
  /// - Throws: As `loo(_:of:parameters:relativeEfficiency:pool:)`; `InferenceError.argument` for a site of events, such as
  ///   vectors, which have no order.
  /// - Reference: Gelfand, Dey and Chang (1992), *Model determination using predictive distributions*; Czado, Gneiting and Held
  ///   (2009), *Predictive model assessment for count data*, for discrete values.
  public func looPIT(
    _ model: Model<some Sendable>, of site: String, key: RandomKey,
    parameters: [String: Tensor] = [:], relativeEfficiency: Double? = nil,
    pool: WorkPool = .automatic
  ) throws -> [(name: String, value: Double)] {
    let keys = key.split()
    let points = try DataPoints(draws, model, [site], parameters, pool)
    let given = model.under(Substitute(parameters)).unconditioned()
    let latent = Draws(
      count: draws.count, sites: draws.names.filter { $0 != site }.map { ($0, draws[$0]) })
    let predicted = try Predictive(given, given: latent)(key: keys.0, sites: [site], pool: pool)[
      site]
    guard predicted.count == draws.count * points.all, let observed = points.observed else {
      throw InferenceError.argument(
        of: "looPIT", found: "site \"\(site)\" has predictions of shape \(predicted.shape)",
        requirement: "must have a number at each point")
    }
    let columns = predicted.reshaped(to: [draws.count, points.all]).transposed([1, 0]).scalars
    let uniforms = keys.1.uniform([points.all]).scalars
    let efficiency = relativeEfficiency ?? meanRelativeEfficiency
    return points.names.indices.map { index in
      let place = points.places[index]
      let value = leaveOneOutPIT(
        observed[place],
        predicted: columns[(place * draws.count)..<((place + 1) * draws.count)],
        LeftOut(points.columns[index], efficiency).smoothing.weights, uniforms[place])
      return (points.names[index], value)
    }
  }

  /// The effective sample size of the mean divided by the number of draws: the mean over all numbers, 1 for one chain.
  package var meanRelativeEfficiency: Double {
    guard chains > 1 else { return 1 }
    let sizes = draws.names.flatMap { name in
      byChain(draws[name]).map { ChainStatistics.meanESS(of: $0) }
    }
    let efficiency = sizes.reduce(0, +) / Double(sizes.count) / Double(draws.count)
    return efficiency.isNaN ? 1 : efficiency
  }
}

/// The weighted share of predictions below a value, and a part of those equal to it.
func leaveOneOutPIT(
  _ observed: Double, predicted: ArraySlice<Double>, _ weights: [Double], _ uniform: Double
) -> Double {
  var (below, equal) = (0.0, 0.0)
  for (prediction, weight) in zip(predicted, weights) {
    if prediction < observed { below += weight }
    if prediction == observed { equal += weight }
  }
  return min(below + uniform * equal, 1)
}
