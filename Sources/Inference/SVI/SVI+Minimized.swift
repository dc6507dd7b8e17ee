import Foundation
import PPL
import Parallel
import Preconditions

extension SVI {
  /// Fits by minimizing the loss at one set of draws, which is a smooth function of the parameters without noise.
  ///
  /// For a guide without randomness, `AutoDelta` or `AutoLaplaceApproximation`, this is the mode; for others the error
  /// falls with the number of the loss's particles. The optimizer is not used.
  ///
  ///     let fit = try svi.minimized(key: key)
  ///     guard fit.minimization?.isConverged == true else { … }
  ///
  /// - Parameters:
  ///   - minimizer: The minimizer with its tolerances.
  ///   - key: The key of the start and of the draws.
  ///   - progress: The display of warnings.
  /// - Returns: A fit with one record for each iteration, with the loss and the gradient after it; `minimization` has the end
  ///   of the search, converged or not.
  /// - Throws: As `initialState(key:)`; what the model throws.
  /// - Reference: Giordano, Ingram, Broderick (2024), *Black box variational inference with a deterministic objective*.
  public func minimized(
    by minimizer: LBFGS = LBFGS(), key: RandomKey, progress: ProgressDisplay = .automatic
  ) throws -> SVIFit {
    try minimizer.validate()
    return try minimized(by: minimizer, from: initialState(key: key), progress: progress)
  }

  /// The fit from a state on, as `minimized(by:key:progress:)`: with a guide without randomness, how much the loss can still
  /// fall after a fit by steps.
  ///
  ///     let end = try svi.minimized(from: fit.state)
  ///     let remaining = try svi.evaluate(at: fit.state, key: fit.state.key) - svi.evaluate(at: end.state, key: fit.state.key)
  ///
  /// - Parameters:
  ///   - minimizer: The minimizer with its tolerances.
  ///   - state: The start, with the key of the draws.
  ///   - progress: The display of warnings.
  /// - Throws: What the model throws; `InferenceError.argument` for settings of the minimizer.
  public func minimized(
    by minimizer: LBFGS = LBFGS(), from state: State, progress: ProgressDisplay = .automatic
  ) throws -> SVIFit {
    try minimizer.validate()
    var state = state
    let function = try function(state)
    let seeds = try function.seeds(Tensor(state.parameters), key: state.key.words)
    let objective = try RecordedGradient(
      at: state.parameters, combining: { Self.combined($0, by: function.loss) }
    ) { parameters in
      let terms = try (0..<function.loss.terms).map {
        try function.term(parameters, seed: seeds[.at($0)])
      }
      return (stack(terms.map(\.loss)), stack(terms.map(\.gradient)))
    }
    progress.warn(ofReads: objective.reads)
    let minimum = try minimizer.minimize(objective, from: state.parameters)
    state.parameters = minimum.point
    state.step = minimum.values.count - 1
    let records = zip(minimum.values, minimum.gradientNorms).dropFirst().map { loss, norm in
      var record = StepRecord(loss: loss)
      record.gradientNorm = norm
      return record
    }
    return SVIFit(
      self, state: state, history: StepHistory(records), reads: objective.reads, skipped: [],
      minimization: .init(minimum))
  }

  /// The value of a loss and the weights of its terms: by default their mean.
  private static func combined(
    _ losses: [Double], by loss: any ELBO
  ) -> (value: Double, weights: [Double]) {
    let count = Double(losses.count)
    return loss.combined(losses)
      ?? (losses.reduce(0, +) / count, losses.map { _ in 1 / count })
  }
}

extension SVIFit.Minimization {
  fileprivate init(_ minimum: LBFGS.Minimum) {
    self.init(
      termination: minimum.termination, iterations: minimum.values.count - 1,
      gradientNorm: minimum.gradientNorms.last ?? .nan)
  }

  /// The verdict: the end of the search, and the remedy if it did not converge.
  public var description: String {
    let norm = String(format: "%.2g", gradientNorm)
    let count = counted(iterations, "iteration")
    return switch termination {
    case .smallGradient:
      "the search converged in \(count), to a gradient of norm \(norm)."
    case .noDescent:
      "the search has not converged: after \(count) no step lowers the loss, though its gradient has norm \(norm); "
        + "standardize the data, or start elsewhere."
    case .iterationsExhausted:
      "the search has not converged: its \(count) ended with a gradient of norm \(norm); give LBFGS more iterations."
    case .notFinite:
      "the search failed: the loss or its gradient is not finite at the start; start inside the support."
    }
  }
}
