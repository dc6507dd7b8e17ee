import PPL
import Parallel

/// A summary of the draws of one number of a posterior, with its convergence statistics.
///
/// The standard deviation is that of the population, quantiles are by linear interpolation, as in `Summary`.
public struct ParameterSummary: Sendable, Equatable, Encodable {
  /// Mean, standard deviation, and the 5 %, 50 % and 95 % quantiles, in the units of the site.
  public let mean, sd, q05, q50, q95: Double
  /// R-hat, and the bulk and tail effective sample sizes, of Markov chains; nil for independent draws, for fewer than four
  /// draws of a chain and for a number that never moves.
  public let rhat, bulkESS, tailESS: Double?

  enum CodingKeys: String, CodingKey {
    case mean, sd, q05, q50, q95, rhat
    case bulkESS = "ess_bulk"
    case tailESS = "ess_tail"
  }
}

extension Posterior {
  /// Whether the draws are of Markov chains: there are several chains, or statistics of transitions, and they are not
  /// independent by their origin.
  public var hasMarkovChains: Bool {
    !origin.isIndependent && (chains > 1 || !statistics.names.isEmpty)
  }

  /// One summary for each element of a site over the draws of all chains, row-major, in the order of `elementNames(of:)`.
  ///
  /// - Parameters:
  ///   - name: The site.
  ///   - pool: The threads that share the elements. Results do not depend on their number.
  /// - Precondition: There is a site of this name.
  public func parameterSummaries(
    of name: String, pool: WorkPool = .automatic
  ) throws -> [ParameterSummary] {
    try parameterSummaries(of: draws[name], pool: pool)
  }

  /// One summary for each element of a quantity that was computed from the draws, row-major.
  ///
  /// - Parameters:
  ///   - values: The quantity at each draw, `[C S] + shape`, in the order of `draws`.
  ///   - pool: The threads that share the elements. Results do not depend on their number.
  /// - Throws: `InferenceError.argument` for another number of draws.
  /// - Complexity: O(n log n) for n draws of each element; for Markov chains also that of `ChainStatistics`.
  public func parameterSummaries(
    of values: Tensor, pool: WorkPool = .automatic
  ) throws -> [ParameterSummary] {
    try demand(
      values.shape.first == draws.count, of: "Posterior", "a quantity has shape \(values.shape)",
      "must have \(draws.count) draws along its first axis")
    let summaries = Summary.each(of: values)
    let medians = values.quantiles([0.5], along: 0)[0].scalars
    let byChain = hasMarkovChains ? byChain(values) : []
    let statistics = try pool.mapParts(of: byChain.count) { range in
      byChain[range].map { ChainStatistics($0) }
    }.flatMap(\.self)
    return summaries.indices.map { element in
      let s = summaries[element]
      let own = statistics.isEmpty ? nil : statistics[element]
      func number(_ value: Double?) -> Double? {
        own?.isConstant == true ? nil : value.flatMap { $0.isNaN ? nil : $0 }
      }
      return ParameterSummary(
        mean: s.mean, sd: s.sd, q05: s.q05, q50: medians[element], q95: s.q95,
        rhat: number(own?.rhat), bulkESS: number(own?.bulkESS), tailESS: number(own?.tailESS))
    }
  }
}
