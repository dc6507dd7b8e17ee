import PPL
import Testing

@Suite struct ConfigureTests {
  private let model = Model { p in
    p.plate("n", 10, subsampleSize: 2) { p in
      p.sample("x", Gaussian(0, 1))
      p.sample("y", Gaussian(0, 1), observed: .zeros([2]))
    }
    p.parameter("rate", initially: 1)
  }

  @Test func notesReachTheTrace() throws {
    let trace = try model.configured { site, notes in notes.isAuxiliary = !site.isObserved }
      .seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.configuration.isAuxiliary == true)
    #expect(trace["y"]?.configuration.isAuxiliary == false)
    #expect(trace["rate"]?.configuration.isAuxiliary == false)
  }

  @Test func theOuterOneSeesTheNotesOfTheInner() throws {
    let trace = try model.configured { _, notes in notes.isAuxiliary = true }
      .configured { site, notes in if site.name == "y" { notes.isAuxiliary.toggle() } }
      .seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.configuration.isAuxiliary == true)
    #expect(trace["y"]?.configuration.isAuxiliary == false)
  }

  @Test func aPlateMayBeIgnored() throws {
    let inside = Model { p in p.sample("x", Gaussian(0, 1)) }
      .configured { _, notes in notes.ignoredPlates = ["n"] }
    let outside = Model { p in p.plate("n", 10, subsampleSize: 2) { p in inside(&p) } }
    let trace = try outside.seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.value?.shape == [])
    #expect(trace["x"]?.scale == nil)
    #expect(trace["x"]?.plates == [])
  }
}
