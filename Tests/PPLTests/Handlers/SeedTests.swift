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
}
