import PPL
import Testing

@Suite struct UnconditionTests {
  private let model = Model { p in
    p.sample("a", Gaussian(0, 1))
    p.sample("y", Gaussian(0, 1), observed: 2)
  }

  @Test func dataAreDrawnAgain() throws {
    let trace = try model.unconditioned().seeded(by: RandomKey(0)).trace()
    #expect(trace["y"]?.isObserved == false)
    #expect(trace["y"]?.configuration.formerObservation?.scalar == 2)
    let (carry, _) = RandomKey(0).split()
    #expect(words(trace["y"]?.key) == words(carry.split().1))
  }

  @Test func aSeedFurtherInGivesTheKey() throws {
    let trace = try model.seeded(by: RandomKey(0)).unconditioned().trace()
    let (carry, _) = RandomKey(0).split()
    #expect(words(trace["y"]?.key) == words(carry.split().1))
  }

  @Test func withoutASeedTheSiteIsNamed() {
    let plain = Model { p in p.sample("y", Gaussian(0, 1), observed: 2) }
    #expect(failure(of: plain.unconditioned()) == .missingKey(site: "y"))
  }
}
