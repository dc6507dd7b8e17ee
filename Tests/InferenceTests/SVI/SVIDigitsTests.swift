import Distributions
import Foundation
import Inference
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

/// The loop repeats itself to the digit, however it is cut, watched, ended or recorded.
struct SVIDigitsTests {
  private let test = TestModel.regression()
  private let key = RandomKey(2024)

  private func svi() -> SVI {
    SVI(
      test.model, guide: AutoNormal(test.model),
      optimizer: ClipGlobalNorm(1000).then(Adam(learningRate: 0.05)))
  }

  // MARK: Parts of a run

  private func expectSame(
    _ a: SVIFit, _ b: SVIFit, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.state.parameters == b.state.parameters, sourceLocation: sourceLocation)
    #expect(
      a.state.key.words.scalars == b.state.key.words.scalars, sourceLocation: sourceLocation)
    #expect(a.state.step == b.state.step, sourceLocation: sourceLocation)
  }

  @Test func oneRunInTwoPartsGivesTheDigitsOfOne() throws {
    let svi = svi()
    let whole = try svi.run(steps: 60, key: key, progress: .silent)
    let first = try svi.run(steps: 23, key: key, progress: .silent)
    let second = try svi.run(steps: 37, from: first.state, progress: .silent)
    expectSame(whole, second)
    #expect(whole.records == first.records + second.records)
  }

  @Test func aCheckpointGoesOnWithTheSameDigits() throws {
    let svi = SVI(
      test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
    let whole = try svi.run(steps: 60, key: key, progress: .silent)
    let first = try svi.run(steps: 23, key: key, progress: .silent)
    let checkpoint = SVI.checkpoint(first)
    #expect(checkpoint.records == first.records)
    let state = try svi.state(from: checkpoint, key: key)
    let second = try svi.run(steps: 37, from: state, progress: .silent)
    expectSame(whole, second)
    #expect(SVI.checkpoint(second, after: checkpoint.records).records == whole.records)
  }

  @Test func aStoredCheckpointKeepsEveryRecord() throws {
    let fit = try SVI(
      test.model, guide: AutoNormal(test.model),
      optimizer: ZeroNaNs().then(ClipGlobalNorm(40)).then(Adam(learningRate: 0.05))
    ).run(steps: 40, key: key, progress: .silent)
    // A limit that some steps exceed and others do not, or the test would not see a column mixed up.
    #expect(Set(fit.records.map(\.isClipped)) == [true, false])
    let stored = try JSONEncoder().encode(SVI.checkpoint(fit))
    let read = try JSONDecoder().decode(
      Checkpoint.self, from: stored)
    #expect(read.records == fit.records)
  }

  @Test func aCheckpointOfAnotherModelIsRefused() throws {
    let other = TestModel.groups().model
    let optimizer = Adam(learningRate: 0.05)
    let fit = try SVI(other, guide: AutoNormal(other), optimizer: optimizer)
      .run(steps: 1, key: key, progress: .silent)
    let svi = SVI(test.model, guide: AutoNormal(test.model), optimizer: optimizer)
    #expect(throws: InferenceError.checkpointMismatch(stored: 6, expected: 4)) {
      try svi.state(from: SVI.checkpoint(fit), key: key)
    }
  }

  @Test func neitherProgressNorCallbackChangesADigit() throws {
    let svi = svi()
    let silent = try svi.run(steps: 30, key: key, progress: .silent)
    let shown = try svi.run(steps: 30, key: key, progress: .automatic)
    var seen: [StepRecord] = []
    let watched = try svi.run(steps: 30, key: key, progress: .silent) { step, record in
      seen.append(record)
      return seen.count == step
    }
    expectSame(silent, shown)
    expectSame(silent, watched)
    #expect(seen == silent.records)
  }

  @Test func anotherKeyGivesOtherDigits() throws {
    let a = try svi().run(steps: 3, key: RandomKey(1), progress: .silent)
    let b = try svi().run(steps: 3, key: RandomKey(2), progress: .silent)
    #expect(a.losses != b.losses)
  }

  // MARK: How it ends

  @Test func aCallbackEndsTheFit() throws {
    let fit = try svi().run(steps: 50, key: key, progress: .silent) { step, _ in step < 7 }
    #expect(fit.losses.count == 7)
    #expect(fit.state.step == 7)
    expectSame(fit, try svi().run(steps: 7, key: key, progress: .silent))
  }

  @Test func aFitThatDivergesIsKeptAsItWasBefore() throws {
    let model = TestModel.normalMean().model
    let svi = SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 1e308))
    let divergence = try #require(throws: Divergence.self) {
      try svi.run(steps: 50, key: key, progress: .silent)
    }
    let kept = divergence.step - 1
    #expect(kept >= 1)
    let parameter = try #require(divergence.parameter)
    #expect(parameter.hasPrefix("mu_auto_"))
    #expect(
      divergence.description
        == "step \(kept + 1): parameter \"\(parameter)\" is no longer finite; site \"y\": Normal "
        + "mean is inf, but must be a finite number. Lower the learning rate, clip the gradient, or start inside the support; the \(kept) steps before "
        + "it are kept.")
    let before = try svi.run(steps: kept, key: key, progress: .silent)
    expectSame(divergence.fit, before)
    #expect(divergence.fit.state.optimizer.map(\.scalars) == before.state.optimizer.map(\.scalars))
    #expect(divergence.fit.losses.count == kept)
    #expect(!divergence.record.loss.isFinite)
  }

  @Test func entriesThatAreNoNumbersCanBeSkippedAndAreCounted() throws {
    // The slope of sqrt(x²) at x = 0 is 0 / 0; the guide starts there and its draws have no spread.
    let model = Model<Void> { p in
      let start = p.parameter("start", initially: 0)
      p.sample("y", Normal(sqrt(square(start)), 1), observed: 1)
    }
    let guide = Model<Void> { _ in }
    let filtered = ZeroNaNs().then(Adam(learningRate: 0.1))
    let fit = try SVI(model, guide: guide, optimizer: filtered)
      .run(steps: 2, key: key, progress: .silent)
    #expect(fit.records.map(\.zeroed) == [1, 1])
    let divergence = try #require(throws: Divergence.self) {
      try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.1))
        .run(steps: 2, key: key, progress: .silent)
    }
    #expect(divergence.step == 1 && divergence.parameter == "start")
  }

  // MARK: Models that read their values

  @Test func aModelThatReadsAValueIsFittedAndNamesTheSite() throws {
    func model(reads: Bool) -> Model<Void> {
      Model { p in
        let z = p.sample("z", Normal(0, 1))
        let mean = reads && z.scalar > 1e6 ? 1e6 : z
        p.sample("y", Normal(mean, 0.5), observed: 1)
      }
    }
    func fit(_ model: Model<Void>) throws -> SVIFit {
      try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
        .run(steps: 20, key: key, progress: .silent)
    }
    let (reading, plain) = (try fit(model(reads: true)), try fit(model(reads: false)))
    #expect(plain.reads.isEmpty)
    let sentence = try #require(reading.reads.first)
    #expect(sentence.hasPrefix("a value that depends on "))
    #expect(sentence.contains("\"z\""))
    #expect(sentence.hasSuffix(" was read"))
    // Recorded again for each step, with the digits of a replay.
    #expect(reading.losses == plain.losses)
    expectSame(reading, plain)
  }

  @Test func particlesThatAreRecordedAgainHaveTheDigitsOfAReplay() throws {
    func fit(reads: Bool, _ pool: WorkPool) throws -> SVIFit {
      let model = Model<Void> { p in
        let z = p.sample("z", Normal(0, 1))
        let mean = reads && z.scalar > 1e6 ? 1e6 : z
        p.sample("y", Normal(mean, 0.5), observed: 1)
      }
      return try SVI(
        model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05),
        loss: TraceELBO(particles: 3, pool: pool)
      ).run(steps: 10, key: key, progress: .silent)
    }
    let plain = try fit(reads: false, .serial)
    #expect(plain.reads.isEmpty)
    for threads in [WorkPool.serial, WorkPool(threads: 2)] {
      let reading = try fit(reads: true, threads)
      #expect(!reading.reads.isEmpty)
      #expect(reading.losses == plain.losses)
      expectSame(reading, plain)
    }
  }

  @Test func controlFlowFollowsTheValueOfEachStep() throws {
    // |z| by a branch: the fit must take each, whatever the first draw was.
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      let size = z.scalar < 0 ? -z : z
      p.factor("size", -3 * square(size - 1))
    }
    let smooth = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      p.factor("size", -3 * square(abs(z) - 1))
    }
    func losses(_ model: Model<Void>) throws -> [Double] {
      let guide = AutoNormal(model, initialization: .feasible, scale: 1)
      return try SVI(model, guide: guide, optimizer: Adam(learningRate: 1e-9))
        .run(steps: 20, key: key, progress: .silent).losses
    }
    let (branching, plain) = (try losses(model), try losses(smooth))
    #expect(branching == plain)
  }
}
