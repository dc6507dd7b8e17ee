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
  ///   - pool: The threads that share the elements.
  /// - Precondition: There are sites of these names.
  public func parameterNumbers(of sites: [String], pool: WorkPool) throws -> JSONObject {
    let scalars = draws.names.filter { draws[$0].rank == 1 && !sites.contains($0) }
    return JSONObject(
      try (sites + scalars).flatMap { site in
        zip(elementNames(of: site), try parameterSummaries(of: site, pool: pool)).map { ($0, $1) }
      })
  }
}
