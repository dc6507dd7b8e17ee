import Distributions
import Foundation
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

/// Chains of NUTS and HMC against posteriors in closed form.
struct NUTSTests {
  /// A line through four points, conjugate: w ~ N(0, 4 I), y ~ N(X w, 1).
  private static let design = Tensor([1, -1, 1, 0, 1, 2, 1, 3], shape: [4, 2])
  private static let data: Tensor = [0.5, 1.5, 2.5, 4]
  private static let line = Model<Void> { p in
    let w = p.sample("w", Normal(.zeros([2]), 2).toEvent(1))
    let mean = p.deterministic("mean", matmul(design, w))
    p.sample("y", Normal(mean, 1).toEvent(1), observed: data)
  }

  private func expectLine(
    _ sampler: some Sampler, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try MCMC(sampler, chains: 3, warmup: 300, draws: 700).run(
      Self.line, key: RandomKey(1), progress: .silent)
    let posterior = try run.posterior()
    let precision = matmul(Self.design.transposed(), Self.design) + 0.25 * .identity(2)
    let factor = cholesky(precision)
    let inverse = triangularSolve(factor, .identity(2))
    let covariance = matmul(inverse.transposed(), inverse)
    let means = matmul(covariance, matmul(Self.design.transposed(), Self.data))
    expectMoments(
      posterior, "w", means: means.scalars,
      deviations: [
        covariance[.at(0), .at(0)].scalar.squareRoot(),
        covariance[.at(1), .at(1)].scalar.squareRoot(),
      ],
      sourceLocation: sourceLocation)
    #expect(posterior["mean"].shape == [3, 700, 4], sourceLocation: sourceLocation)
    let diagnosis = SamplingDiagnosis(posterior)
    #expect(diagnosis.isConverged, "\(diagnosis)", sourceLocation: sourceLocation)
  }

  @Test(arguments: MassMatrix.Family.allCases)
  func aConjugateRegressionIsRecovered(family: MassMatrix.Family) throws {
    try expectLine(NUTS(massMatrix: family))
    try expectLine(HMC(massMatrix: family))
    try expectLine(WALNUTS(massMatrix: family))
  }

  /// Variances from 1e-4 to 1e4 with correlations of 0.999, which a unit metric would take 1e4 steps for.
  @Test(arguments: [MassMatrix.Family.lowRank, .dense])
  func scalesAndCorrelationsAreAdaptedTo(family: MassMatrix.Family) throws {
    let scales = Tensor((0..<8).map { pow(10, Double($0 % 5) - 2) })
    let correlation = 0.999 * Tensor.ones([8, 8]) + 0.001 * .identity(8)
    let covariance = scales.expandingDimension(at: 1) * correlation * scales
    let model = Model<Void> { p in
      _ = p.sample("x", MultivariateNormal(.zeros([8]), covariance: covariance))
    }
    let run = try MCMC(NUTS(massMatrix: family), chains: 4, warmup: 400, draws: 500).run(
      model, key: RandomKey(2), progress: .silent)
    let posterior = try run.posterior()
    expectMoments(posterior, "x", means: Array(repeating: 0, count: 8), deviations: scales.scalars)
    // With the right metric, a handful of steps a draw.
    #expect(run.statistics["gradients"].mean().scalar < 16)
    #expect(SamplingDiagnosis(posterior).isConverged)
  }

  @Test func digitsDependNeitherOnThreadsNorOnInterruptions() throws {
    let mcmc = MCMC(NUTS(), chains: 3, warmup: 60, draws: 40)
    let key = RandomKey(5)
    let whole = try mcmc.run(Self.line, key: key, pool: .serial, progress: .silent)
    let threads = try mcmc.run(Self.line, key: key, pool: WorkPool(threads: 3), progress: .silent)
    #expect(whole.unconstrained.scalars == threads.unconstrained.scalars)
    // Saved after every transition, stored as a file would have it, and resumed from the middle.
    var stored: [Data] = []
    _ = try mcmc.run(Self.line, key: key, pool: .serial, progress: .silent, every: .zero) {
      stored.append(try JSONEncoder().encode($0))
    }
    #expect(stored.count == 100)
    for place in [10, stored.count / 2, stored.count - 10] {
      let checkpoint = try JSONDecoder().decode(MCMC<NUTS>.Checkpoint.self, from: stored[place])
      let resumed = try mcmc.run(Self.line, key: key, from: checkpoint, progress: .silent)
      #expect(resumed.unconstrained.scalars == whole.unconstrained.scalars)
      #expect(resumed.statistics["energy"].scalars == whole.statistics["energy"].scalars)
    }
  }

  /// The energy along a leapfrog trajectory is that of its start but for an error of the square of the step.
  @Test func stepsAreReversibleAndOfSecondOrder() throws {
    let density = try LogDensity(Self.line)
    let evaluator = density.evaluator()
    let mass = MassMatrix(variances: [0.5, 0.2])
    var gradient = [0.0, 0.0]
    let value = try evaluator.value(at: [0.3, -0.2], gradient: &gradient)
    var (force, scratch) = ([0.0, 0.0], [0.0, 0.0])
    mass.applyTranspose(gradient, &force, scratch: &scratch)
    let start = PhasePoint(
      position: [0.3, -0.2], momentum: [0.7, -1.1], gradient: gradient, force: force,
      logDensity: value)
    func error(_ steps: Int) throws -> Double {
      var point = start
      for _ in 0..<steps { try point.leap(1 / Double(steps), mass, evaluator, &scratch) }
      let error = point.energy - start.energy
      for _ in 0..<steps { try point.leap(-1 / Double(steps), mass, evaluator, &scratch) }
      expectClose(point.position, start.position, relative: 1e-12)
      return error
    }
    let ratio = try error(16) / error(32)
    #expect(abs(ratio - 4) < 0.1, "\(ratio)")
  }

  @Test func settingsThatAreNotAllowedAreNamed() {
    func sentence(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    func run(_ mcmc: MCMC<some Sampler>) -> String {
      sentence { _ = try mcmc.run(Self.line, key: RandomKey(0), progress: .silent) }
    }
    #expect(
      run(MCMC(NUTS(targetAcceptance: 1)))
        == "NUTS: targetAcceptance is 1.0, but must be between 0 and 1.")
    #expect(
      run(MCMC(NUTS(maxTreeDepth: 0))) == "NUTS: maxTreeDepth is 0, but must be from 1 to 20.")
    #expect(
      run(MCMC(HMC(trajectoryLength: 0))) == "HMC: trajectoryLength is 0.0, but must be positive.")
    #expect(run(MCMC(NUTS(), chains: 0)) == "the number of chains is 0, but must be positive.")
    #expect(
      run(MCMC(NUTS(), draws: 0)) == "the number of draws of a chain is 0, but must be positive.")
    #expect(run(MCMC(NUTS(), warmup: -1)) == "MCMC: warmup is -1, but must not be negative.")
  }
}
