import Distributions
import Foundation
import LinearAlgebra
import PPL
import Parallel
import Synchronization
import TestSupport
import Testing

@testable import Inference

/// The sandwich adjustment of a normal posterior against its closed form, and what it does where nothing is to be done.
@Suite struct PosteriorAdjustmentTests {
  private let clusters = 30
  private let size = 4

  /// Data `[size, clusters]` whose clusters share a level with standard deviation `shared`.
  private func data(shared: Double, key: RandomKey) -> Tensor {
    let keys = key.split()
    return Tensor(shared) * keys.0.normal([1, clusters]) + keys.1.normal([size, clusters])
  }

  /// The slope covariate of each cluster.
  private var covariate: Tensor { Tensor((0..<clusters).map { Double($0) / 10 - 1.45 }) }

  /// A line through the clusters with unit noise and normal priors of standard deviation 3.
  private func model(_ y: Tensor) -> Model<Void> {
    Model { [covariate] p in
      let a = p.sample("a", Normal(0, 3))
      let b = p.sample("b", Normal(0, 3))
      let level = (a + b * covariate).broadcast(to: y.shape)
      p.sample("y", Normal(level, 1), observed: y)
    }
  }

  private func posterior(_ density: LogDensity, _ count: Int = 2_000) throws -> Posterior {
    try GaussianApproximation.atMode(of: density).posterior(
      of: density, draws: count, key: RandomKey(8))
  }

  private var start: [String: Tensor] { ["a": 0, "b": 0] }

  /// H^-1 (J + P) H^-1 by hand: H = X'X + I/9, P = I/9, J = c Σ (s - s̄)(s - s̄)' with s = Σ_i (y - a - b x) (1, x), and
  /// c = K / (K - 1 - p/m) with p = tr(H^-1 X'X).
  @Test func theSandwichOfALineHasTheCovarianceOfTheClosedForm() throws {
    let y = data(shared: 1, key: RandomKey(3))
    let density = try LogDensity(model(y))
    let adjustment = try PosteriorAdjustment.sandwich(
      of: density, clusters: .axis(1), start: start)
    let x = covariate.scalars
    let m = Double(size)
    let sums = x.indices.map { k in (0..<size).reduce(0) { $0 + y.scalars[$1 * clusters + k] } }
    let information = [
      m * Double(clusters), m * x.reduce(0, +), m * x.reduce(0) { $0 + $1 * $1 },
    ]
    let H = [information[0] + 1 / 9.0, information[1], information[2] + 1 / 9.0]
    let determinant = H[0] * H[2] - H[1] * H[1]
    let inverse = [H[2] / determinant, -H[1] / determinant, H[0] / determinant]
    let right = (sums.reduce(0, +), zip(sums, x).reduce(0) { $0 + $1.0 * $1.1 })
    let a = inverse[0] * right.0 + inverse[1] * right.1
    let b = inverse[1] * right.0 + inverse[2] * right.1
    expectClose(adjustment.mode, [a, b], relative: 1e-6)
    let p =
      inverse[0] * information[0] + 2 * inverse[1] * information[1]
      + inverse[2] * information[2]
    let c = Double(clusters) / (Double(clusters) - 1 - p / m)
    expectClose([adjustment.correction], [c], relative: 1e-8)
    let scores = x.indices.map { k in
      let residual = sums[k] - m * (a + b * x[k])
      return (residual, residual * x[k])
    }
    let mean = (
      scores.reduce(0) { $0 + $1.0 } / Double(clusters),
      scores.reduce(0) { $0 + $1.1 } / Double(clusters)
    )
    var J = [1 / 9.0, 0, 1 / 9.0]
    for (s, t) in scores {
      J[0] += c * (s - mean.0) * (s - mean.0)
      J[1] += c * (s - mean.0) * (t - mean.1)
      J[2] += c * (t - mean.1) * (t - mean.1)
    }
    func product(_ u: [Double], _ v: [Double]) -> Double {
      u[0] * (J[0] * v[0] + J[1] * v[1]) + u[1] * (J[1] * v[0] + J[2] * v[1])
    }
    let rows = [[inverse[0], inverse[1]], [inverse[1], inverse[2]]]
    let expected = [
      product(rows[0], rows[0]), product(rows[0], rows[1]), product(rows[1], rows[1]),
    ]
    // The map takes the covariance H^-1 to this one, whatever the draws are.
    let A = adjustment.map
    let old = Matrix(rows: 2, columns: 2, [inverse[0], inverse[1], inverse[1], inverse[2]])
    let moved = Matrix.product(Matrix.product(A, old), A.transposed())
    // The mode is found to 1e-7 of a standard deviation.
    expectClose([moved[0, 0], moved[0, 1], moved[1, 1]], expected, relative: 1e-6)
    // Draws keep their mean, and deviate by the map.
    let base = try posterior(density)
    let draws = try adjusted(adjustment, base, density)
    expectClose(
      [draws.draws["a"].mean().scalar], [base.draws["a"].mean().scalar], relative: 1e-9)
    let ratio =
      (draws.draws["a"].variance().scalar / base.draws["a"].variance().scalar).squareRoot()
    // The variances of 2,000 draws are those of the map to some per cent.
    expectClose([ratio], [(expected[0] / inverse[0]).squareRoot()], relative: 0.05)
    #expect(ratio > 1.5)
  }

