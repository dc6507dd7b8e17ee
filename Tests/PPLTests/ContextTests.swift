import PPL
import Synchronization
import Testing

// Misuse of a context is a compile error, so no test can hold it: `let kept = p` in a model body
// ("noncopyable 'p' cannot be consumed"), `Context()` outside the module (no public initializer),
// and capturing `p` in an escaping closure ("escaping closure captures 'inout' parameter").

/// What several handlers saw, in one list.
private final class Log: Sendable {
  private let entries = Mutex<[String]>([])
  func note(_ entry: String) { entries.withLock { $0.append(entry) } }
  var all: [String] { entries.withLock { $0 } }
}

/// Notes when it meets a site, and may stop it.
private struct Witness: Handler {
  let name: String
  let log: Log
  var stops = false

  mutating func process(_ site: inout Site) {
    log.note("\(name) processes \(site.name)")
    if stops { site.isStopped = true }
  }
  mutating func finish(_ site: Site) { log.note("\(name) finishes \(site.name)") }
}

@Suite struct ContextTests {
  /// What an outer and an inner handler see of one site.
  private func sights(innerStops: Bool) throws -> (log: [String], trace: Trace) {
    let log = Log()
    let trace = try Model { p in p.deterministic("x", 1) }
      .under(Witness(name: "inner", log: log, stops: innerStops))
      .under(Witness(name: "outer", log: log))
      .trace()
    return (log.all, trace)
  }

  @Test func theInnermostProcessesFirstAndFinishesLast() throws {
    #expect(
      try sights(innerStops: false).log == [
        "inner processes x", "outer processes x", "outer finishes x", "inner finishes x",
      ])
  }

  @Test func aStoppedSiteIsUnknownFurtherOut() throws {
    let (log, trace) = try sights(innerStops: true)
    #expect(log == ["inner processes x", "inner finishes x"])
    #expect(trace.isEmpty)
  }

  @Test func aHandlerLeavesWithItsScopeEvenByAnError() throws {
    struct Trouble: Error {}
    let model = Model { p in
      _ = try? p.under(Scope("gone")) { _ in throw Trouble() }
      p.deterministic("x", 1)
    }
    #expect(try model.trace().names == ["x"])
  }

  @Test func everyStatementReturnsItsValue() throws {
    let model = Model { p in
      let a = p.sample("a", Gaussian(0, 1), observed: 3)
      let b = p.parameter("b", initially: 2, in: .positive)
      let c = p.deterministic("c", a * b)
      p.factor("f", -c)
      return c
    }
    let (output, trace) = try model.outputAndTrace()
    #expect(output.scalar == 6)
    #expect(trace.names == ["a", "b", "c", "f"])
    #expect(trace.map(\.kind) == [.sample, .parameter, .deterministic, .factor])
    expectClose(trace.logDensity(), Tensor(-4.5 - halfLogTwoPi - 6))
  }

  @Test func aParameterMayBeDrawnFromTheSeed() throws {
    let model = Model { p in p.parameter("w") { key in key.normal([2]) } }
    let (_, key) = RandomKey(9).split()
    #expect(try model.run(key: RandomKey(9)).scalars == key.normal([2]).scalars)
    // A value from elsewhere leaves the seed alone.
    let given = model.substituting(["w": Tensor([1, 2])])
    #expect(try given.trace()["w"]?.value?.scalars == [1, 2])
  }

  @Test func aRandomKeyIsNoSite() throws {
    let model = Model { p in p.randomKey("noise") }
    let (key, trace) = try model.seeded(by: RandomKey(4)).outputAndTrace()
    #expect(words(key) == words(RandomKey(4).split().1))
    #expect(trace.isEmpty)
  }

  @Test func aMaskLeavesMissingDataOut() throws {
    let data = Tensor([1, .nan, 3])
    let model = Model { p in
      p.plate("n", 3) { p in
        p.sample("y", Gaussian(0, 1), observed: data, mask: Tensor([1, 0, 1]))
      }
    }
    let density = try model.trace().logDensity()
    expectClose(density, Tensor(-0.5 - 4.5 - 2 * halfLogTwoPi))
  }

  @Test func theRunGoesOnAfterAnErrorWithValuesOfTheRightShape() {
    let model = Model { p in
      let x = p.sample("x", Gaussian(.zeros([3]), 1))
      #expect(x.shape == [3])
      let y = p.sample("y", Gaussian(x, -1))
      #expect(y.shape == [3])
    }
    #expect(failure(of: model) == .missingKey(site: "x"))
  }

  @Test func modelsAreRecordedLikeAnyFunction() {
    let model = Model { p in
      let mean = p.sample("mean", Gaussian(0, 1))
      p.plate("n", 2) { p in p.sample("y", Gaussian(mean, 1), observed: Tensor([1, 2])) }
    }
    let gradient = PPL.gradient(
      of: { mean in
        let trace = try? model.substituting(["mean": mean]).trace()
        return trace?.logDensity() ?? 0
      }, at: 0.5)
    // -m + (1 - m) + (2 - m) at one half.
    expectClose(gradient, 1.5)
  }
}
