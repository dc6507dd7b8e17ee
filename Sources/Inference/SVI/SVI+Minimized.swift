import Foundation
import PPL
import Parallel

extension SVI {
  /// Fits by minimizing the loss at one set of draws, which is a smooth function of the parameters without noise.
  ///
  /// For a guide without randomness, `AutoDelta` and `AutoLaplaceApproximation`, this is the mode; for others it
  /// is as good as the loss's particles are many. The optimizer is not used.
  ///
  ///     let fit = try svi.minimized(key: key)
  ///     guard fit.minimization?.isConverged == true else { … }
  ///
  /// - Returns: A fit with one record an iteration, of the loss and the gradient that it came to; its `minimization` says
  ///   how the search ended. A search that did not converge is returned too.
  /// - Throws: As `initialState(key:)`; what the model throws on the way.
  /// - Reference: Giordano, Ingram, Broderick (2024), *Black box variational inference with a deterministic objective*.
  public func minimized(
    by minimizer: LBFGS = LBFGS(), key: RandomKey, progress: ProgressDisplay = .automatic
  ) throws -> SVIFit {
    try minimizer.validate()
    var state = try initialState(key: key)
    let function = try function(state)
    let draws = try function.draws(Tensor(state.parameters), key: state.key.words)
    let program = try throwingMistakesAsErrors {
      try Program(
        recording: { try Self.terms(function, $0[0], draws) }, on: [Tensor(state.parameters)])
    }
    progress.warn(ofReads: program.reads)
    let execution = Execution(program)
    var failure: (any Error)?
    let minimum = minimizer.minimize(from: state.parameters) { parameters in
      guard !program.isReplayable else {
        execution.setInput(0, parameters)
        execution.run()
        return Self.combined(function.loss, execution.output(0), execution.output(1))
      }
      do {
        let terms = try Self.terms(function, Tensor(parameters), draws)
        return Self.combined(function.loss, terms[0].scalars, terms[1].scalars)
      } catch {
        failure = failure ?? error
        return (.nan, parameters)
      }
    }
    if let failure { throw failure }
    state.parameters = minimum.point
    state.step = minimum.values.count - 1
    let records = zip(minimum.values, minimum.gradientNorms).dropFirst().map { loss, norm in
      var record = StepRecord(loss: loss)
      record.gradientNorm = norm
      return record
    }
    return SVIFit(
      model: model, state: state, history: StepHistory(records), reads: program.reads, skipped: [],
      minimization: .init(minimum)
    ).withOutsideSupport(by: loss)
  }

  /// The losses of all terms, `[terms]`, and their gradients, `[terms, P]`.
  private static func terms(
    _ function: StepFunction, _ parameters: Tensor, _ draws: Tensor
  ) throws -> [Tensor] {
    let terms = try (0..<function.loss.terms).map {
      try function.term(parameters, draw: draws[.at($0)])
    }
    return [stack(terms.map(\.loss)), stack(terms.map(\.gradient))]
  }

  private static func combined(
    _ loss: any ELBO, _ losses: [Double], _ gradients: [Double]
  ) -> (value: Double, gradient: [Double]) {
    let count = Double(losses.count)
    let (value, weights) =
      loss.combined(losses) ?? (losses.reduce(0, +) / count, losses.map { _ in 1 / count })
    let width = gradients.count / losses.count
    var gradient = Array(repeating: 0.0, count: width)
    for (term, weight) in weights.enumerated() {
      for i in 0..<width { gradient[i] += weight * gradients[term * width + i] }
    }
    return (value, gradient)
  }
}

extension SVIFit.Minimization {
  fileprivate init(_ minimum: LBFGS.Minimum) {
    self.init(
      termination: minimum.termination, iterations: minimum.values.count - 1,
      gradientNorm: minimum.gradientNorms.last ?? .nan)
  }

  /// The verdict in words: how the search ended, and what helps if it did not converge.
  public var description: String {
    let norm = String(format: "%.2g", gradientNorm)
    let count = "\(iterations) \(iterations == 1 ? "iteration" : "iterations")"
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
