import Distributions
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

@testable import Inference

/// Nested Laplace approximations against exact posteriors and against long chains.
struct NestedLaplaceTests {
  private func mean(_ x: Tensor, _ weights: Tensor) -> Tensor {
    (x * weights[.all, .newAxis]).sum(along: [0])
  }

  private func deviation(_ x: Tensor, _ weights: Tensor) -> Tensor {
    sqrt(mean(square(x - mean(x, weights)), weights))
  }

  /// The log density of log noise and log lengthscale and of the data, in closed form.
  private func exactLogMarginal(_ theta: [Double]) -> Double {
    let covariance =
      NestedModels.covariance(exp(Tensor(theta[1])))
      + exp(Tensor(2 * theta[0])) * Tensor.identity(12)
    let y = MultivariateNormal(.zeros([12]), covariance: covariance)
    let prior = Normal(log(Tensor([0.3, 1.5])), 0.5).logProb(Tensor(theta)).sum()
    return (prior + y.logProb(NestedModels.values)).scalar
  }

  @Test func theModeOfTheHyperparametersIsThatAfterTheLastNewtonStep() throws {
    let fit = try NestedLaplace(exploration: .quadrature, draws: 10).run(
      NestedModels.regression, key: RandomKey(1), progress: .silent)
    let mode = fit.modeOfHyperparameters
    for k in 0..<2 {
      let sides = [1e-3, -1e-3].map { shift in
        var point = mode
        point[k] += shift
        return exactLogMarginal(point)
      }
      // A standard deviation is about 0.3. The search ends at slopes below 0.1 nats a deviation; the last step, by second
      // differences of 0.3 deviations, leaves a tenth of that.
      #expect(0.3 * abs(sides[0] - sides[1]) / 2e-3 < 0.01, "\(fit.hyperparameters[k])")
    }
  }

  /// Moments of log noise and log lengthscale, of f, and log p(y), by the trapezoidal rule on the exact marginal likelihood,
  /// to 4.4 deviations of the prior in steps of 0.2 of them.
  private func exactRegression() -> (
    mean: [Double], deviation: [Double], f: Tensor, logEvidence: Double
  ) {
    var (points, logs, fields): ([Double], [Double], [Tensor]) = ([], [], [])
    let prior = Normal(log(Tensor([0.3, 1.5])), 0.5)
    for i in -22...22 {
      for j in -22...22 {
        let theta = prior.mean + 0.1 * Tensor([Double(i), Double(j)])
        let (noise, lengthscale) = (exp(Tensor(theta.scalars[0])), Tensor(theta.scalars[1]))
        let K = NestedModels.covariance(exp(lengthscale))
        let total = K + square(noise) * Tensor.identity(12)
        let L = cholesky(total)
        let y = MultivariateNormal(.zeros([12]), choleskyFactor: L)
        logs.append((prior.logProb(theta).sum() + y.logProb(NestedModels.values)).scalar)
        points += theta.scalars
        let whitened = triangularSolve(L, NestedModels.values)
        fields.append(matmul(triangularSolve(L, K).transposed(), whitened))
      }
    }
    let logSum = logSumExp(logs)
    let weights = exp(Tensor(logs) - Tensor(logSum))
    let theta = Tensor(points, shape: [logs.count, 2])
    return (
      mean(theta, weights).scalars, deviation(theta, weights).scalars,
      mean(stack(fields), weights), logSum + 2 * log(Tensor(0.1)).scalar
    )
  }

  @Test func aGaussianProcessRegressionIsExact() throws {
    let exact = exactRegression()
    for exploration in [HyperparameterExploration.quadrature, .importance(points: 256)] {
      let fit = try NestedLaplace(exploration: exploration, draws: 2_000).run(
        NestedModels.regression, key: RandomKey(1), progress: .silent)
      #expect(fit.latent == ["u"] && fit.hyperparameters == ["noise", "lengthscale"])
      // The grid is cut at 4.5 deviations. The lattice has an error like 1 / 256, and smoothed weights.
      let tolerance = exploration == .quadrature ? 1e-3 : 0.03
      let (mean, deviation) = (
        mean(fit.points, fit.weights).scalars, deviation(fit.points, fit.weights).scalars
      )
      for k in 0..<2 {
        #expect(abs(mean[k] - exact.mean[k]) < tolerance * exact.deviation[k], "\(exploration)")
        #expect(abs(deviation[k] / exact.deviation[k] - 1) < tolerance, "\(exploration)")
      }
      #expect(abs(fit.logEvidence - exact.logEvidence) < tolerance, "\(exploration)")
      // Given θ the approximation is exact, so that no draw needs a weight.
      #expect(fit.isReliable && fit.khatOfDraws == 0, "\(fit)")
      let posterior = try fit.posterior()
      let (f, statistics) = (posterior.draws["f"], posterior.statistics["log_ratio"])
      // Newton's method ends 1e-9 deviations from the mode; the log density has 1e-12 of rounding.
      #expect(abs(statistics).max().scalar < 1e-7)
      // 2,000 independent draws of deviation at most 0.5: four standard errors, and the points' own error.
      #expect(abs(f.mean(along: [0]) - exact.f).max().scalar < 0.06)
    }
  }

