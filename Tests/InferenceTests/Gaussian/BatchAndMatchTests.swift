import Distributions
import LinearAlgebra
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

@Suite struct BatchAndMatchTests {
  /// A Gaussian process regression with known hyperparameters: its values at 12 places have a normal posterior.
  static let process: (model: Model<Void>, mean: Tensor, covariance: Tensor) = {
    let x = Tensor((0..<12).map { Double($0) / 3 })
    let distances = square(x.expandingDimension(at: 1) - x)
    let gram = exp(-0.5 * distances) + 1e-4 * .identity(12)
    let y = sin(x) + 0.3 * RandomKey(5).normal([12])
    let model = Model { p in
      let f = p.sample("f", MultivariateNormal(.zeros([12]), covariance: gram))
      p.sample("y", Normal(f, 0.3).toEvent(1), observed: y)
    }
    let noise = gram + 0.09 * .identity(12)
    let factor = cholesky(noise)
    let half = triangularSolve(factor, gram)
    let weights = triangularSolve(factor, y.expandingDimension(at: 1))
    return (
      model, matmul(half.transposed(), weights).reshaped(to: [12]),
      gram - matmul(half.transposed(), half)
    )
  }()

  private func expectExact(
    _ found: GaussianApproximation, _ mean: Tensor, _ covariance: Tensor, within error: Double
  ) {
    let sd = sqrt(covariance.diagonal())
    let scale = sd.expandingDimension(at: 1) * sd
    expectClose(
      (Tensor(found.mean) - mean) / sd, .zeros(mean.shape), relative: 0, absolute: error)
    let n = mean.count
    expectClose(
      Tensor(found.factor.covariance.scalars, shape: [n, n]) / scale, covariance / scale,
      relative: 0, absolute: error)
  }

  /// Matching the scores of a normal posterior leaves rounding alone, since every draw has the same answer.
  @Test func aConjugateRegressionIsRecoveredFromAWrongStart() throws {
    let exact = GaussianApproximationTests.conjugate
    let density = try LogDensity(exact.model)
    let sd = sqrt(exact.covariance.diagonal())
    // Five standard deviations away, with scales that are wrong by factors of three.
    let start = GaussianApproximation(
      mean: (exact.mean + 5 * sd).scalars,
      factor: MassMatrix(variances: (square(sd) * Tensor([9, 0.1, 1])).scalars))
    let fit = try BatchAndMatch(importanceDraws: 500).run(
      density, from: start, key: RandomKey(1), progress: .silent)
    #expect(fit.isConverged && fit.state.iteration <= 48)
    expectExact(fit.approximation, exact.mean, exact.covariance, within: 1e-6)
  }

  @Test func aGaussianProcessRegressionIsRecovered() throws {
    let density = try LogDensity(Self.process.model)
    let fit = try BatchAndMatch(importanceDraws: 500).run(
      density, key: RandomKey(1), progress: .silent)
    expectExact(
      fit.approximation, Self.process.mean, Self.process.covariance, within: 1e-6)
    // All ratios are equal but for rounding, and have no tail.
    #expect(fit.importance.smoothing.effectiveSampleSize > 499.9)
  }

  /// A normal distribution of 20 numbers with two common factors.
  static let factorModel: (model: Model<Void>, mean: Tensor, covariance: Tensor) = {
    let n = 20
    let factors = RandomKey(8).normal([n, 2])
    let diagonal = exp(0.5 * RandomKey(9).normal([n]))
    let mean = RandomKey(10).normal([n])
    let model = Model { p in
      _ = p.sample("x", LowRankMultivariateNormal(mean, factor: factors, diagonal: diagonal))
    }
    let covariance =
      matmul(factors, factors.transposed()) + diagonal.expandingDimension(at: 1) * .identity(n)
    return (model, mean, covariance)
  }()

  /// The batch has fewer draws than there are values, so that each update is of low rank.
  @Test func aBatchSmallerThanTheVectorWorksToo() throws {
    let start = GaussianApproximation(
      mean: Array(repeating: 0, count: 20),
      factor: MassMatrix(variances: Array(repeating: 1, count: 20)))
    let fit = try BatchAndMatch(batch: 8, iterations: 200, tolerance: 1e-9, importanceDraws: 500)
      .run(LogDensity(Self.factorModel.model), from: start, key: RandomKey(1), progress: .silent)
    // What is left of the start falls geometrically, a little with each batch.
    expectExact(
      fit.approximation, Self.factorModel.mean, Self.factorModel.covariance, within: 1e-3)
  }

  /// A posterior with two common factors is in the family of that rank.
  @Test func aLowRankCovarianceIsRecovered() throws {
    let fit = try BatchAndMatch(batch: 64, iterations: 100, rank: 2, tolerance: 1e-9).run(
      LogDensity(Self.factorModel.model), key: RandomKey(1), progress: .silent)
    #expect(fit.approximation.factor.rank == 2)
    // Expectation-maximization ends at changes of 1e-4.
    expectExact(
      fit.approximation, Self.factorModel.mean, Self.factorModel.covariance, within: 5e-3)
    #expect(fit.importance.khat < 0.5)
  }

