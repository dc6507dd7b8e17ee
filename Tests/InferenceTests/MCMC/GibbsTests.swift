import Distributions
import Foundation
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

/// Elliptical slice sampling and Gibbs blocks against Gaussian process regression in closed form.
struct GibbsTests {
  private static let places = Tensor((0..<8).map { Double($0) / 2 })
  private static let data: Tensor = [0.3, 0.9, 1.4, 0.8, 0.1, -0.6, -0.2, 0.5]
  private static let noise = 0.6
  /// The factor of the covariance of the field.
  private static let factor = cholesky(
    exp(-0.5 * square(places.expandingDimension(at: 1) - places)) + 1e-9 * .identity(8))

  /// A whitened field and an offset, all of them standard normal: y ~ N(L u + c, 0.36 I).
  private static let regression = Model<Void> { p in
    let u = p.sample("u", Normal(.zeros([8]), 1).toEvent(1))
    let c = p.sample("c", Normal(0, 1))
    let field = p.deterministic("field", matmul(factor, u) + c)
    p.sample("y", Normal(field, Tensor(noise)).toEvent(1), observed: data)
  }

  /// The posterior of the field: K (K + 0.36 I)⁻¹ y with K the covariance of field and offset.
  private static func exact() -> (means: [Double], deviations: [Double]) {
    let prior = matmul(factor, factor.transposed()) + 1
    let whole = cholesky(prior + Tensor(noise * noise) * .identity(8))
    let left = triangularSolve(whole, prior)
    let mean = matmul(left.transposed(), triangularSolve(whole, data.reshaped(to: [8, 1])))
    let covariance = prior - matmul(left.transposed(), left)
    return (mean.scalars, sqrt(covariance.diagonal()).scalars)
  }

  private func expectRegression(
    _ sampler: some Sampler, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try MCMC(sampler, chains: 4, warmup: 150, draws: 400).run(
      Self.regression, key: RandomKey(1), progress: .silent)
    let posterior = try run.posterior()
    let (means, deviations) = Self.exact()
    expectMoments(
      posterior, "field", means: means, deviations: deviations, sourceLocation: sourceLocation)
    let diagnosis = SamplingDiagnosis(posterior, sites: ["field"])
    #expect(diagnosis.rhat.value < 1.03, "\(diagnosis)", sourceLocation: sourceLocation)
  }

  @Test func ellipticalSlicesRecoverAGaussianProcess() throws {
    try expectRegression(EllipticalSlice())
  }

  @Test func hamiltonianMonteCarloRecoversAGaussianProcess() throws {
    try expectRegression(HMC())
    try expectRegression(NUTS())
  }

  @Test func gibbsBlocksRecoverAGaussianProcess() throws {
    try expectRegression(Gibbs([.block(["u"], EllipticalSlice()), .rest(NUTS())]))
    try expectRegression(Gibbs([.block(["c"], HMC()), .rest(WALNUTS())]))
  }

  /// The prior of the sampler is N(0, 1), that of the site N(3, 4).
  @Test func ellipticalSlicesAreExactForEveryPrior() throws {
    let model = Model<Void> { p in
      let w = p.sample("w", Normal(3, 2))
      p.sample("y", Normal(w, 1), observed: 5)
    }
    let run = try MCMC(EllipticalSlice(), chains: 4, warmup: 100, draws: 1_000).run(
      model, key: RandomKey(2), progress: .silent)
    expectMoments(try run.posterior(), "w", means: [4.6], deviations: [(0.8).squareRoot()])
    #expect(run.statistics["evaluations"].mean().scalar >= 1)
  }

