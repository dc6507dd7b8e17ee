import Distributions
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

/// Data of the tests of maximum likelihood, and models with estimates in closed form.
enum LikelihoodExamples {
  static let numbers = [1.2, -0.4, 2.7, 0.3, 1.9, 0.8, -1.1, 3.2, 1.4, 0.6]
  static var count: Double { Double(numbers.count) }
  static var mean: Double { numbers.reduce(0, +) / count }
  /// The maximum likelihood estimate of the deviation, with divisor n.
  static var deviation: Double {
    (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }

  /// Normal data with priors that are far from them.
  static let normal = Model<Void> { p in
    let mean = p.sample("mean", Normal(40, 0.01))
    let deviation = p.sample("deviation", LogNormal(5, 0.01))
    p.plate("row", numbers.count) { p in
      p.sample("y", Normal(mean, deviation), observed: Tensor(numbers))
    }
  }
  static let start = Initialization.values(["mean": 0.5, "deviation": 1])

  static func exponential(_ sample: [Double]) -> Model<Void> {
    Model { p in
      let mean = p.parameter("mean", initially: 1, in: .positive)
      p.plate("row", sample.count) { p in
        p.sample("y", Exponential(rate: 1 / mean), observed: Tensor(sample))
      }
    }
  }
}

private typealias Examples = LikelihoodExamples

/// Maximum likelihood against estimates, covariances and criteria in closed form.
struct MaximumLikelihoodTests {
  private func normalFit() throws -> MaximumLikelihoodFit {
    try MaximumLikelihood().fit(Examples.normal, start: Examples.start)
  }

  @Test func estimatesOfNormalDataAreMeanAndDeviationWhateverThePriors() throws {
    let fit = try normalFit()
    let (n, s) = (Examples.count, Examples.deviation)
    // Newton's method converges to rounding.
    expectClose(fit.estimates["mean"] ?? 0, Tensor(Examples.mean), relative: 1e-9)
    expectClose(fit.estimates["deviation"] ?? 0, Tensor(s), relative: 1e-9)
    expectClose(fit.standardErrors["mean"] ?? 0, Tensor(s / n.squareRoot()), relative: 1e-7)
    expectClose(
      fit.standardErrors["deviation"] ?? 0, Tensor(s / (2 * n).squareRoot()), relative: 1e-7)
    #expect(try abs(fit.covariance("mean", "deviation").scalar) < 1e-9)
    let logLikelihood = -0.5 * n * (log(Tensor(2 * .pi * s * s)).scalar + 1)
    #expect(abs(fit.logLikelihood - logLikelihood) < 1e-10)
    #expect(abs(fit.aic - (4 - 2 * logLikelihood)) < 1e-9)
    #expect(fit.observations == 10)
    #expect(abs(fit.bic() - (2 * log(Tensor(n)).scalar - 2 * logLikelihood)) < 1e-9)
    #expect(abs(fit.bic(observations: 1) + 2 * logLikelihood) < 1e-9 && fit.tic == nil)
    #expect(fit.convergence.newtonStep < 1e-5 && "\(fit)".hasPrefix("converged: "))
    #expect(fit.elementNames == ["mean", "deviation"] && fit.table().contains("std. error"))
  }

  /// A positive site is fitted on the scale of its logarithm, a bounded one on that of its logit.
  @Test func estimatesAndErrorsDoNotDependOnCoordinates() throws {
    let latent = try normalFit()
    let other = Model { p in
      let bound = p.sample("bound", HalfNormal(50))
      let mean = p.parameter("mean", initially: 0.5)
      let deviation = p.sample("deviation", Uniform(0, 2 + 0 * bound))
      p.plate("row", 11) { p in
        // The last value is masked.
        p.sample(
          "y", Normal(mean, deviation), observed: Tensor(Examples.numbers + [99]),
          mask: Tensor((0..<11).map { $0 < 10 ? 1 : 0 }))
        p.sample("z", Normal(bound, 1), observed: .full(3, [11]))
      }
    }
    let fit = try MaximumLikelihood().fit(other, start: .values(["deviation": 1.5, "bound": 2]))
    for name in ["mean", "deviation"] {
      // Rounding of two searches.
      expectClose(fit.estimates[name] ?? 0, latent.estimates[name] ?? 1, relative: 1e-8)
      expectClose(fit.standardErrors[name] ?? 0, latent.standardErrors[name] ?? 1, relative: 1e-6)
    }
    #expect(fit.observations == 21)
  }

