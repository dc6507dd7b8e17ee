import PPL
import Testing

@Suite struct ModelTests {
  private let model = Model { p in p.sample("x", Gaussian(0, 1)) }

  @Test func aKeyGivesOneDraw() throws {
    let first = try model.run(key: RandomKey(1))
    #expect(try model.run(key: RandomKey(1)).scalar == first.scalar)
    #expect(try model.run(key: RandomKey(2)).scalar != first.scalar)
    #expect(try model.seeded(by: RandomKey(1)).trace()["x"]?.value?.scalar == first.scalar)
  }

  @Test func aSeededModelStartsAfreshEachRun() throws {
    let seeded = model.seeded(by: RandomKey(1))
    #expect(try seeded.trace()["x"]?.value?.scalar == seeded.trace()["x"]?.value?.scalar)
  }

  @Test func conditioningOnAllSitesGivesTheJoint() throws {
    let pair = Model { p in
      let a = p.sample("a", Gaussian(0, 1))
      p.sample("b", Gaussian(a, 2))
    }
    let trace = try pair.conditioned(on: ["a": 1, "b": 2]).trace()
    let joint = Gaussian(0, 1).logProb(1) + Gaussian(1, 2).logProb(2)
    expectClose(trace.logDensity(), joint)
  }

  @Test func aModelWithoutItsOutputHasTheSameSites() throws {
    let silent: Model<Void> = model.discardingOutput
    let trace = try silent.seeded(by: RandomKey(1)).trace()
    #expect(trace.names == ["x"])
    #expect(try trace["x"]?.value?.scalar == model.run(key: RandomKey(1)).scalar)
  }

  @Test func aModelRunsInsideAnother() throws {
    let outer = Model { [model] p in
      let first = model.scoped("left")(&p)
      let second = model.scoped("right")(&p)
      return first - second
    }
    let (difference, trace) = try outer.seeded(by: RandomKey(3)).outputAndTrace()
    #expect(trace.names == ["left/x", "right/x"])
    #expect(difference.scalar != 0)
  }

  @Test func theLastMethodIsTheOutermostHandler() throws {
    // The scope inside renames before the condition outside looks.
    let inside = model.scoped("a").conditioned(on: ["a/x": 1])
    #expect(try inside.trace().names == ["a/x"])
    let outside = model.conditioned(on: ["x": 1]).scoped("a")
    #expect(try outside.trace()["a/x"]?.value?.scalar == 1)
  }
}
