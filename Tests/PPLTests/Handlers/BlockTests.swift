import PPL
import Testing

@Suite struct BlockTests {
  private let model = Model { p in
    let a = p.sample("a", Gaussian(0, 1))
    p.sample("b", Gaussian(a, 1))
    p.parameter("rate", initially: 1)
  }

  @Test func hiddenSitesAreNotInTheTrace() throws {
    let key = RandomKey(0)
    #expect(try model.blocking(hiding: ["a"]).seeded(by: key).trace().names == ["b", "rate"])
    #expect(try model.blocking(exposing: ["a"]).seeded(by: key).trace().names == ["a"])
    let parameters = model.blocking { $0.kind != .parameter }
    #expect(try parameters.seeded(by: key).trace().names == ["rate"])
    #expect(try model.under(Block()).seeded(by: key).trace().isEmpty)
  }

  @Test func hiddenSitesStillTakeTheirKeys() throws {
    let plain = try model.seeded(by: RandomKey(0)).trace()
    let blocked = try model.blocking(hiding: ["a"]).seeded(by: RandomKey(0)).trace()
    #expect(words(blocked["b"]?.key) == words(plain["b"]?.key))
    #expect(blocked["b"]?.value?.scalar == plain["b"]?.value?.scalar)
  }

  @Test func handlersFurtherOutDoNotReachHiddenSites() throws {
    let trace = try model.blocking(hiding: ["a"]).under(Substitute(["a": 100]))
      .seeded(by: RandomKey(0)).trace()
    let plain = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["b"]?.value?.scalar == plain["b"]?.value?.scalar)
  }

  @Test func aRequestForAKeyPasses() throws {
    let asking = Model { p in p.randomKey("k") }.under(Block())
    #expect(words(try asking.run(key: RandomKey(0))) == words(RandomKey(0).split().1))
  }
}
