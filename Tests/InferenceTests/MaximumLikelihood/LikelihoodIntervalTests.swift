import Distributions
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

private typealias Examples = LikelihoodExamples

/// Intervals by the delta method, the profile likelihood and the bootstrap.
struct LikelihoodIntervalTests {
  private let z95 = 1.959963984540054

  private func normalFit() throws -> MaximumLikelihoodFit {
    try MaximumLikelihood().fit(Examples.normal, start: Examples.start)
  }

  /// The deviance of a mean is `n log(1 + (m - mean)² / s²)`.
  @Test func theProfileOfANormalMeanIsThatInClosedForm() throws {
    let interval = try normalFit().interval(0.95, by: .profile, of: "mean")
    let half =
      Examples.deviation
      * expm1(Tensor(z95 * z95 / Examples.count)).scalar.squareRoot()
    // The root of the deviance is found to 1e-9.
    #expect(abs(interval.lower - (Examples.mean - half)) < 1e-8)
    #expect(abs(interval.upper - (Examples.mean + half)) < 1e-8)
    #expect(abs(interval.estimate - Examples.mean) < 1e-9 && interval.level == 0.95)
  }

  private struct Profiles: Decodable {
    struct Case: Decodable {
      let count: Int
      let mean: Double
      let ends: [Double]
    }
    let profile: [Case]
  }

  @Test func theProfileOfAnExponentialMeanIsAsymmetric() throws {
    for row in try Reference.kept("l_moments.json", as: Profiles.self).profile {
      let fit = try MaximumLikelihood().fit(
        Examples.exponential(Array(repeating: row.mean, count: row.count)))
      let mean = try fit.interval(0.95, by: .profile, of: "mean")
      expectClose([mean.lower, mean.upper], row.ends, relative: 1e-8)
      // A function of the parameter has the interval of its values; a decreasing one in reverse.
      let rate = try fit.interval(0.95, by: .profile) { p in exp(-3 * p["mean"]) }
      expectClose(
        [rate.lower, rate.upper], row.ends.reversed().map { exp(Tensor(-3 * $0)).scalar },
        relative: 1e-7)
      let delta = try fit.interval(0.95, of: "mean")
      #expect(mean.upper - row.mean > delta.upper - row.mean)
      let half = z95 * row.mean / Double(row.count).squareRoot()
      expectClose([delta.lower, delta.upper], [row.mean - half, row.mean + half], relative: 1e-7)
    }
  }

  @Test func aDeterministicSiteHasAnIntervalToo() throws {
    let model = Model<Void> { p in
      let mean = p.parameter("mean", initially: 1, in: .positive)
      p.deterministic("half", 0.5 * mean)
      p.plate("row", 5) { p in
        p.sample("y", Exponential(rate: 1 / mean), observed: .full(2.4, [5]))
      }
    }
    let fit = try MaximumLikelihood().fit(model)
    let half = try fit.interval(0.9, by: .profile, of: "half")
    let mean = try fit.interval(0.9, by: .profile, of: "mean")
    expectClose([2 * half.lower, 2 * half.upper], [mean.lower, mean.upper], relative: 1e-7)
    #expect(try abs(fit.estimate(ofSite: "half").value.scalar - 1.2) < 1e-8)
  }

  /// A quantity that cannot go further has no end there.
  @Test func anEndWithoutAThresholdIsAnError() throws {
    let model = Model<Void> { p in
      let p1 = p.sample("share", Uniform(0, 1))
      p.plate("row", 8) { p in
        p.sample("y", Bernoulli(probabilities: p1), observed: [1, 1, 1, 1, 1, 1, 1, 0])
      }
    }
    let fit = try MaximumLikelihood().fit(model, start: .values(["share": 0.5]))
    let share = try fit.interval(0.95, by: .profile, of: "share")
    #expect(share.lower > 0.5 && share.upper < 1)
    expectError(
      "MaximumLikelihood: the upper end of the profile interval was not found: the profile could be followed to 0.9, where "
        + "the deviance is 0.05189 of 3.841; the quantity may end there, so take a bootstrap, or a smaller level."
    ) {
      _ = try fit.interval(0.95, by: .profile) { p in minimum(p["share"], 0.9) }
    }
  }

  @Test func theBootstrapDoesNotDependOnThreads() throws {
    let fit = try normalFit()
    func ends(_ threads: Int) throws -> LikelihoodInterval {
      try fit.interval(
        0.9, by: .bootstrap(replicates: 120, key: RandomKey(3)), pool: WorkPool(threads: threads),
        of: "mean")
    }
    let (one, three) = (try ends(1), try ends(3))
    #expect(one == three)
    let exact = Examples.deviation / Examples.count.squareRoot() * 1.6448536269514722
    // A 5 % quantile of 120 draws has a standard error of 0.19 deviations.
    #expect(abs(one.upper - Examples.mean - exact) < 0.45 * exact)
    #expect(abs(one.lower - Examples.mean + exact) < 0.45 * exact)
  }

  @Test func theBootstrapKeepsEstimatesOfEachDataSet() throws {
    let refits = try normalFit().bootstrap(replicates: 60, key: RandomKey(5))
    #expect(refits.failures == 0 && refits.estimates["deviation"].shape == [60])
    // The estimate of a deviation is biased by (1 - 3 / 4 n) on average; four standard errors of 60 data sets.
    let ratio = refits.estimates["deviation"].mean().scalar / Examples.deviation
    #expect(abs(ratio - 0.925) < 4 * 0.224 / 7.7)
  }

  @Test func wrongIntervalsAreNamed() throws {
    let fit = try normalFit()
    expectError("MaximumLikelihoodFit.interval: level is 1.0, but must be between 0 and 1.") {
      _ = try fit.interval(1, of: "mean")
    }
    expectError("no site is named \"men\"; there are \"mean\", \"deviation\", \"y\".") {
      _ = try fit.interval(0.9, of: "men")
    }
    expectError("no site is named \"men\"; there are \"deviation\", \"mean\".") {
      _ = try fit.interval(0.9) { p in p["men"] }
    }
    expectError(
      "MaximumLikelihoodFit.interval: the quantity has shape [2], but must be one number."
    ) {
      _ = try fit.interval(0.9) { p in p["mean"] * Tensor([1, 2]) }
    }
    expectError("no site is named \"men\"; there are \"mean\", \"deviation\".") {
      _ = try fit.covariance("mean", "men")
    }
    let weighted = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.factor("weight", -square(mean - 2))
    }
    let factor = try MaximumLikelihood().fit(weighted)
    #expect(abs((factor.estimates["mean"]?.scalar ?? 0) - 2) < 1e-9 && factor.observations == 0)
    expectError(
      "MaximumLikelihood: data of site \"weight\" cannot be simulated for a bootstrap; take the delta method or the profile "
        + "likelihood."
    ) {
      _ = try factor.bootstrap(replicates: 5, key: RandomKey(0))
    }
  }
}
