import Foundation
import Inference
import PPL
import Parallel
import Runs

/// A fit by batch and match, with checkpoints and `--resume`.
public struct MatchRun: Fit {
  /// The fitted normal distribution with its tests.
  public let fit: MatchFit
  public let course: FitCourse
  public let checkpoint: OutputFile?

  /// Fits a problem, from the Laplace approximation or from the checkpoint in the output folder.
  ///
  /// - Throws: `Interrupted` if the user interrupts before the first iteration; `DataError` for a checkpoint that cannot be
  ///   resumed; `FitFailure` where no start leads to a normal distribution; as `BatchAndMatch.run`.
  public init(
    _ match: BatchAndMatch, of problem: InferenceProblem, in context: FitContext
  ) throws {
    let (settings, control) = (context.settings, context.control)
    let conditions = context.conditions
    var store = CheckpointStore(settings, conditions: conditions)
    var stored: BatchAndMatch.State?
    if settings.resume, let folder = settings.outputFolder {
      stored = try CheckpointFile.read(
        BatchAndMatch.State.self, in: folder, conditions: conditions)
    }
    do {
      fit = try match.run(
        LogDensity(problem.posterior).interruptible { control.isInterruptedEarly },
        start: problem.start ?? .uniform(), key: context.key, checkpoint: stored,
        pool: context.pool, progress: control.progress,
        isInterrupted: { control.isInterruptedBeforeStep() || context.isRestoring },
        every: .seconds(settings.checkpointInterval)
      ) { try store?.write($0) }
    } catch let error where control.isEndedEarly(by: error) {
      throw Interrupted()
    } catch let error as InferenceError where error.endsFit {
      let sentence = FlagWords(context.flags).sentence(error) ?? "\(error)"
      throw FitFailure(.other(sentence), left: store?.discard() ?? .nothing)
    }
    if context.isRestoring, fit.isInterrupted {
      throw context.unfinished(
        fit.state.iteration, of: fit.settings.iterations, "iterations")
    }
    checkpoint = CheckpointFile.file(fit.state, conditions: conditions)
    course = FitCourse(of: fit, canResume: settings.output != nil)
      .resumed(after: context.earlierSeconds)
  }

  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior {
    try fit.posterior(draws: count, key: key, pool: pool)
  }
}

extension InferenceError {
  /// Whether it is about numbers that came up in the fit, not about its settings.
  fileprivate var endsFit: Bool {
    switch self {
    case .notAMode, .noMode, .noScores: true
    default: false
    }
  }
}

extension FitCourse {
  /// The course of a fit by batch and match.
  fileprivate init(of fit: MatchFit, canResume: Bool) {
    let (state, diagnosis) = (fit.state, ApproximationDiagnosis(fit.importance))
    var facts = [
      "\(state.iteration) iterations with \(state.gradients) gradients in "
        + String(format: "%.2f s", fit.seconds), diagnosis.fact,
    ]
    if !state.isAtMode {
      facts.append("the search found no mode, so that the fit began near the best point")
    }
    if state.skipped > 0 || state.rejected > 0 {
      facts.append(
        "left out: \(state.skipped) draws without a finite gradient, \(state.rejected) iterations without a finite "
          + "result")
    }
    if fit.isInterrupted {
      facts.append(
        "interrupted; this is the fit so far" + (canResume ? ", and --resume continues it" : ""))
    }
    // The draws are weighted, so that differences of moments do not count.
    let isImpossible = 100 * diagnosis.impossible > diagnosis.draws
    self.init(
      isConverged: fit.isReliable && !isImpossible,
      verdict: isImpossible
        ? "the fit cannot be trusted: the model has no finite log density at \(diagnosis.impossible) of "
          + "\(diagnosis.draws) draws; take --backend nuts."
        : fit.verdict, facts: facts,
      remarks: fit.reads.map { "every iteration was recorded anew: \($0)" },
      numbers: MatchNumbers(fit), diagnostics: FitDiagnostics(diagnosis),
      sampling: FitSampling(gradients: Double(state.gradients), seconds: fit.seconds),
      stepCount: state.iteration, seconds: fit.seconds)
  }
}

/// The numbers of the iterations in JSON.
private struct MatchNumbers: Encodable, Sendable {
  struct Match: Encodable {
    let iterations, skipped, rejected: Int
    let standardError: Double?
    let atMode: Bool

    enum CodingKeys: String, CodingKey {
      case iterations, skipped, rejected
      case standardError = "standard_error"
      case atMode = "at_mode"
    }
  }
  let match: Match

  init(_ fit: MatchFit) {
    match = Match(
      iterations: fit.state.iteration, skipped: fit.state.skipped, rejected: fit.state.rejected,
      standardError: fit.standardError, atMode: fit.state.isAtMode)
  }
}
