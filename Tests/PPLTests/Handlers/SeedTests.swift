import PPL
import Testing

@Suite struct SeedTests {
  private let model = Model { p in
    p.sample("a", Gaussian(0, 1))
    p.sample("data", Gaussian(0, 1), observed: 1)
    p.parameter("rate", initially: 1)
    p.deterministic("fact", 2)
    p.factor("weight", 0)
    p.sample("b", Gaussian(0, 1))
  }

  @Test func onlySitesThatMustBeDrawnTakeAKey() throws {
    let trace = try model.seeded(by: RandomKey(0)).trace()
    let (carry, a) = RandomKey(0).split()
    let (_, b) = carry.split()
    #expect(words(trace["a"]?.key) == words(a))
    #expect(words(trace["b"]?.key) == words(b))
    for name in ["data", "rate", "fact", "weight"] { #expect(trace[name]?.key == nil) }
  }

  @Test func aValueFromFurtherOutStillTakesAKey() throws {
    let outside = try model.seeded(by: RandomKey(0)).substituting(["a": 1]).trace()
    let plain = try model.seeded(by: RandomKey(0)).trace()
    #expect(words(outside["b"]?.key) == words(plain["b"]?.key))
    #expect(outside["a"]?.value?.scalar == 1)
  }

  @Test func aValueFromFurtherInTakesNone() throws {
    let inside = try model.substituting(["a": 1]).seeded(by: RandomKey(0)).trace()
    #expect(inside["a"]?.key == nil)
    #expect(words(inside["b"]?.key) == words(RandomKey(0).split().1))
  }

  @Test func theInnermostSeedWins() throws {
    let trace = try model.seeded(by: RandomKey(1)).seeded(by: RandomKey(2)).trace()
    #expect(words(trace["a"]?.key) == words(RandomKey(1).split().1))
  }

  /// The ten latent sites of the multiplicative GEV model, and its data.
  private static let names = [
    "k_mu.variance", "k_mu.lengthscale", "mu_s_u", "k_beta.variance", "k_beta.lengthscale",
    "beta_tilde_u", "mu0", "beta0", "log_sigma", "xi",
  ]

  @Test func keysAreNumPyros() throws {
    let model = Model { p in
      for name in Self.names {
        if name == "mu0" { p.deterministic("mu_s", 0) }
        p.sample(name, Gaussian(0, 1))
      }
      p.sample("y", Gaussian(0, 1), observed: 0)
    }
    let file = try reference("svi_trace.json")
    var runs = [(file["init"]["attempt0_key"], file["init"]["site_keys"])]
    runs += file["first_steps"].list.map { ($0["guide_seed"], $0["site_keys"]) }
    #expect(runs.count > 1)
    for (seed, keys) in runs {
      let key = RandomKey(words: try #require(seed.tensor))
      let trace = try model.seeded(by: key).trace()
      for name in Self.names {
        #expect(words(trace[name]?.key) == keys[name].tensor?.scalars, "\(name)")
      }
    }
  }
}