  @Test func regressionHasTheCovarianceOfLeastSquares() throws {
    let x = Tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    let model = Model<Void> { p in
      let beta = p.sample("beta", Normal(Tensor([0, 0]), 1e4))
      p.plate("row", 10) { p in
        p.sample(
          "y", Normal(beta[.at(0)] + beta[.at(1)] * x, 2), observed: Tensor(Examples.numbers))
      }
    }
    let fit = try MaximumLikelihood().fit(model, start: .values(["beta": [0, 0]]))
    // 4 (Xᵀ X)⁻¹ with n = 10, Σx = 45, Σx² = 285.
    let expected = [285.0, -45, -45, 10].map { 4 * $0 / (10 * 285 - 45 * 45) }
    expectClose(
      try fit.covariance("beta", "beta"), Tensor(expected, shape: [2, 2]), relative: 1e-8)
    #expect(fit.elementNames == ["beta[0]", "beta[1]"])
    let (line, error) = try fit.estimate { p in
      p["beta"][.at(0)] + p["beta"][.at(1)] * Tensor([0, 9])
    }
    #expect(line.shape == [2])
    let variance = expected[0] + 18 * expected[1] + 81 * expected[3]
    expectClose(error, Tensor([expected[0], variance].map { $0.squareRoot() }), relative: 1e-7)
  }

  @Test func sharesOfASimplexCountTheirFreeNumbers() throws {
    let counts = [12.0, 3, 5]
    let model = Model<Void> { p in
      let shares = p.sample("shares", Dirichlet([1, 1, 1]))
      p.sample("n", Multinomial(totalCount: 20, probabilities: shares), observed: Tensor(counts))
    }
    let fit = try MaximumLikelihood().fit(model, start: .feasible)
    #expect(fit.parameterCount == 2)
    let p = counts.map { $0 / 20 }
    expectClose(fit.estimates["shares"] ?? 0, Tensor(p), relative: 1e-8)
    let covariance = (0..<9).map { k in
      let (i, j) = (k / 3, k % 3)
      return ((i == j ? p[i] : 0) - p[i] * p[j]) / 20
    }
    expectClose(
      try fit.covariance("shares", "shares"), Tensor(covariance, shape: [3, 3]), relative: 1e-6)
  }

