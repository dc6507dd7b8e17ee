import PPL
import Testing

@Suite struct ReplayTests {
  private let model = Model { p in
    let a = p.sample("a", Gaussian(0, 1))
    p.sample("y", Gaussian(a, 1), observed: 2)
  }

  @Test func latentSitesTakeTheValuesOfTheTrace() throws {
    let guide = Model { p in p.sample("a", Gaussian(5, 0.1)) }
    let former = try guide.seeded(by: RandomKey(1)).trace()
    let trace = try model.replaying(former).trace()
    #expect(trace["a"]?.value?.scalar == former["a"]?.value?.scalar)
    #expect(trace["y"]?.value?.scalar == 2)
  }

  @Test func theBaseOfTheFormerDrawIsForgotten() throws {
    let positive = Model { p in p.sample("a", LogGaussian()) }
    let former = try positive.seeded(by: RandomKey(1)).trace()
    #expect(former["a"]?.base != nil)
    #expect(try positive.replaying(former).trace()["a"]?.base == nil)
  }

  @Test func subsamplesAreReplayed() throws {
    let rows = Model { p in p.plate("n", 9, subsampleSize: 3) { p in p.indices(of: "n").indices } }
    let former = try rows.seeded(by: RandomKey(1)).trace()
    let output = try rows.replaying(former).outputAndTrace().output
    #expect(output.scalars == former["n"]?.value?.scalars)
  }

  @Test func anObservedSiteOfTheTraceIsRefused() throws {
    let observed = try Model { p in p.sample("a", Gaussian(0, 1), observed: 1) }.trace()
    #expect(
      failure(of: model.replaying(observed))?.description
        == "site \"a\": is latent here, but observed in the replayed trace; "
        + "replay the trace of a guide, or block the site there.")
  }

  @Test func aSiteOfAnotherKindIsRefused() throws {
    let other = try Model { p in p.deterministic("a", 1) }.trace()
    #expect(
      failure(of: model.replaying(other))?.description
        == "site \"a\": is of another kind in the replayed trace; rename one of the two.")
  }
}
