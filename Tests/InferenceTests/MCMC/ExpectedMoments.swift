import PPL
import Testing

@testable import Inference

/// Expects mean and standard deviation of draws within four standard errors of exact ones.
///
/// The error of a standard deviation is that of the mean of squares, for which the effective sample size is estimated.
func expectMoments(
  _ posterior: Inference.Posterior, _ site: String, means: [Double], deviations: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let squares = Draws(
    count: posterior.draws.count,
    sites: [
      (
        site,
        square(
          posterior.draws[site]
            - Tensor(means).reshaped(to: Array(posterior.draws[site].shape.dropFirst())))
      )
    ])
  let second = try? Inference.Posterior(
    squares, chains: posterior.chains, origin: .init(method: ""))
  for (element, (own, mean)) in zip(posterior.chainStatistics(of: site), means).enumerated() {
    let found = posterior.summaries(of: site)[element]
    #expect(
      abs(found.mean - mean) < 4 * own.standardErrorOfMean,
      "\(site)[\(element)]: mean \(found.mean), expected \(mean) ± \(own.standardErrorOfMean)",
      sourceLocation: sourceLocation)
    let error = second?.chainStatistics(of: site)[element].standardErrorOfMean ?? 0
    let variance = second?.summaries(of: site)[element].mean ?? .nan
    #expect(
      abs(variance - deviations[element] * deviations[element]) < 4 * error,
      "\(site)[\(element)]: variance \(variance), expected \(deviations[element])² ± \(error)",
      sourceLocation: sourceLocation)
  }
}

/// Expects the probability that draws are below a value within four standard errors, with that of the expected one.
func expectProbability(
  _ posterior: Inference.Posterior, _ site: String, below value: Double, is expected: Double,
  error: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let isBelow = posterior.draws[site] .< Tensor(value)
  let indicator = try Inference.Posterior(
    Draws(count: posterior.draws.count, sites: [(site, isBelow)]), chains: posterior.chains,
    origin: .init(method: ""))
  let own = indicator.chainStatistics(of: site)[0].standardErrorOfMean
  let found = indicator.summaries(of: site)[0].mean
  #expect(
    abs(found - expected) < 4 * (own * own + error * error).squareRoot(),
    "P(\(site) < \(value)) is \(found), expected \(expected) ± \(own)",
    sourceLocation: sourceLocation)
}