  @Test func theLikelihoodRatioHasAPValueByChiSquared() throws {
    let fixed = Model<Void> { p in
      let deviation = p.parameter("deviation", initially: 1, in: .positive)
      p.plate("row", 10) { p in
        p.sample("y", Normal(0, deviation), observed: Tensor(Examples.numbers))
      }
    }
    let (larger, smaller) = (try normalFit(), try MaximumLikelihood().fit(fixed))
    let test = try larger.likelihoodRatio(against: smaller)
    let ratio = 1 + Examples.mean * Examples.mean / (Examples.deviation * Examples.deviation)
    #expect(abs(test.statistic - Examples.count * log(Tensor(ratio)).scalar) < 1e-9)
    #expect(test.degreesOfFreedom == 1)
    // The 95 % quantile with one degree of freedom, the 99 % one with three.
    #expect(
      abs(LikelihoodRatio(statistic: 3.841458820694124, degreesOfFreedom: 1).pValue - 0.05) < 1e-12)
    #expect(
      abs(LikelihoodRatio(statistic: 11.344866730144373, degreesOfFreedom: 3).pValue - 0.01) < 1e-12
    )
    expectError(
      "MaximumLikelihood: the larger model has a log likelihood larger by -2.691 and -1 parameters more; both must be "
        + "positive; compare models that are nested, on the same data."
    ) {
      _ = try smaller.likelihoodRatio(against: larger)
    }
  }

  @Test func drawsOfTheNormalDistributionHaveItsMoments() throws {
    let fit = try normalFit()
    let draws = try fit.draws(4_000, key: RandomKey(2))
    #expect(draws.origin.method == "maximum likelihood")
    let mean = draws.draws["mean"]
    let error = fit.standardErrors["mean"]?.scalar ?? 0
    // Four standard errors of 4,000 draws.
    #expect(abs(mean.mean().scalar - Examples.mean) < 4 * error / 63)
    #expect(abs(mean.variance().scalar.squareRoot() / error - 1) < 0.05)
  }

  @Test func theThreadsChangeNoDigit() throws {
    func fit(_ threads: Int) throws -> MaximumLikelihoodFit {
      try MaximumLikelihood().fit(
        Examples.normal, start: .values(["mean": 0.5]), key: RandomKey(4),
        pool: WorkPool(threads: threads))
    }
    let (one, three) = (try fit(1), try fit(3))
    #expect(one.approximation == three.approximation && one.convergence == three.convergence)
  }

  // MARK: Models without estimates

  @Test func whatDataDoNotDetermineIsNamed() {
    let sum = Model<Void> { p in
      let (a, b) = (p.sample("a", Normal(0, 1)), p.sample("b", Normal(0, 1)))
      let c = p.sample("c", Normal(0, 1))
      p.plate("row", 10) { p in
        p.sample("y", Normal(a + b, exp(c)), observed: Tensor(Examples.numbers))
      }
    }
    func sentence(_ names: String) -> String {
      "MaximumLikelihood: the data do not determine \(names): the likelihood is the same along a line of their values; "
        + "fix one of them, or take a posterior, in which priors count."
    }
    expectError(sentence("\"a\", \"b\"")) {
      _ = try MaximumLikelihood().fit(sum)
    }
    let unused = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.sample("idle", Gamma(shape: 2, rate: 1))
      p.sample("y", Normal(mean, 1), observed: 2)
    }
    expectError(sentence("\"idle\"")) { _ = try MaximumLikelihood().fit(unused) }
  }

  @Test func anUnboundedLikelihoodHasNoMaximum() {
    let constant = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      let deviation = p.sample("deviation", HalfNormal(1))
      p.plate("row", 4) { p in p.sample("y", Normal(mean, deviation), observed: [2, 2, 2, 2]) }
    }
    func sentence(_ searches: String, _ names: String) -> String {
      "MaximumLikelihood: \(searches) found no maximum of the likelihood, which rises without end or is flat along "
        + "\(names) (that of a GEV is unbounded for shapes below -1, and every likelihood at a scale of 0); give "
        + "starting values nearer to the estimates (start: .values), or estimate fewer parameters."
    }
    expectError(sentence("2 searches", "\"mean\", \"deviation\"")) {
      _ = try MaximumLikelihood(starts: 2).fit(constant)
    }
    // For a uniform sample that ends at its maximum the likelihood of a GEV grows to a shape of -1 and beyond.
    let bounded = Model<Void> { p in
      let (mu, sigma, xi) = (
        p.parameter("mu", initially: 0), p.parameter("sigma", initially: 1, in: .positive),
        p.parameter("xi", initially: -0.5)
      )
      p.plate("row", 6) { p in
        p.sample("y", GEV(mu, sigma, xi), observed: [-3, 0.9, 0.95, 0.98, 0.99, 1])
      }
    }
    expectError(sentence("1 search", "\"xi\"")) {
      _ = try MaximumLikelihood().fit(bounded)
    }
  }

  @Test func aModelWithoutDataOrParametersIsNamed() {
    expectError("MaximumLikelihood: the model has no observed site; condition it on data.") {
      _ = try MaximumLikelihood().fit(Model<Void> { p in p.sample("x", Normal(0, 1)) })
    }
    expectError(
      "MaximumLikelihood: the model has neither a latent site nor a parameter; there is nothing to estimate."
    ) {
      _ = try MaximumLikelihood().fit(
        Model<Void> { p in p.sample("x", Normal(0, 1), observed: 2) })
    }
    expectError("the number of starts is 0, but must be positive.") {
      _ = try MaximumLikelihood(starts: 0).fit(Examples.normal)
    }
  }
}