  private func adjusted(
    _ adjustment: PosteriorAdjustment, _ posterior: Posterior, _ density: LogDensity,
    threads: Int = 1
  ) throws -> Posterior {
    try adjustment.adjusted(posterior, of: density, pool: WorkPool(threads: threads))
  }

  /// The standard deviation of a by the map relative to that of the posterior.
  private func widening(_ adjustment: PosteriorAdjustment, _ density: LogDensity) throws -> Double {
    let covariance = try GaussianApproximation.atMode(of: density).factor.covariance
    let A = adjustment.map
    let moved = Matrix.product(Matrix.product(A, covariance), A.transposed())
    return (moved[0, 0] / covariance[0, 0]).squareRoot()
  }

  /// Independent data need no widening: the mean ratio of 60 data sets is 1 within three standard errors, of which each ratio
  /// has 1/sqrt(2 K) = 0.13.
  @Test func independentDataKeepTheirIntervalsOnAverage() throws {
    let ratios = try (0..<60).map { index in
      let density = try LogDensity(model(data(shared: 0, key: RandomKey(UInt64(100 + index)))))
      return try widening(
        .sandwich(of: density, clusters: .axis(1), start: start), density)
    }
    let mean = ratios.reduce(0, +) / 60
    #expect(abs(mean - 1) < 3 * 0.13 / 60.squareRoot() + 0.01, "\(mean)")
  }

  /// The same covariance by refits, whose standard deviations have an error of 1/sqrt(2 B) = 3.5 % for 400.
  @Test func refitsToResampledClustersAgreeWithTheSandwich() throws {
    let density = try LogDensity(model(data(shared: 1, key: RandomKey(4))))
    let sandwich = try PosteriorAdjustment.sandwich(
      of: density, clusters: .axis(1), start: start)
    let resampled = try PosteriorAdjustment.resampled(
      400, of: density, clusters: .axis(1), start: start, key: RandomKey(1),
      pool: WorkPool(threads: 2))
    #expect(resampled.refits == (400, 0))
    expectClose(
      [try widening(resampled, density)], [try widening(sandwich, density)], relative: 0.12)
    let serial = try PosteriorAdjustment.resampled(
      400, of: density, clusters: .axis(1), start: start, key: RandomKey(1), pool: .serial)
    #expect(serial == resampled)
  }

  /// The search for the mode asks some times whether it is interrupted; the refits after it once each.
  @Test func anInterruptionEndsTheSearchAndTheRefits() throws {
    let density = try LogDensity(model(data(shared: 1, key: RandomKey(4))))
    let asked = Atomic(0)
    func resampled(until last: Int) throws -> PosteriorAdjustment {
      asked.store(0, ordering: .relaxed)
      let interruptible = density.interruptible {
        asked.wrappingAdd(1, ordering: .relaxed).newValue > last
      }
      return try .resampled(
        20, of: interruptible, clusters: .axis(1), start: start, key: RandomKey(1), pool: .serial)
    }
    _ = try resampled(until: .max)
    let all = asked.load(ordering: .relaxed)
    #expect(all > 20)
    for last in [0, all - 21, all - 10, all - 1] {
      #expect(throws: CancellationError.self) { try resampled(until: last) }
    }
  }

