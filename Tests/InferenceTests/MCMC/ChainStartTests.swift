import Distributions
import Foundation
import PPL
import Parallel
import Synchronization
import Testing

@testable import Inference

/// Warm-ups that begin with the covariance of an approximation as their mass matrix.
struct ChainStartTests {
  /// A regression on 40 rows with known noise, in columns of scales from 1e-3 to 1e3 that correlate at 0.95: a normal
  /// posterior, whose standard deviations differ by a factor of 10⁶.
  private static let model: Model<Void> = {
    let scales: Tensor = [1e-3, 1e-1, 1, 1e1, 1e3]
    let own = RandomKey(5).normal([40, 5])
    let x = (sqrt(0.95) * RandomKey(6).normal([40, 1]) + sqrt(0.05) * own) * scales
    let y = matmul(x, 1 / scales) + RandomKey(7).normal([40])
    return Model { p in
      let slopes = p.sample("slopes", ImproperUniform(.realVector, eventShape: [5]))
      p.sample("y", Normal(matmul(x, slopes), 1).toEvent(1), observed: y)
    }
  }()

  /// The posterior itself, by Newton's method.
  private func laplace() throws -> GaussianApproximation {
    try .atMode(of: LogDensity(Self.model), key: RandomKey(8))
  }

  private func run(
    _ start: ChainStart, draws: Int = 300, pool: WorkPool = .automatic
  ) throws -> MCMCRun<NUTS> {
    try MCMC(NUTS(), chains: 2, warmup: 50, draws: draws).run(
      Self.model, start: start, key: RandomKey(9), pool: pool, progress: .silent)
  }

  /// The gradients of a warm-up of 50 transitions of one chain.
  private func warmupGradients(_ start: ChainStart) throws -> Double {
    let density = try LogDensity(Self.model)
    let found = try start(density, [RandomKey(10)], .serial)
    let sampler = NUTS()
    let evaluator = density.evaluator()
    var state = try HamiltonianState(
      at: found.points[0], massMatrix: found.massMatrix, of: evaluator, warmup: 50,
      key: RandomKey(12))
    let place = try #require(sampler.statistics.firstIndex(of: "gradients"))
    var sum = 0.0
    for index in 0..<50 {
      try sampler.step(&state, of: evaluator, key: RandomKey(11).foldIn(UInt32(index)))
      sum += state.statistics[place]
    }
    return sum
  }

  @Test func aMassMatrixSavesTheGradientsOfAWarmup() throws {
    let laplace = try laplace()
    // From the same point, so that only the mass matrix differs.
    let points = ChainStart.points([laplace.point(at: [1, -1, 1, -1, 1])])
    let identity = GaussianApproximation(
      mean: laplace.mean, factor: MassMatrix(variances: [1, 1, 1, 1, 1]))
    let found = try warmupGradients(points.preconditioned(by: laplace))
    let byIdentity = try warmupGradients(points.preconditioned(by: identity))
    let byGradient = try warmupGradients(points)
    // Five numbers, standard normal in the coordinates of the matrix: a few steps a transition.
    #expect(found < 50 * 15, "\(found)")
    // The identity is wrong by a factor of 10⁶: trajectories that are as long as allowed, 1,023 steps.
    #expect(20 * found < byIdentity, "\(found), \(byIdentity)")
    // The sampler's own matrix has the scales of the gradient and not the correlations.
    #expect(found < byGradient, "\(found), \(byGradient)")
  }

  @Test func theDrawsAreThoseOfThePosteriorInAnyNumberOfThreads() throws {
    let laplace = try laplace()
    let one = try run(.approximation(laplace), pool: .serial)
    let two = try run(.approximation(laplace), pool: WorkPool(threads: 2))
    #expect(one.unconstrained.scalars == two.unconstrained.scalars)
    expectMoments(
      try one.posterior(), "slopes", means: laplace.mean, deviations: laplace.standardDeviations)
  }

  @Test func resumedChainsHaveTheSameDigits() throws {
    let start = ChainStart.approximation(try laplace())
    let whole = try run(start, draws: 20)
    let asked = Atomic(0)
    let mcmc = MCMC(NUTS(), chains: 2, warmup: 50, draws: 20)
    let part = try mcmc.run(
      Self.model, start: start, key: RandomKey(9), pool: .serial, progress: .silent,
      isInterrupted: { asked.add(1, ordering: .relaxed).newValue > 30 })
    #expect(!part.isFinished)
    let resumed = try mcmc.run(
      Self.model, start: start, key: RandomKey(9), from: part.checkpoint, progress: .silent)
    #expect(resumed.unconstrained.scalars == whole.unconstrained.scalars)
  }

  @Test func pathfinderGivesItsCovarianceToo() throws {
    let density = try LogDensity(Self.model)
    let keys = RandomKey(13).split(2)
    let plain = try ChainStart.pathfinder()(density, keys, .serial)
    let found = try ChainStart.pathfinder(usesCovariance: true)(density, keys, .serial)
    #expect(plain.massMatrix == nil && plain.points == found.points)
    let fit = try Pathfinder().run(of: density, key: keys[0])
    #expect(found.massMatrix == fit.best.approximation.factor)
  }

  @Test func aStartThatDoesNotFitIsAnError() throws {
    let laplace = try laplace()
    let start = ChainStart.rule(.uniform()).preconditioned(by: laplace)
    #expect {
      try MCMC(EllipticalSlice(), chains: 1).run(
        Self.model, start: start, key: RandomKey(0), progress: .silent)
    } throws: {
      "\($0)"
        == "elliptical slice sampling: the start has a mass matrix, but must have none: the sampler has no use for it; "
        + "take NUTS, HMC or WALNUTS."
    }
    let other = GaussianApproximation(mean: [0], factor: MassMatrix(variances: [1]))
    #expect {
      try run(.approximation(other))
    } throws: {
      "\($0)".contains("the mean has 1 numbers, but the density has 5 unconstrained values")
    }
    let flat = GaussianApproximation(
      mean: laplace.mean, factor: MassMatrix(variances: [1, 1, 0, 1, 1]))
    #expect {
      try run(.rule(.uniform()).preconditioned(by: flat))
    } throws: {
      "\($0)"
        == "ChainStart: the covariance of the approximation is singular, but must have an inverse, to be a mass matrix."
    }
  }
}