  /// Without hyperparameters one point has all the weight: Laplace's method, exact for normal posteriors.
  @Test(arguments: [TestModel.normalMean(), .groups(), .regression()])
  func conjugateRegressionsAreExact(_ test: TestModel) throws {
    let fit = try NestedLaplace(draws: 4_000).run(
      test.model, key: RandomKey(2), progress: .silent)
    #expect(fit.hyperparameters == [] && fit.weights.scalars == [1])
    #expect(fit.isReliable && fit.khatOfPoints == nil, "\(fit)")
    let posterior = try fit.posterior()
    for (site, means) in test.posteriorMean {
      let found = posterior.summaries(of: site)
      for (i, mean) in means.enumerated() {
        // Four standard errors of 4,000 independent draws.
        #expect(abs(found[i].mean - mean) < 4 * found[i].sd / 63.2)
      }
    }
    guard test.isNormal, test.name == "normal mean" else { return }
    let covariance = 0.25 * Tensor.identity(5) + 4 * Tensor.ones([5, 5])
    let y = MultivariateNormal(.ones([5]), covariance: covariance)
    #expect(abs(fit.logEvidence - y.logProb([2.1, 1.4, 2.9, 1.7, 2.4]).scalar) < 1e-10)
  }

  /// Counts of a Gaussian process, where the approximation is not exact, against chains of the exact posterior.
  @Test(arguments: [HyperparameterExploration.importance(), .quadrature])
  func aPoissonProcessAgreesWithChains(_ exploration: HyperparameterExploration) throws {
    let run = try MCMC(NUTS(), chains: 2, warmup: 300, draws: 1_500).run(
      NestedModels.poisson, key: RandomKey(3), progress: .silent)
    let chains = try run.posterior()
    let fit = try NestedLaplace(exploration: exploration, draws: 4_000).run(
      NestedModels.poisson, key: RandomKey(4), progress: .silent)
    #expect(fit.latent == ["u", "intercept"])
    #expect(fit.isReliable, "\(fit)")
    let posterior = try fit.posterior()
    for site in ["deviation", "lengthscale", "intercept", "rate"] {
      let (expected, found) = (chains.summaries(of: site), posterior.summaries(of: site))
      for i in expected.indices {
        // About 1,500 effective draws of the chains: four errors of a mean are 0.1 deviations; the error of a deviation of
        // these skewed sites is some 4 percent.
        #expect(abs(found[i].mean - expected[i].mean) < 0.13 * expected[i].sd, "\(site)[\(i)]")
        #expect(abs(found[i].sd / expected[i].sd - 1) < 0.16, "\(site)[\(i)]")
      }
    }
  }

  @Test func groupEffectsAreIntegratedGivenTheirDeviation() throws {
    let fit = try NestedLaplace(exploration: .quadrature).run(
      NestedModels.schools, key: RandomKey(5), progress: .silent)
    // log_tau has a normal prior too, but is the deviation of another site.
    #expect(fit.latent == ["mu", "theta"] && fit.hyperparameters == ["log_tau"])
    // y | log_tau is normal: its marginal likelihood on a fine grid.
    let (y, s) = (
      Tensor([2, 0.3, -0.5, 1.1, 3, 0.2]), Tensor([1, 0.8, 1.2, 1, 0.9, 1.1])
    )
    let theta = Tensor((-100...100).map { 0.05 * Double($0) })
    let logs = theta.scalars.map { logTau in
      let diagonal = Tensor.identity(6) * (square(s) + exp(2 * Tensor(logTau)))
      let marginal = MultivariateNormal(
        .zeros([6]), covariance: diagonal + 4 * Tensor.ones([6, 6]))
      return (marginal.logProb(y) + Normal(0, 1).logProb(Tensor(logTau))).scalar
    }
    let weights = exp(Tensor(logs) - Tensor(logSumExp(logs)))
    let exact = (weights * theta).sum().scalar
    let deviation = sqrt((weights * square(theta - Tensor(exact))).sum()).scalar
    // A flat left tail, which the grid cuts at 4.5 of its scales.
    #expect(abs(mean(fit.points, fit.weights).scalars[0] - exact) < 0.01 * deviation)
    #expect(abs(self.deviation(fit.points, fit.weights).scalars[0] / deviation - 1) < 0.01)
  }

  @Test func threadsChangeNoDigit() throws {
    func fit(_ threads: Int) throws -> NestedLaplaceFit {
      try NestedLaplace(exploration: .importance(points: 40), draws: 200).run(
        NestedModels.poisson, key: RandomKey(6), pool: WorkPool(threads: threads),
        progress: .silent)
    }
    let (one, three) = (try fit(1), try fit(3))
    #expect(one.points.scalars == three.points.scalars)
    #expect(one.weights.scalars == three.weights.scalars)
    #expect(one.unconstrained.scalars == three.unconstrained.scalars)
    #expect(one.logEvidence == three.logEvidence)
  }

  @Test func theWeightsOfDrawsTellThatAPosteriorIsNotNormal() throws {
    // Tails of a Student t, far beyond those of the normal distribution at its mode.
    let model = Model<Void> { p in p.sample("x", StudentT(1, 0, Tensor.ones([8])).toEvent(1)) }
    let fit = try NestedLaplace(latent: ["x"]).run(model, key: RandomKey(7), progress: .silent)
    #expect(!fit.isReliable)
    #expect(
      "\(fit)".hasPrefix(
        "the nested Laplace approximation is not to be believed: k-hat of the draws is "))
    #expect("\(fit)".hasSuffix("take NUTS, or fewer Gaussian sites"))
  }
}
