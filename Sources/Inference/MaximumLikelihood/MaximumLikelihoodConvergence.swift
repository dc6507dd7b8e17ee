import Foundation
import Preconditions

/// The end of a search for maximum likelihood estimates: by which tests it is a maximum.
public struct MaximumLikelihoodConvergence: Sendable, Equatable, CustomStringConvertible {
  /// The length of the last Newton step in standard errors, the distance of the maximum.
  public let newtonStep: Double
  /// The Euclidean norm of the gradient in unconstrained coordinates, in nats.
  public let gradientNorm: Double
  /// The condition number of the information matrix, scaled to a diagonal of 1.
  public let conditionNumber: Double
  /// The number of searches, and of those that ended at this maximum.
  public let searches, agreeing: Int

  init(_ end: ModeSearch.End, _ curvature: Curvature, searches: Int, agreeing: Int) {
    (newtonStep, gradientNorm) = (end.distance, norm(end.gradient))
    let (least, most) = (curvature.values.min() ?? 1, curvature.values.max() ?? 1)
    conditionNumber = most / least
    (self.searches, self.agreeing) = (searches, agreeing)
  }

  public var description: String {
    String(
      format:
        "converged: the next Newton step is %.1g standard errors, the norm of the gradient %.1g, and the "
        + "information matrix is positive definite with condition number %.3g", newtonStep,
      gradientNorm, conditionNumber)
      + (searches > 1
        ? "; \(agreeing) of \(counted(searches, "search", "searches")) ended there" : "")
  }
}

extension MaximumLikelihoodFit: CustomStringConvertible {
  /// The tests by which the search converged, in a sentence.
  public var description: String { "\(convergence)" }

  /// The table of estimates, standard errors and 90 % intervals by the normal distribution, with a line for each number.
  public func table() -> String {
    var lines = [["", "estimate", "std. error", "5 %", "95 %"]]
    let errors = standardErrors
    let numbers = names.flatMap { name in
      zip(estimates[name]?.scalars ?? [], errors[name]?.scalars ?? [])
    }
    for (name, (estimate, error)) in zip(elementNames, numbers) {
      let half = 1.6448536269514722 * error
      lines.append(
        [name]
          + [estimate, error, estimate - half, estimate + half].map { String(format: "%.5g", $0) })
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).enumerated().map { column, cell in
        let gap = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + gap : gap + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
