import Foundation
import Inference
import PPL
import Parallel
import Runs

/// A nested Laplace approximation as a fit.
///
/// It takes seconds: `--resume` fits again, in the folder of a run with the same model, data and flags.
public struct NestedLaplaceRun: Fit {
  public let course: FitCourse
  public let checkpoint: OutputFile?
  private let drawn: Posterior

  /// The content of a checkpoint, whose conditions alone matter.
  private struct Finished: Codable {}

  /// Approximates the posterior of a problem.
  ///
  /// - Throws: `Interrupted` if the user interrupts; `FitFailure` where Newton's method or the search for the mode fails, and
  ///   for a model that has no Gaussian part; as `NestedLaplace.run`.
  public init(
    _ method: NestedLaplace, of problem: InferenceProblem, in context: FitContext
  ) throws {
    let (control, words) = (context.control, FlagWords(context.flags))
    if context.settings.resume, let folder = context.settings.outputFolder {
      _ = try CheckpointFile.read(Finished.self, in: folder, conditions: context.conditions)
    }
    checkpoint = CheckpointFile.file(Finished(), conditions: context.conditions)
    let fit: NestedLaplaceFit
    do {
      fit = try method.run(
        problem.posterior, start: problem.start ?? .median(), key: context.key,
        pool: context.pool, progress: control.progress,
        isInterrupted: control.isInterruptedBeforeStep)
    } catch is CancellationError {
      throw Interrupted()
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    } catch let error as NestedLaplaceError {
      let sentence = error.doubt.text(words.phrase)
      throw FitFailure(error.isOfModel ? .settings(sentence) : .other(sentence), left: .nothing)
    }
    drawn = try fit.posterior(pool: context.pool)
    course = FitCourse(
      isConverged: fit.isReliable && (fit.khatOfPoints ?? fit.khatOfDraws) != nil,
      verdict: fit.verdict(words.phrase) + ".", facts: Self.facts(fit),
      numbers: JSONObject([]), diagnostics: FitDiagnostics(fit),
      sampling: FitSampling(
        chains: 1, draws: fit.settings.draws, points: fit.points.shape[0],
        approximations: fit.approximations, seconds: fit.seconds),
      seconds: fit.seconds)
  }

  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) -> Posterior { drawn }

  public var remedyOfInfiniteDraws: String { "take --backend nuts, or narrower priors" }

  private static func facts(_ fit: NestedLaplaceFit) -> [String] {
    let points = fit.points.shape[0]
    return [
      "\(fit.approximations) Laplace approximations of \(fit.latentCount) Gaussian numbers ("
        + fit.latent.joined(separator: ", ") + ")"
        + String(format: " in %.2f s, log evidence %.2f", fit.seconds, fit.logEvidence),
      fit.hyperparameters.isEmpty
        ? "no hyperparameters"
        : "\(points) points of \(fit.hyperparameters.joined(separator: ", "))"
          + String(format: ", %.0f effective", fit.effectivePoints)
          + (fit.failedPoints > 0 ? "; \(fit.failedPoints) more failed" : ""),
    ]
      + (fit.effectiveDraws.map {
        [ApproximationDiagnosis.efficiency($0, of: fit.candidates)]
      } ?? [])
  }
}

extension FitDiagnostics {
  /// The numbers of a nested Laplace approximation; those that are not finite are absent.
  fileprivate init(_ fit: NestedLaplaceFit) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    self.init()
    khat = finite([fit.khatOfPoints, fit.khatOfDraws].compactMap(\.self).max())
    (khatOfHyperparameters, khatOfDraws) = (finite(fit.khatOfPoints), finite(fit.khatOfDraws))
    failedPoints = fit.failedPoints
    importanceEfficiency = finite(fit.effectiveDraws.map { $0 / Double(fit.candidates) })
    (effectivePoints, logEvidence) = (finite(fit.effectivePoints), finite(fit.logEvidence))
  }
}
