import Foundation
import Inference

extension SVIRun {
  /// The fit of a guide that is a point, whose verdict says so, and whether the point is the mode.
  ///
  /// Losses that no longer fall do not show that it is, since steps may be too short: a search by L-BFGS continues the fit, and
  /// one that raises the log density by more than `largestRise` shows that it is not. The result stays the point of the steps.
  ///
  /// - Throws: What the model throws.
  func asPoint(of svi: SVI) throws -> SVIRun {
    var run = self
    run.isPoint = true
    guard course.failure == nil else { return run }
    run.course.verdict +=
      " The result is a point, the mode, without any uncertainty; take --backend nuts or laplace for that."
    guard course.isConverged, let rise = try Self.rise(of: svi, from: fit.state),
      rise > Self.largestRise
    else { return run }
    run.course.facts.append(course.searchReport)
    run.course.isConverged = false
    run.course.verdict = String(
      format:
        "the fit has not converged: it ended before the mode, where the log density is %.3g nats higher; take a higher "
        + "--learning-rate, more --steps, or --backend laplace.", rise)
    return run
  }

  /// The largest rise of the log density, in nats, that leaves a point at the mode: 0.14 standard deviations in one direction.
  private static var largestRise: Double { 0.01 }

  /// The rise of the log density by a search from a state; nil where the loss has noise, as with minibatches.
  private static func rise(of svi: SVI, from state: SVI.State) throws -> Double? {
    let loss = try svi.evaluate(at: state, key: state.key)
    guard loss.isFinite, try svi.evaluate(at: state, key: state.key.foldIn(1)) == loss else {
      return nil
    }
    let end = try svi.minimized(from: state, progress: .silent)
    return loss - (try svi.evaluate(at: end.state, key: state.key))
  }
}
