import PPL
import Testing

@Suite struct TraceRecorderTests {
  @Test func aNameUsedTwiceIsNamed() {
    let twice = Model { p in
      p.deterministic("x", 1)
      p.deterministic("x", 2)
    }
    #expect(
      failure(of: twice)?.description
        == "site \"x\": the model has two sites of this name; rename one, or put `scoped(_:)` "
        + "around the part that is used twice.")
  }

  @Test func aParameterMayBeMetTwice() throws {
    let twice = Model { p in
      p.parameter("w", initially: 1)
      p.parameter("w", initially: 1)
    }
    #expect(try twice.trace().names == ["w"])
  }

  @Test func aPlateMayNotTakeTheNameOfASite() {
    let model = Model { p in
      p.sample("x", Gaussian(0, 1), observed: 0)
      p.plate("x", 2) { _ in }
    }
    #expect(failure(of: model) == .duplicateSite("x"))
  }

  @Test func aRecorderMayBeUsedInsideAModel() throws {
    let model = Model { p in
      p.under(TraceRecorder()) { p in p.sample("x", Gaussian(0, 1)) }.handler.trace.names
    }
    #expect(try model.run(key: RandomKey(0)) == ["x"])
  }
}