  @Test func digitsDependNeitherOnThreadsNorOnInterruptions() throws {
    let sampler = Gibbs([.block(["u"], EllipticalSlice()), .rest(NUTS())])
    let mcmc = MCMC(sampler, chains: 3, warmup: 40, draws: 20)
    let key = RandomKey(5)
    let whole = try mcmc.run(Self.regression, key: key, pool: .serial, progress: .silent)
    let threads = try mcmc.run(
      Self.regression, key: key, pool: WorkPool(threads: 3), progress: .silent)
    #expect(whole.unconstrained.scalars == threads.unconstrained.scalars)
    var stored: [Data] = []
    _ = try mcmc.run(Self.regression, key: key, pool: .serial, progress: .silent, every: .zero) {
      stored.append(try JSONEncoder().encode($0))
    }
    for place in [5, stored.count / 2, stored.count - 5] {
      let checkpoint = try JSONDecoder().decode(MCMC<Gibbs>.Checkpoint.self, from: stored[place])
      let resumed = try mcmc.run(Self.regression, key: key, from: checkpoint, progress: .silent)
      #expect(resumed.unconstrained.scalars == whole.unconstrained.scalars)
      #expect(resumed.statistics.names == whole.statistics.names)
    }
    #expect(
      whole.statistics.names == [
        "evaluations[1]", "acceptance[2]", "step_size[2]", "energy[2]", "tree_depth[2]",
        "gradients[2]", "divergent[2]", "gradients", "divergent",
      ])
  }

  /// The density of a part is that of the whole at the numbers that are held.
  @Test func aPartOfAVectorHasItsDensityAndGradient() throws {
    let density = try LogDensity(Self.regression)
    let evaluator = density.evaluator()
    let point = (0..<9).map { 0.1 * Double($0) - 0.3 }
    var gradient = point
    let value = try evaluator.value(at: point, gradient: &gradient)
    let part = evaluator.part([7, 2, 4], of: point)
    var own = [0.0, 0.0, 0.0]
    #expect(try part.value(at: [point[7], point[2], point[4]], gradient: &own) == value)
    #expect(own == [gradient[7], gradient[2], gradient[4]])
    var nested = [0.0]
    #expect(
      try part.part([1], of: [point[7], point[2], point[4]]).value(
        at: [point[2]], gradient: &nested) == value)
    #expect(nested == [gradient[2]])
    // Without the gradient, other operations are merged.
    expectClose([try evaluator.value(at: point)], [value], relative: 1e-13)
    expectClose([try part.value(at: [point[7], point[2], point[4]])], [value], relative: 1e-13)
  }

  /// A sampler of blocks that must know its sites.
  private struct Stranger: BlockSampler {
    var sites: [String]?
    var count = 0
    let name = "stranger"
    let statistics = ["evaluations"]

    func prepared(for vector: LatentVector) throws -> Stranger {
      Stranger(sites: vector.sites.map(\.name), count: vector.count)
    }

    func initialState(
      at point: [Double], of density: borrowing GradientEvaluator, warmup: Int, key: RandomKey
    ) throws -> EllipticalSlice.State {
      try EllipticalSlice().initialState(at: point, of: density, warmup: warmup, key: key)
    }

    func refresh(
      _ state: inout EllipticalSlice.State, of density: borrowing GradientEvaluator
    ) throws {
      try EllipticalSlice().refresh(&state, of: density)
    }

    func step(
      _ state: inout EllipticalSlice.State, of density: borrowing GradientEvaluator, key: RandomKey
    ) throws {
      #expect(sites != nil && state.position.count == count)
      try EllipticalSlice().step(&state, of: density, key: key)
    }
  }

  @Test func theSamplerOfABlockIsPreparedForItsSites() throws {
    let gibbs = Gibbs([.rest(Stranger()), .block(["c"], Stranger())])
    let prepared = try gibbs.prepared(for: LogDensity(Self.regression).vector)
    let samplers = prepared.blocks.compactMap { $0.sampler as? Stranger }
    #expect(samplers.map(\.sites) == [["u"], ["c"]] && samplers.map(\.count) == [8, 1])
    _ = try MCMC(gibbs, chains: 1, warmup: 2, draws: 3).run(
      Self.regression, key: RandomKey(3), progress: .silent)
  }

  @Test func blocksThatDoNotFitTheModelAreNamed() {
    func sentence(_ blocks: [Gibbs.Block]) -> String {
      do {
        _ = try MCMC(Gibbs(blocks), chains: 1).run(
          Self.regression, key: RandomKey(0), progress: .silent)
      } catch { return "\(error)" }
      return ""
    }
    #expect(sentence([]) == "Gibbs: there is no block, but must be at least one.")
    #expect(
      sentence([.rest(NUTS()), .rest(HMC())])
        == "Gibbs: 2 blocks are of the rest, but must be at most one.")
    #expect(
      sentence([.block(["u"], NUTS())])
        == "Gibbs: site \"c\" is in no block, but must be in one; .rest takes all that are in no other."
    )
    #expect(
      sentence([.block(["u", "c"], NUTS()), .block(["c"], HMC())])
        == "Gibbs: site \"c\" is in 2 blocks, but must be in one.")
    #expect(
      sentence([.block(["u", "c"], NUTS()), .rest(HMC())])
        == "Gibbs: block 2, HMC, has no numbers, but must have some.")
    #expect(sentence([.block(["v"], NUTS()), .rest(HMC())]).contains("no site is named \"v\""))
    #expect(
      sentence([.rest(NUTS(maxTreeDepth: 0))])
        == "NUTS: maxTreeDepth is 0, but must be from 1 to 20.")
  }
}
