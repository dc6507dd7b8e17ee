import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// The sandwich covariance against that of a mean in closed form.
struct ClusterTests {
  /// Three years of four stations, with a level of their own each year.
  private let values: [[Double]] = [
    [1.1, 1.4, 0.9, 1.2], [-0.7, -0.2, -0.9, -0.5], [0.4, 0.1, 0.6, 0.2], [2.2, 1.9, 2.4, 2.0],
  ]
  private var mean: Double { values.joined().reduce(0, +) / 16 }

  private var model: Model<Void> {
    Model { [values] p in
      let mean = p.sample("mean", Normal(0, 1))
      p.plate("year", 4, dim: -2) { p in
        p.plate("station", 4, dim: -1) { p in
          p.sample("y", Normal(mean, 0.5), observed: Tensor(rows: values))
        }
      }
    }
  }

  /// The variance K / (K - 1) Σ s² / n² with the sums s of the residuals of each cluster.
  private func expected(_ clusters: [[Double]]) -> Double {
    let sums = clusters.map { $0.reduce(0) { $0 + $1 - mean } }
    let count = Double(clusters.count)
    return count / (count - 1) * sums.reduce(0) { $0 + $1 * $1 } / 256
  }

  @Test func theSandwichOfAMeanIsTheVarianceOfItsClusters() throws {
    let fit = try MaximumLikelihood().fit(model)
    expectClose(fit.standardErrors["mean"] ?? 0, 0.125, relative: 1e-9)
    let stations = (0..<4).map { s in values.map { $0[s] } }
    let cases: [(DataClusters, [[Double]])] = [
      (.plate("year"), values), (.axis(0), values), (.plate("station"), stations),
      (.axis(1), stations), (.each, values.joined().map { [$0] }),
    ]
    for (clusters, rows) in cases {
      let robust = try fit.clustered(by: clusters)
      let variance = expected(rows)
      expectClose(
        robust.standardErrors["mean"] ?? 0, Tensor(variance.squareRoot()), relative: 1e-8)
      #expect(robust.clusters?.count == rows.count && robust.logLikelihood == fit.logLikelihood)
      // The penalty is the ratio of the variances for one parameter.
      let penalty = variance / (0.125 * 0.125)
      #expect(abs((robust.tic ?? 0) - (2 * penalty - 2 * fit.logLikelihood)) < 1e-8)
      let delta = try robust.interval(0.95, of: "mean")
      #expect(abs(delta.width - 2 * 1.959963984540054 * variance.squareRoot()) < 1e-7)
      // The likelihood of a normal mean is quadratic, so that both intervals are the same.
      let profile = try robust.interval(0.95, by: .profile, of: "mean")
      #expect(abs(profile.width - delta.width) < 1e-7)
    }
  }

  /// With the information of the scores of each datum the variance is J / A², A = Σ s² n / (n - 1).
  @Test func theInformationMayBeThatOfTheScores() throws {
    let fit = try MaximumLikelihood().fit(model)
    let robust = try fit.clustered(by: .plate("year"), information: .scores)
    // The expected variances are those over the squared observed information, 64.
    let spread = expected(values) * 64 * 64
    let own = expected(values.joined().map { [$0] }) * 64 * 64
    expectClose(
      robust.standardErrors["mean"] ?? 0, Tensor(spread.squareRoot() / own), relative: 1e-8)
    #expect(abs((robust.clusters?.penalty ?? 0) - spread / own) < 1e-9)
  }

  @Test func clustersThatDoNotFitAreNamed() throws {
    let fit = try MaximumLikelihood().fit(model)
    expectError(
      "MaximumLikelihood: site \"y\" does not divide into the clusters of plate \"month\"; put it into that plate, or name another."
    ) { _ = try fit.clustered(by: .plate("month")) }
    expectError(
      "MaximumLikelihood: site \"y\" does not divide into the clusters along axis 2; put it into that plate, or name another."
    ) {
      _ = try fit.clustered(by: .axis(2))
    }
    let single = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.plate("year", 1) { p in p.sample("y", Normal(mean, 1), observed: [1]) }
    }
    expectError(
      "MaximumLikelihood: 0 clusters cannot give standard errors of 1 parameter; take smaller clusters."
    ) {
      _ = try MaximumLikelihood().fit(single).clustered(by: .plate("year"))
    }
    let robust = try fit.clustered(by: .plate("year"))
    expectError(
      "MaximumLikelihood: the likelihood ratio has no chi-squared distribution where data depend on each other within "
        + "clusters; compare the TIC, or intervals."
    ) {
      _ = try robust.likelihoodRatio(against: fit)
    }
  }
}
