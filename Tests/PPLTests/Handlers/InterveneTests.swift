import PPL
import Testing

@Suite struct InterveneTests {
  private let model = Model { p in
    let s = p.sample("s", Gaussian(0, 1))
    let z = p.sample("z", Gaussian(s, 1))
    return z * z
  }

  @Test func whatFollowsSeesTheValue() throws {
    let done = model.intervening(on: ["z": 3]).seeded(by: RandomKey(0))
    let (output, trace) = try done.outputAndTrace()
    #expect(output.scalar == 9)
    // The site is drawn as without the intervention.
    let plain = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["z"]?.value?.scalar == plain["z"]?.value?.scalar)
    #expect(trace["z"]?.isObserved == false)
    #expect(trace["z"]?.isStopped == false)
  }

  @Test func noEvidenceFlowsBack() throws {
    let trace = try model.intervening(on: ["z": 3]).conditioned(on: ["z": 1])
      .seeded(by: RandomKey(0)).trace()
    #expect(trace["z"]?.value?.scalar == 1)
    let s = try #require(trace["s"]?.value)
    let expected = Gaussian(0, 1).logProb(s) + Gaussian(s, 1).logProb(1)
    expectClose(trace.logDensity(), expected)
  }

  @Test func platesInsideActOnce() throws {
    let plate = Model { p in
      p.plate("n", 10, subsampleSize: 5) { p in p.sample("z", Gaussian(0, 1)) }
    }
    let trace = try plate.intervening(on: ["z": .zeros([5])]).seeded(by: RandomKey(0)).trace()
    #expect(trace["z"]?.plates.count == 1)
    #expect(trace["z"]?.scale?.scalar == 2)
  }

  @Test func aNameThatNoSiteHasIsNamed() {
    #expect(
      failure(of: model.intervening(on: ["velocity": 3]).seeded(by: RandomKey(0)))?.description
        == "intervening(on:): no site is named \"velocity\"; the sites are \"s\", \"z\".")
  }
}
