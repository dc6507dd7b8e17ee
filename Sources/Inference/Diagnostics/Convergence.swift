import Foundation
import Preconditions

/// A convergence diagnosis of a fit from its losses: whether the last ones are finite and no longer fall.
///
///     let fit = try svi.run(steps: 6_000, key: key)
///     guard fit.convergence.isConverged else { print(fit.convergence) … }
///
/// The last *w* = min(500, max(*n* / 10, 50)) of *n* losses (half of them if there are fewer than 100) are compared with the
/// *w* before them. Each window is divided into *b* batches, whose means are nearly independent though the losses may be
/// autocorrelated, and the two means differ if
///
///     |m1 - m2| > t √(s1² / b + s2² / b)
///
/// with the variances s² of the batch means, which are trimmed by a fifth at either end (a loss far out can have any size),
/// and the 0.995 quantile t of Student's t with 2 (*b* - 1) degrees of freedom: for stationary losses the rate of false
/// findings is 1 %. There are 10 batches in a window of 200 losses or more, and 5 in a shorter one, so that a batch is longer
/// than the autocorrelation. Changes below 0.01 nats are ignored, since they do not affect a posterior; with a standard error
/// above 10 nats the losses are too noisy for a finding. Losses that are not finite are left out of the means, but a fit with
/// more than 5 % of them in the last window has not converged. A fit has failed if none of its last
/// min(500, max(*n* / 10, 10)) losses is finite.
///
/// - Complexity: O(1) in addition to the copy of the losses; only the last 1,000 count.
/// - Reference: Geweke (1992), *Evaluating the accuracy of sampling-based approaches to the calculation of posterior
///   moments*, for the two windows; Flegal and Jones (2010), *Batch means and spectral variance estimators in Markov chain
///   Monte Carlo*, for their errors.
public struct Convergence: Sendable, Equatable {
  /// The finding from the losses, or from the search for the least one.
  public enum Finding: Sendable, Equatable {
    /// The mean losses of the last two windows agree within their noise.
    case settled(change: Double, standardError: Double, window: Int)
    /// The mean loss still falls by more than its noise; `change` is negative.
    case falling(change: Double, standardError: Double, window: Int)
    /// Nearly all losses of the last window are finite, but too few of the window before for a comparison.
    case becameFinite(window: Int)
    /// The mean loss rises by more than its noise.
    case rising(change: Double, standardError: Double, window: Int)
    /// The mean losses of both windows are too noisy to detect a change of many nats.
    case tooNoisy(standardError: Double, window: Int)
    /// More than 5 % of the last losses, `count` of `window`, are not finite.
    case partlyInfinite(count: Int, window: Int)
    /// None of the last losses is finite. The window is a tenth of the steps, from 10 to 500, and may be shorter than the
    /// windows whose means are compared.
    case nothingFinite(window: Int)
    /// All losses, from that of the first step on, are the same number: no step changed anything.
    case unchanged(steps: Int)
    /// Too few steps for a finding.
    case tooFewSteps(Int)
    /// The end of a search by `SVI.minimized(by:key:)`.
    case search(SVIFit.Minimization)
  }

  /// The finding that the diagnosis rests on.
  public let finding: Finding

  /// Whether the fit has converged.
  public var isConverged: Bool {
    switch finding {
    case .settled: true
    case .search(let minimization): minimization.isConverged
    case .falling, .becameFinite, .rising, .tooNoisy, .partlyInfinite, .nothingFinite, .unchanged,
      .tooFewSteps:
      false
    }
  }

  /// Whether one of the last losses is finite, or there are too few for a finding.
  public var hasFiniteLosses: Bool {
    switch finding {
    case .nothingFinite: false
    case .search(let minimization): minimization.termination != .notFinite
    case .settled, .falling, .becameFinite, .rising, .tooNoisy, .partlyInfinite, .unchanged,
      .tooFewSteps:
      true
    }
  }

  init(_ minimization: SVIFit.Minimization) { finding = .search(minimization) }

  /// The diagnosis of a fit with these losses.
  ///
  /// - Parameters:
  ///   - losses: The losses in order; of a long fit the last 1,000 are enough.
  ///   - steps: The number of steps of the whole fit, if `losses` has only the last ones.
  public init(losses: [Double], steps: Int? = nil) {
    let steps = max(steps ?? losses.count, losses.count)
    finding = Self.finding(losses, steps)
  }

