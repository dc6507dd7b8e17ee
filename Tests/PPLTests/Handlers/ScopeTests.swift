import PPL
import Testing

@Suite struct ScopeTests {
  private let model = Model { p in
    p.plate("n", 2) { p in p.sample("x", Gaussian(0, 1)) }
    p.deterministic("d", 1)
  }

  @Test func sitesAndPlatesAreRenamed() throws {
    let trace = try model.scoped("a").seeded(by: RandomKey(0)).trace()
    #expect(trace.names == ["a/n", "a/x", "a/d"])
    #expect(trace["a/x"]?.plates.map(\.name) == ["a/n"])
  }

  @Test func scopesNest() throws {
    let trace = try model.scoped("b", divider: ".").scoped("a").seeded(by: RandomKey(0)).trace()
    #expect(trace.names.first == "a/b.n")
  }

  @Test func plateFromOutsideKeepsItsName() throws {
    let inner = Model { p in p.sample("x", Gaussian(0, 1)) }.scoped("a")
    let outer = Model { p in p.plate("n", 2) { p in inner(&p) } }
    let trace = try outer.seeded(by: RandomKey(0)).trace()
    #expect(trace["a/x"]?.plates.map(\.name) == ["n"])
  }
}
