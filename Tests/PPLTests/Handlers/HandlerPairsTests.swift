import PPL
import Testing

/// Each handler alone, and each with every other around it, on one small model.
///
/// The distribution `Step(c)` draws `c + n` with the `n`-th key of a seed, and its log density at `v` is `c - v`; so all numbers
/// are small integers, which can be worked out by hand. Keys of the seed around everything are numbered 1, 2, 3, …, those
/// of the handler `seed` 11, 12, 13, ….
///
/// A row says what the trace has, in order:
///
///     w=2             a parameter or a computed site, and its value
///     x=3:-1          a random site, its value and its log density, masked and scaled
///     y!=10:-7        `!` if it is observed
///     x?=3:-1         `?` if it is auxiliary
///     x@n=4:-8        `@` and the plates around it
///     n#1             a plate, and the number of the key that chose its elements
///
/// or the message of the error.
@Suite struct HandlerPairsTests {
  private let model = Model { p in
    let w = p.parameter("w", initially: [2])
    let x = p.sample("x", Step(w))
    p.sample("y", Step(x), observed: [10])
    p.deterministic("d", x + w)
  }

  private typealias Around = @Sendable (Model<Void>) -> Model<Void>

  private let handlers: [(name: String, around: Around)] = [
    ("trace", { $0.under(TraceRecorder()) }),
    ("seed", { $0.seeded(by: RandomKey(1)) }),
    ("substitute", { $0.substituting(["x": [7]]) }),
    ("replay", { $0.replaying(former) }),
    ("condition", { $0.conditioned(on: ["x": [8]]) }),
    ("uncondition", { $0.unconditioned() }),
    ("block", { $0.blocking(hiding: ["x"]) }),
    ("mask", { $0.masked(by: [0]) }),
    ("scale", { $0.scaled(by: 3) }),
    ("scope", { $0.scoped("s") }),
    ("intervene", { $0.intervening(on: ["x": [9]]) }),
    ("lift", { $0.lifting(["w": Step([0])]) }),
    (
      "reparameterize",
      { $0.reparameterized(["x": LocationScaleReparameterization(centered: 0)]) }
    ),
    ("configure", { $0.configured { site, notes in notes.isAuxiliary = site.name == "x" } }),
    (
      "plate",
      { model in Model { p in p.plate("n", 4, subsampleSize: 1) { p in model(&p) } } }
    ),
  ]

  private static var former: Trace {
    let guide = Model { p in p.sample("x", Step([0])) }.substituting(["x": [6]])
    return (try? guide.trace()) ?? Trace()
  }

  @Test func everyHandlerAndEveryPairHasARow() {
    let names = handlers.map(\.name)
    for inner in names {
      let rows = Set(handlerPairs[inner]?.keys ?? [:].keys)
      #expect(rows == Set(names + ["alone"]), "\(inner)")
    }
    #expect(Set(handlerPairs.keys) == Set(names))
  }

  @Test func aHandlerAloneDoesWhatItsRowSays() {
    for inner in handlers {
      #expect(summary(inner.around(model)) == handlerPairs[inner.name]?["alone"], "\(inner.name)")
    }
  }

  @Test func aPairDoesWhatItsRowSays() {
    for inner in handlers {
      for outer in handlers {
        let found = summary(outer.around(inner.around(model)))
        let expected = handlerPairs[inner.name]?[outer.name]
        #expect(found == expected, "\(inner.name), and around it \(outer.name)")
      }
    }
  }

  private func summary(_ model: Model<Void>) -> String {
    do {
      return try model.seeded(by: RandomKey(0)).trace().map(summary).joined(separator: " ")
    } catch {
      return "\(error)"
    }
  }

  private func summary(_ site: Site) -> String {
    let name = site.name + site.plates.map { "@" + $0.name }.joined()
    if site.kind == .plate { return name + "#\(site.key.map { keyNumber($0) } ?? 0)" }
    let flags = (site.isObserved ? "!" : "") + (site.configuration.isAuxiliary ? "?" : "")
    let density = site.logDensity().map { ":\(shown($0))" } ?? ""
    return name + flags + "=" + (site.value.map(shown) ?? "none") + density
  }

  private func shown(_ x: Tensor) -> String { "\(Int(x.sum().scalar))" }
}

/// A distribution by which a draw tells which key it was made with.
private struct Step: LocationScale {
  let location: Tensor
  var scale: Tensor { 1 }

  init(_ location: Tensor) { self.location = location }
  func at(location: Tensor, scale: Tensor) -> Step { Step(location) }

  var parameters: [Parameter] { [.init("location", location, .real)] }
  var support: Support { .real }
  var batchShape: [Int] { location.shape }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    location + Tensor.full(Double(keyNumber(key)), shape + batchShape)
  }
  func logProb(_ x: Tensor) -> Tensor { location - x }
}

/// Which key of which seed this is: 10 for each seed before it, and its place there; 0 for none of them.
private func keyNumber(_ key: RandomKey) -> Int {
  for seed in 0...1 {
    var carry = RandomKey(UInt64(seed))
    for place in 1...9 {
      let (next, own) = carry.split()
      if words(own) == words(key) { return 10 * seed + place }
      carry = next
    }
  }
  return 0
}
