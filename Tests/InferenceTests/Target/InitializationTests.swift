import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

struct InitializationTests {
  private static let model = Model<Void> { p in
    let mu = p.sample("mu", Normal(1, 2))
    let tau = p.sample("tau", HalfNormal(1))
    p.sample("y", Normal(mu, tau), observed: 0.7)
  }

  private func start(
    _ rule: Initialization, seed: UInt64 = 3, of model: Model<Void> = model
  ) throws -> [String: Double] {
    try LogJoint(model).start(rule, key: RandomKey(seed)).mapValues(\.scalar)
  }

  /// The keys that the first attempt's seed gives to the two sites.
  private func siteKeys(seed: UInt64 = 3) -> (mu: RandomKey, tau: RandomKey) {
    let attempt = RandomKey(seed).split().1
    let (carry, mu) = attempt.split()
    return (mu, carry.split().1)
  }

  @Test func feasibleIsTheOrigin() throws {
    #expect(try start(.feasible) == ["mu": 0, "tau": 0])
  }

  @Test func uniformLiesWithinTheRadius() throws {
    for seed in 0..<20 {
      for (rule, radius) in [(Initialization.uniform(), 2), (.uniform(radius: 0.1), 0.1)] {
        let values = try start(rule, seed: UInt64(seed)).values
        #expect(values.filter { abs($0) < radius }.count == 2)
      }
    }
    #expect(try start(.uniform(), seed: 1) != start(.uniform(), seed: 2))
  }

  @Test func uniformWithRadiusZeroIsTheOrigin() throws {
    #expect(try start(.uniform(radius: 0)) == ["mu": 0, "tau": 0])
  }

  @Test func sampleIsADrawFromThePrior() throws {
    let keys = siteKeys()
    let found = try start(.sample)
    #expect(found["mu"] == Normal(1, 2).sample([], key: keys.mu).scalar)
    let tau = log(HalfNormal(1).sample([], key: keys.tau)).scalar
    // log after exp after log.
    expectClose([found["tau"] ?? .nan], [tau], relative: 1e-14)
  }

  @Test func medianIsThatOfFifteenDraws() throws {
    let keys = siteKeys()
    let found = try start(.median())
    let mu = Normal(1, 2).sample([15], key: keys.mu).scalars.sorted()[7]
    let tau = HalfNormal(1).sample([15], key: keys.tau).scalars.sorted()[7]
    #expect(found["mu"] == mu)
    expectClose([found["tau"] ?? .nan], [log(Tensor(tau)).scalar], relative: 1e-14)
  }

  @Test func meanIsThatOfThePrior() throws {
    let found = try start(.mean)
    #expect(found["mu"] == 1)
    // sqrt(2 / pi) is the mean of a half-normal.
    expectClose([found["tau"] ?? .nan], [log(sqrt(Tensor(2 / .pi))).scalar], relative: 1e-14)
  }

  @Test func theStartIsTheMedianWhereThereIsNoMean() throws {
    let model = Model<Void> { p in
      p.sample("location", Cauchy(3, 1))
      p.sample("scale", HalfCauchy(2))
      p.sample("tail", StudentT(1, 0, 1))
    }
    let means = try start(.mean, of: model)
    let medians = try start(.median(), of: model)
    #expect(means == medians)
  }

  @Test func valuesArePutIntoUnconstrainedSpace() throws {
    let found = try start(.values(["mu": -4, "tau": 2]))
    #expect(found["mu"] == -4)
    expectClose([found["tau"] ?? .nan], [log(Tensor(2)).scalar], relative: 1e-15)
  }

  @Test func sitesWithoutAValueAreDrawn() throws {
    let found = try start(.values(["mu": -4]))
    #expect(found["mu"] == -4)
    let tau = try #require(found["tau"])
    #expect(abs(tau) < 2 && tau != 0)
  }

  @Test func valuesBroadcastOverAPlate() throws {
    let model = Model<Void> { p in
      p.plate("row", 3) { p in _ = p.sample("s", HalfNormal(1)) }
    }
    let found = try LogJoint(model).start(.values(["s": 1]), key: RandomKey(0))
    #expect(found["s"]?.scalars == [0, 0, 0])
    #expect(
      throws: ModelError.valueShape(site: "s", given: [2], expected: [3])
    ) {
      try LogJoint(model).start(.values(["s": [1, 2]]), key: RandomKey(0))
    }
  }

  @Test func anAttemptThatFailsIsFollowedByAnother() throws {
    // Only positive x have a density: some draws fail, and one of a hundred does not.
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.factor("half", log(x))
    }
    for seed in 0..<10 {
      let x = try #require(try start(.uniform(), seed: UInt64(seed), of: model)["x"])
      #expect(x > 0)
    }
  }

  @Test func aModelWithoutADensityAnywhereIsRefusedAndNamesTheSite() {
    let model = Model<Void> { p in
      p.sample("x", Normal(0, 1))
      p.factor("never", Tensor(-.infinity))
    }
    #expect(throws: InferenceError.noValidStart(attempts: 100, suspects: ["never"])) {
      try start(.uniform(), of: model)
    }
    #expect(throws: InferenceError.noValidStart(attempts: 1, suspects: ["never"])) {
      try start(.feasible, of: model)
    }
  }

  @Test func aGradientThatIsNoNumberNamesItsSite() {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.sample("y", Normal(0, 1))
      // sqrt(x²) is 0 at 0, where its derivative is 0 / 0.
      p.factor("kink", sqrt(square(x)))
    }
    #expect(throws: InferenceError.noValidStart(attempts: 1, suspects: ["x"])) {
      try start(.feasible, of: model)
    }
  }

  @Test func aValueOutsideTheSupportNamesItsSite() {
    #expect(throws: InferenceError.noValidStart(attempts: 1, suspects: ["tau"])) {
      try start(.values(["mu": 0, "tau": -1]))
    }
  }
}