  private static func finding(_ losses: [Double], _ steps: Int) -> Finding {
    let window = min(longestWindow, max(steps / 10, 50), losses.count / 2)
    guard window >= shortestWindow else { return .tooFewSteps(steps) }
    if let first = losses.first, first.isFinite, losses.allSatisfy({ $0 == first }) {
      return .unchanged(steps: steps)
    }
    let last = losses.suffix(window)
    let recent = losses.suffix(min(longestWindow, max(steps / 10, shortestWindow)))
    guard recent.contains(where: \.isFinite) else { return .nothingFinite(window: recent.count) }
    let infinite = last.count { !$0.isFinite }
    guard Double(infinite) <= 0.05 * Double(window) else {
      return .partlyInfinite(count: infinite, window: window)
    }

    let batches = window < 200 ? 5 : 10
    let after = BatchMeans(last, batches: batches)
    let before = BatchMeans(losses.suffix(2 * window).prefix(window), batches: batches)
    guard let after else { return .partlyInfinite(count: infinite, window: window) }
    guard let before else { return .becameFinite(window: window) }
    let change = after.mean - before.mean
    let error = (after.squaredError + before.squaredError).squareRoot()
    if abs(change) <= max(studentQuantile(batches) * error, negligible) {
      if error > largestError { return .tooNoisy(standardError: error, window: window) }
      return .settled(change: change, standardError: error, window: window)
    }
    return change < 0
      ? .falling(change: change, standardError: error, window: window)
      : .rising(change: change, standardError: error, window: window)
  }

  private static let longestWindow = 500
  private static let shortestWindow = 10
  /// The 0.995 quantile of Student's t with 8 or 18 degrees of freedom.
  private static func studentQuantile(_ batches: Int) -> Double { batches == 5 ? 3.355 : 2.878 }
  /// The largest standard error of a change, nats, at which losses may count as settled.
  private static let largestError = 10.0
  /// The largest change of the mean loss that is ignored, nats.
  private static let negligible = 0.01
}

/// The mean of a window of losses, and its squared standard error from the means of batches.
private struct BatchMeans {
  let mean: Double
  let squaredError: Double

  /// The means of the batches of a window; nil if there are fewer finite losses than batches.
  init?(_ losses: ArraySlice<Double>, batches: Int) {
    let finite = losses.filter(\.isFinite)
    let size = finite.count / batches
    guard size > 0 else { return nil }
    // The first losses are dropped if they do not divide evenly.
    let used = finite.suffix(size * batches)
    let trimmed = size / 5
    let means = (0..<batches).map { batch in
      let start = used.startIndex + batch * size
      let kept = used[start..<start + size].sorted().dropFirst(trimmed).dropLast(trimmed)
      return kept.reduce(0, +) / Double(kept.count)
    }
    let mean = means.reduce(0, +) / Double(batches)
    let variance =
      means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batches - 1)
    (self.mean, squaredError) = (mean, variance / Double(batches))
  }
}

extension Convergence: CustomStringConvertible {
  /// The report on the losses alone, where another test has the verdict on the fit: `the losses settled: …`.
  public var reportOnLosses: String {
    guard case .settled(let change, let error, let window) = finding else { return description }
    return "the losses settled: " + Self.agreement(change, error, window)
  }

  private static func agreement(_ change: Double, _ error: Double, _ window: Int) -> String {
    "the mean loss of the last \(window) steps differs from that of the \(window) before by "
      + String(format: "%.3g (standard error %.2g).", change, error)
  }

  /// The verdict: the finding, and the remedy.
  public var description: String {
    switch finding {
    case .settled(let change, let error, let window):
      "the fit converged: " + Self.agreement(change, error, window)
    case .falling(let change, let error, let window):
      "the fit has not converged: the mean loss of the last \(window) steps is "
        + String(format: "%.4g lower than that of the ", -change)
        + String(format: "%d before (standard error %.2g); take more steps. ", window, error)
        + "If it goes on falling, a scale may be shrinking to 0: check the data."
    case .becameFinite(let window):
      "the fit has not converged: the losses of the last \(window) steps are finite, but hardly any of the "
        + "\(window) before, so that there is nothing to compare them with; take more steps."
    case .rising(let change, let error, let window):
      "the fit has not converged: the mean loss of the last \(window) steps is "
        + String(format: "%.4g higher than that of the ", change)
        + String(format: "%d before (standard error %.2g); lower the learning rate.", window, error)
    case .tooNoisy(let error, let window):
      "the fit cannot be said to have converged: the mean losses of the last \(window) steps and of the \(window) before "
        + String(
          format: "differ by no more than their noise, but that is large (standard error %.2g); ",
          error)
        + "take more steps, or more particles or rows a step."
    case .partlyInfinite(let count, let window):
      "the fit has not converged: \(count) of the last \(window) losses are not finite, since draws of the guide "
        + "have no density under the model; take more steps, lower the learning rate, check the data, or take a "
        + "guide on the model's support."
    case .nothingFinite(let window):
      "the fit failed: none of the last \(window) losses is finite; check the data, start inside the support, "
        + "or lower the learning rate."
    case .unchanged(let steps):
      "the fit has not converged: the loss did not change in \(steps) steps; raise the learning rate or the limit "
        + "of the gradient's norm."
    case .tooFewSteps(let steps):
      "\(counted(steps, "step is", "steps are")) too few to tell whether the fit converged; take more."
    case .search(let minimization):
      minimization.description
    }
  }
}

extension SVIFit {
  /// The diagnosis of convergence, from the losses or from the end of the search, with the verdict in words.
  public var convergence: Convergence {
    minimization.map { Convergence($0) } ?? Convergence(losses: losses)
  }
}
