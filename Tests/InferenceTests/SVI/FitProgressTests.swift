import Distributions
import PPL
import Testing

@testable import Inference
@testable import Parallel

struct FitProgressTests {
  @Test func theLineNamesTheWorkAndHowFarItIs() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var bar = FitProgress(ProgressBar(title: "SVI", total: 4, isShown: true))
      bar.update(1, 12)
      bar.update(2, .nan)
      bar.update(4, 8)
      bar.finish()
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("\rSVI [######------------------] 1/4  loss 12.00"))
    #expect(text.contains("\rSVI [########################] 4/4  loss 8.00"))
    #expect(text.hasSuffix("steps/s \n"))
    // The second update came within a tenth of a second.
    #expect(!text.contains("2/4"))
  }

  private static func fit(_ progress: ProgressDisplay) throws {
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      p.sample("y", Normal(z.scalar > 0 ? z : 2 * z, 1), observed: 1)
    }
    let svi = SVI(model, guide: AutoDelta(model), optimizer: Adam(learningRate: 0.01))
    _ = try svi.run(steps: 3, key: RandomKey(0), progress: progress)
    _ = try svi.minimized(key: RandomKey(0), progress: progress)
  }

  @Test func aModelThatReadsItsValuesIsToldOnceAFitThatItIsSlow() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      try Self.fit(.automatic)
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    let sentence =
      "was read while the step was recorded, so every step is recorded again, which takes tens of times "
      + "as long; compute with the tensor, select(_:_:_:) in place of if, and the step is replayed.\n"
    // Once by steps and once by minimization.
    #expect(text.ranges(of: sentence).count == 2)
    #expect(text.ranges(of: "SVI: a value that depends on \"z").count == 2)
  }

  @Test func silenceLeavesTheWarningOut() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      try Self.fit(.silent)
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(!text.contains("was read while"))
  }
}
