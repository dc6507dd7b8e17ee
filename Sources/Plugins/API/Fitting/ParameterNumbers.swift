import Inference
import PPL
import Parallel
import Runs

extension Posterior {
  /// The object `parameters` of `results.json`: a summary for each number of some sites and of every scalar site, by its name
  /// in tables, such as `mu` or `theta[0]`.
  ///
  /// - Parameters:
  ///   - sites: The sites whose elements are included.
  ///   - isPoint: Whether the draws are one point, of which there is the mean alone.
  ///   - pool: The threads that share the elements.
  /// - Precondition: There are sites of these names.
  public func parameterNumbers(
    of sites: [String], isPoint: Bool = false, pool: WorkPool
  ) throws -> JSONObject {
    let scalars = draws.names.filter { draws[$0].rank == 1 && !sites.contains($0) }
    return JSONObject(
      try (sites + scalars).flatMap { site in
        zip(elementNames(of: site), try parameterSummaries(of: site, pool: pool)).map {
          ($0, summaryNumbers($1, mean: $1.mean, isPoint: isPoint))
        }
      })
  }
}

/// The numbers of one element in JSON: its summary, or `mean` alone of a point, which has no standard deviation.
///
/// - Parameters:
///   - summary: The summary of the draws.
///   - mean: Their mean.
///   - isPoint: Whether the draws are one point.
public func summaryNumbers<S: Encodable & Sendable>(
  _ summary: S, mean: Double, isPoint: Bool
) -> any Encodable & Sendable {
  isPoint ? JSONObject([("mean", mean)]) : summary
}
