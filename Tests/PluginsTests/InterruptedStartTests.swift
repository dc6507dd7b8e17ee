import Distributions
import Inference
import PPL
import Synchronization
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// How often a model has run.
private final class Runs: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}

@Suite struct InterruptedStartTests {
  private func fit(interruptedAfter limit: Int, _ runs: Runs) throws -> SVIRun {
    let model = Model { p in
      runs.add()
      return p.sample("y", Normal(p.sample("mu", Normal(0, 1)), 1), observed: 1)
    }
    let control = RunControl(progress: .silent, isCancelled: { runs.value >= limit })
    let posterior = control.interruptible(model)
    let options = try SVIOptions.parse(["--steps", "50"])
    let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: options.optimizer)
    return try run(svi, options, control: control)
  }

  /// Its guide, its layout and its draws outside the support cost runs of the model, which may take minutes.
  @Test func aFinishedFitIsSetUpOnceWhenItIsResumed() throws {
    try withTemporaryFolder { folder in
      let runs = Runs()
      let model = Model { p in
        runs.add()
        return p.sample("y", Normal(p.sample("mu", Normal(0, 1)), 1), observed: 1)
      }
      let flags = ["--output", folder.path]
      let options = try SVIOptions.parse(["--steps", "5"])
      let svi = SVI(model, guide: AutoNormal(model), optimizer: options.optimizer)
      let first = try run(svi, options, flags)
      try RunFolder(creating: folder).write(first.files + [#require(first.checkpoint)])
      let before = runs.value
      let checkpoint = SVI.checkpoint(first.fit, history: first.history)
      _ = try svi.fit(from: checkpoint, key: RandomKey(0))
      let once = runs.value - before
      let resumed = try run(svi, options, flags + ["--resume"])
      #expect(once > 0 && runs.value == before + 2 * once)
      #expect(resumed.records == first.records)
    }
  }

  /// Runs of the model before the first step, and the recording of a step.
  private func runsOfAStart() throws -> Int {
    let runs = Runs()
    _ = try fit(interruptedAfter: .max, runs)
    return runs.value
  }

  /// A run is not broken off, but no other begins.
  @Test func aStartEndsAfterTheRunOfTheModelThatIsUnderWay() throws {
    let all = try runsOfAStart()
    #expect(all > 2)
    for limit in 1..<all {
      let runs = Runs()
      let error = #expect(throws: Interrupted.self) { try fit(interruptedAfter: limit, runs) }
      #expect(error?.description == "interrupted before the first result; nothing is kept.")
      #expect(runs.value == limit)
    }
  }

  /// Draws by which a guide is judged replay a recorded density, a thousand times or more.
  @Test func theJudgementOfAGuideEndsAtAnInterruption() throws {
    let questions = Runs()
    let control = RunControl(
      progress: .silent,
      isCancelled: {
        questions.add()
        return questions.value > 40
      })
    let model = Model { p in
      p.sample("y", Normal(p.sample("mu", Normal(0, 1)), 1), observed: 1)
    }
    let options = try SVIOptions.parse([])
    let svi = SVI(model, guide: AutoNormal(model), optimizer: options.optimizer)
    let context = FitContext(try .parse(["--threads", "1"]), control: control)
    let judged = try SVIRun(svi, steps: 5, learningRate: 0.003, in: context).judged(in: context)
    #expect(!judged.course.isConverged)
    let told = [judged.course.verdict] + judged.course.remarks
    #expect(told.contains { $0.contains("was interrupted before it was judged by its draws") })
    #expect(questions.value < 60)
  }

  @Test func aFitThatHasBegunKeepsItsSteps() throws {
    let runs = Runs()
    let all = try runsOfAStart()
    #expect(try fit(interruptedAfter: all, runs).fit.records.count == 1)
  }
}