  @Test func digitsDependNeitherOnThreadsNorOnInterruptions() throws {
    let density = try LogDensity(
      Model { p in
        let scale = p.sample("scale", HalfNormal(1))
        p.sample("y", Normal(0, scale), observed: 0.3)
      })
    let settings = BatchAndMatch(iterations: 40, tolerance: 1e-9, importanceDraws: 200)
    let whole = try settings.run(density, key: RandomKey(1), pool: .serial, progress: .silent)
    let first = try BatchAndMatch(iterations: 15, tolerance: 1e-9, importanceDraws: 200).run(
      density, key: RandomKey(1), pool: WorkPool(threads: 2), progress: .silent)
    let rest = try settings.run(
      density, key: RandomKey(1), checkpoint: first.state, pool: WorkPool(threads: 3),
      progress: .silent)
    #expect(rest.state == whole.state && rest.approximation == whole.approximation)
    #expect(rest.importance.smoothing == whole.importance.smoothing)
    #expect(whole.state.iteration == 40 && !whole.isConverged)
    #expect(whole.verdict.contains("take more --iterations"))
  }

  /// The standard error of the fit is that of its means over seeds, to the factor two that 12 seeds and 40 iterations allow.
  @Test func theStandardErrorIsTheSpreadOverSeeds() throws {
    let density = try LogDensity(
      Model { p in
        let shape = p.sample("shape", Gamma(shape: 3, rate: 1))
        p.sample("y", Exponential(rate: shape), observed: 0.5)
      })
    let fits = try (0..<12).map { seed in
      try BatchAndMatch(batch: 8, iterations: 64, tolerance: 1e-9, importanceDraws: 10).run(
        density, key: RandomKey(UInt64(seed)), progress: .silent)
    }
    let sds = fits.map { $0.state.covariance.diagonal[0].squareRoot() }
    let means = Tensor(zip(fits, sds).map { $0.state.mean[0] / $1 })
    let spread = max(
      means.standardDeviation(along: [0]).scalar,
      log(Tensor(sds)).standardDeviation(along: [0]).scalar)
    let claimed = fits.reduce(0) { $0 + ($1.standardError ?? 0) } / 12
    #expect(claimed / spread > 0.5 && claimed / spread < 2, "\(claimed) for \(spread)")
  }

  /// The fit of a centred funnel is far from it, and says so.
  @Test func aCentredFunnelIsNotToBeTrusted() throws {
    let model = Model { p in
      let scale = p.sample("scale", Normal(0, 3))
      p.plate("row", 9) { p in _ = p.sample("x", Normal(0, exp(scale / 2))) }
    }
    let fit = try BatchAndMatch(iterations: 100, importanceDraws: 2_000).run(
      LogDensity(model), key: RandomKey(1), progress: .silent)
    #expect(fit.importance.khat > 0.7 && !fit.isReliable)
    #expect(fit.verdict.hasPrefix("the fit cannot be trusted: k-hat"))
    #expect(fit.verdict.contains("take --backend nuts"))
  }

  @Test func drawsOutsideTheDomainAreLeftOutAndCounted() throws {
    // Finite on one side only: log of a number that is negative for half of the draws.
    let model = Model { p in
      let x = p.sample("x", Normal(1, 1))
      p.factor("half", log(x))
    }
    let start = GaussianApproximation(mean: [1], factor: MassMatrix(variances: [1]))
    let fit = try BatchAndMatch(iterations: 20, tolerance: 1e-9, importanceDraws: 100).run(
      LogDensity(model), from: start, key: RandomKey(1), progress: .silent)
    #expect(fit.state.skipped > 0 && fit.state.skipped < fit.state.gradients)
    let far = GaussianApproximation(mean: [-50], factor: MassMatrix(variances: [1]))
    #expect {
      try BatchAndMatch().run(
        LogDensity(model), from: far, key: RandomKey(1), progress: .silent)
    } throws: {
      "\($0)".contains("no draw of iteration 1 has a finite log density and gradient")
    }
  }

  @Test(arguments: [
    (BatchAndMatch(batch: 1), "batch is 1, but must be at least 2"),
    (BatchAndMatch(iterations: 0), "iterations is 0, but must be positive"),
    (BatchAndMatch(rank: 0), "rank is 0, but must be positive"),
    (BatchAndMatch(rank: 4), "rank is 4, but must be at most 3"),
    (BatchAndMatch(tolerance: -1), "tolerance is -1.0, but must be positive"),
    (BatchAndMatch(importanceDraws: 0), "the number of importance draws is 0"),
  ])
  func settingsThatAreNotAllowedAreNamed(settings: BatchAndMatch, message: String) throws {
    let density = try LogDensity(GaussianApproximationTests.conjugate.model)
    #expect {
      try settings.run(density, key: RandomKey(1), progress: .silent)
    } throws: {
      "\($0)".contains(message)
    }
  }
}