  @Test func drawsDoNotDependOnThreads() throws {
    let density = try LogDensity(model(data(shared: 1, key: RandomKey(5))))
    let adjustment = try PosteriorAdjustment.sandwich(
      of: density, clusters: .axis(1), start: start)
    let base = try posterior(density, 50)
    let (one, two) = try (
      adjusted(adjustment, base, density), adjusted(adjustment, base, density, threads: 2)
    )
    #expect(one.draws.names == base.draws.names)
    for name in one.draws.names {
      #expect(
        one.draws[name].scalars.map(\.bitPattern) == two.draws[name].scalars.map(\.bitPattern))
    }
  }

  /// A missing cluster has weight 0, even where it is impossible.
  @Test func aClusterOfWeightZeroMayBeImpossible() throws {
    let model = Model<Void> { p in
      let end = p.sample("end", Normal(0, 10))
      // The third datum is above the upper end, 2 above the location.
      let gev = GEV(end.broadcast(to: [1, 3]), 1, -0.5)
      p.sample("y", gev, observed: Tensor(rows: [[1, 2, 30]]))
    }
    let density = try LogDensity(model)
    let clusters = try ClusterDensity(density, by: .axis(1), at: [2])
    let execution = Execution(try clusters.program(at: [2]))
    execution.setInput(0, [2])
    execution.setInput(1, [1, 1, 0])
    execution.run()
    let value = execution.output(0)[0]
    let expected =
      GEV(2, 1, -0.5).logProb(Tensor([1, 2])).sum() + Normal(0, 10).logProb(Tensor(2))
    expectClose([value], [expected.scalar], relative: 1e-12)
    execution.setInput(1, [1, 1, 1])
    execution.run()
    #expect(execution.output(0)[0] == -.infinity)
  }

  @Test func aPosteriorThatCannotBeAdjustedIsRefused() throws {
    let density = try LogDensity(model(data(shared: 1, key: RandomKey(6))))
    #expect(throws: PosteriorAdjustmentError.tooLarge(count: 2, limit: 1)) {
      try PosteriorAdjustment.sandwich(
        of: density, clusters: .axis(1), start: start, denseLimit: 1)
    }
    // Four clusters of 30 data.
    #expect(throws: PosteriorAdjustmentError.tooFewClusters(4, needed: 7)) {
      try PosteriorAdjustment.sandwich(of: density, clusters: .axis(0), start: start)
    }
    let flat = try LogDensity(
      Model<Void> { p in
        let a = p.sample("a", ImproperUniform(.real))
        p.sample("y", Normal(a - a, 1).expanded(to: [1, 9]), observed: .ones([1, 9]))
      })
    #expect(throws: PosteriorAdjustmentError.noMode) {
      try PosteriorAdjustment.sandwich(of: flat, clusters: .axis(1), start: ["a": 0])
    }
    let messages: [(PosteriorAdjustmentError, String)] = [
      (
        .noMode,
        "no mode of the posterior was found, so that its draws cannot be adjusted; state the dependence in the model."
      ),
      (
        .tooFewClusters(4, needed: 7),
        "there are 4 clusters of data, but an adjustment of the draws needs at least 7; take smaller clusters, or state the dependence in the model."
      ),
      (
        .tooLarge(count: 2, limit: 1),
        "the posterior has 2 unconstrained numbers, but draws of at most 1 can be adjusted; give a larger denseLimit, or state the dependence in the model."
      ),
      (
        .notReplayable,
        "the control flow of the model reads values, so that its draws cannot be adjusted; choose between tensors with select(_:_:_:) in place of if."
      ),
      (
        .tooFewRefits(converged: 3, of: 200),
        "only 3 of 200 refits to resampled clusters found a mode, where 20 and half of them are needed; take the scores of the clusters, PosteriorAdjustment.sandwich."
      ),
    ]
    for (error, message) in messages { #expect("\(error)" == message) }
  }
}
