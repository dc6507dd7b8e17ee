import Foundation
import Inference
import PPL

extension Case {
  /// Fits for some seconds and reports what it took.
  func measured(seconds: Double) throws -> StepCost {
    switch work {
    case .fit(let problem): try measured(problem(), seconds)
    case .network: measuredNetwork(seconds)
    }
  }

  private func measuredNetwork(_ seconds: Double) -> StepCost {
    let data = NetworkTraining.data()
    Memory.forgetPeak()
    let before = Memory.resident
    let load = loadAverage
    let begin = Clock.now
    var training = NetworkTraining(data)
    _ = training.step()
    let firstStep = Clock.now.wall - begin.wall

    let warm = Clock.now
    for _ in 0..<8 { _ = training.step() }
    let perStep = (Clock.now.thread - warm.thread) / 8
    let peak = Memory.peak
    var windows = Windows(stepTime: perStep, seconds: seconds)
    windows.restart()
    repeat { _ = training.step() } while windows.tick()
    return StepCost(
      name: name, parameters: training.parameterCount, operations: training.operations,
      arena: Double(training.memory) / 1_048_576, threadTime: .init(windows.thread),
      wallTime: .init(windows.wall), windows: windows.thread.count, firstStep: 1e3 * firstStep,
      allocations: windows.allocations < 0 ? nil : windows.allocations, residentBefore: before,
      peak: peak, load: load)
  }

  private func measured(_ problem: Problem, _ seconds: Double) throws -> StepCost {
    Memory.forgetPeak()
    let before = Memory.resident
    let load = loadAverage

    let begin = Clock.now
    let svi = problem.svi
    let first = try svi.run(steps: 1, key: RandomKey(0), progress: .silent)
    let firstStep = Clock.now.wall - begin.wall

    // A pilot of at most 1000 steps tells how long a step takes without the recording, and warms the caches.
    var pilot = (start: Clock.now, perStep: 0.0)
    let warm = try svi.run(steps: 1_000, from: first.state, progress: .silent) { step, _ in
      if step == 1 { pilot.start = .now }
      let elapsed = Clock.now.thread - pilot.start.thread
      if step > 1 { pilot.perStep = elapsed / Double(step - 1) }
      return step < 3 || elapsed < 0.1 * seconds
    }

    // Before the long run, whose history of losses grows with the speed of a step.
    let peak = Memory.peak

    var windows = Windows(stepTime: pilot.perStep, seconds: seconds)
    // Room for more steps than fit in the time; the clock ends the run.
    let most = Int(4 * seconds / pilot.perStep) + 16
    let fit = try svi.run(steps: most, from: warm.state, progress: .silent) { step, _ in
      // The first step of a run includes its recording.
      if step == 1 { windows.restart() } else { return windows.tick() }
      return true
    }
    let density = try densityProgram(problem.posterior)
    return StepCost(
      name: name, parameters: fit.state.parameters.count, operations: density.operationCount,
      arena: Double(density.memory) / 1_048_576, threadTime: .init(windows.thread),
      wallTime: .init(windows.wall), windows: windows.thread.count, firstStep: 1e3 * firstStep,
      allocations: windows.allocations < 0 ? nil : windows.allocations, residentBefore: before,
      peak: peak, load: load)
  }

  /// The log density and its gradient over unconstrained values, as a program.
  private func densityProgram(_ posterior: Model<Tensor>) throws -> Program {
    let density = try LogJoint(posterior)
    return try Program(
      recording: { inputs in
        let (value, gradient) = try valueWithGradient(
          of: { x in
            try density(Dictionary(uniqueKeysWithValues: zip(density.sites.map(\.name), x)))
          }, at: inputs)
        return [value] + gradient
      }, on: density.sites.map { .full(0.1, $0.shape) })
  }

  private var loadAverage: Double {
    var loads = [0.0]
    return getloadavg(&loads, 1) == 1 ? loads[0] : .nan
  }
}
