import Distributions
import Inference
import PPL
import Synchronization
import TestModels
import TestSupport
import Testing

/// Loops of one's own have the digits of `SVI.run`.
struct SVILoopTests {
  private let key = RandomKey(11)

  private func svi(particles: Int = 1, _ model: Model<Void> = TestModel.groups().model) -> SVI {
    SVI(
      model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05),
      loss: TraceELBO(particles: particles))
  }

  @Test(arguments: [1, 3])
  func aLoopHasTheDigitsOfARun(particles: Int) throws {
    let svi = svi(particles: particles)
    let run = try svi.run(steps: 12, key: key, progress: .silent)
    var loop = try svi.loop(from: svi.initialState(key: key))
    var losses: [Double] = []
    while loop.state.step < 12 { losses.append(try loop.step().loss) }
    let fit = loop.fit()
    #expect(losses == run.losses && fit.losses == run.losses)
    #expect(fit.state.parameters == run.state.parameters && fit.state.step == 12)
    #expect(fit.state.key.words.scalars == run.state.key.words.scalars)
    let (own, others) = (try fit.draws(5, key: key), try run.draws(5, key: key))
    #expect(own["theta"].scalars == others["theta"].scalars)
  }

  @Test(arguments: [1, 3])
  func singleStepsHaveTheDigitsOfARun(particles: Int) throws {
    let svi = svi(particles: particles)
    let run = try svi.run(steps: 4, key: key, progress: .silent)
    var state = try svi.initialState(key: key)
    for step in 0..<4 {
      let (next, record) = try svi.step(state)
      #expect(record == run.records[step])
      #expect(next.step == state.step + 1)
      state = next
    }
    #expect(state.parameters == run.state.parameters)
    #expect(state.optimizer.map(\.scalars) == run.state.optimizer.map(\.scalars))
  }

  @Test func aStepThatDivergesLeavesTheLoopWhereItWas() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.factor("shifted", log(x + 1))
    }
    // The steps grow until one leads where the logarithm is not a number.
    let svi = SVI(
      model, guide: AutoDelta(model, initialization: .values(["x": 0.5])),
      optimizer: SGD(learningRate: 4))
    var loop = try svi.loop(from: svi.initialState(key: key))
    var before = loop.state
    let divergence = #expect(throws: Divergence.self) {
      for _ in 0..<20 {
        before = loop.state
        _ = try loop.step()
      }
    }
    #expect(divergence?.step == before.step + 1 && loop.state.step == before.step)
    #expect(loop.state.parameters == before.parameters)
  }

  @Test func theDiagnosisOfAFitCostsNothingUntilItIsAskedFor() throws {
    let counter = Counter()
    let model = Model<Void> { p in
      counter.runs.add(1, ordering: .relaxed)
      let x = p.sample("x", Normal(0, 1))
      p.factor("impossible", select(x .< 100, Tensor(-.infinity), x))
    }
    let guide = Model<Void> { p in
      p.sample("x", Normal(p.parameter("loc", initially: 0), 1))
    }
    let svi = SVI(
      model, guide: guide, optimizer: SGD(learningRate: 0.1).skippingNonFinite())
    var loop = try svi.loop(from: svi.initialState(key: key))
    _ = try loop.step()
    let fit = loop.fit()
    let before = counter.runs.load(ordering: .relaxed)
    _ = (fit.losses, fit.parameters)
    #expect(counter.runs.load(ordering: .relaxed) == before)
    let outside = try #require(fit.sitesOutsideSupport.first)
    #expect(outside.site == "impossible" && outside.share == 1 && !outside.isDrawnOutside)
    #expect(counter.runs.load(ordering: .relaxed) > before)
  }

  private final class Counter: Sendable { let runs = Atomic(0) }
}
