import Inference
import PPL
import Parallel
import Runs

/// The chains of a sampler as a fit, with checkpoints and `--resume`.
public struct SamplerRun: Fit {
  public let course: FitCourse
  public let checkpoint: OutputFile?
  private let drawn: Posterior

  /// Runs chains, from their start or from the checkpoint in the output folder.
  ///
  /// - Parameters:
  ///   - mcmc: The sampler with the numbers of chains and transitions.
  ///   - start: The starting points of the chains; nil for the start of the problem.
  ///   - problem: The posterior and its start.
  ///   - context: The flags of every fit, the key, and the control of the fit.
  /// - Throws: `Interrupted` if the user interrupts before the first draw of every chain, whose warm-up is kept; `DataError`
  ///   for a checkpoint that cannot be resumed; as `MCMC.run`.
  public init<S: Sampler>(
    _ mcmc: MCMC<S>, from start: ChainStart? = nil, of problem: InferenceProblem,
    in context: FitContext
  ) throws {
    let (settings, control) = (context.settings, context.control)
    let conditions = context.conditions
    var store = CheckpointStore(settings, conditions: conditions)
    var stored: MCMC<S>.Checkpoint?
    if settings.resume, let folder = settings.outputFolder {
      stored = try CheckpointFile.read(
        MCMC<S>.Checkpoint.self, in: folder, conditions: conditions)
    }
    let run: MCMCRun<S>
    do {
      run = try mcmc.run(
        problem.posterior,
        start: start?.interruptible { control.isInterruptedEarly }
          ?? .rule(problem.start ?? .uniform()), key: context.key,
        from: stored, pool: context.pool, progress: control.progress,
        isInterrupted: { control.isInterruptedBeforeStep() || context.isRestoring },
        every: .seconds(settings.checkpointInterval)
      ) { try store?.write($0) }
    } catch let error where control.isEndedEarly(by: error) {
      throw Interrupted()
    }
    if context.isRestoring, !run.isFinished {
      throw context.unfinished(run.drawsPerChain, of: mcmc.draws, "draws of each chain")
    }
    checkpoint = CheckpointFile.file(run.checkpoint, conditions: conditions)
    guard run.drawsPerChain > 0 else {
      try store?.write(run.checkpoint)
      throw Interrupted(
        warmupKeptIn: settings.outputFolder.map {
          $0.appending(path: RunFileName.checkpoint).relativePath
        })
    }
    drawn = try run.posterior(pool: context.pool)
    let diagnosis = SamplingDiagnosis(drawn)
    let gradients = drawn.statistics.find("gradients")?.sum().scalar ?? 0
    var facts = [
      "\(mcmc.chains) chains of \(mcmc.warmup) + \(run.drawsPerChain) transitions in "
        + String(
          format: "%.2f s, %.1f gradients a draw", run.seconds,
          gradients / Double(drawn.draws.count))
    ]
    if !run.isFinished {
      facts.append(
        "interrupted after \(run.drawsPerChain) of \(mcmc.draws) draws of each chain; these are the draws so far"
          + (settings.output != nil ? ", and --resume continues from them" : ""))
    }
    course = FitCourse(
      isConverged: diagnosis.isConverged,
      verdict: diagnosis.verdict(FlagWords(context.flags).phrase), facts: facts,
      remarks: run.reads.map { "every transition was recorded anew: \($0)" },
      numbers: JSONObject([]), diagnostics: FitDiagnostics(diagnosis),
      sampling: FitSampling(
        chains: mcmc.chains, warmup: mcmc.warmup, draws: run.drawsPerChain, gradients: gradients,
        seconds: run.seconds),
      seconds: run.seconds
    ).resumed(after: context.earlierSeconds)
  }

  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) -> Posterior { drawn }
}
