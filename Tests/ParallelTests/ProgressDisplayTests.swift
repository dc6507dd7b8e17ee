import Testing

@testable import Parallel

struct ProgressDisplayTests {
  @Test func silenceShowsNothing() {
    #expect(!ProgressDisplay.silent.bar("SVI", 10).isShown)
  }

  @Test func aBarThatIsNotShownWritesNothing() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var bar = ProgressBar(title: "hidden line", total: 1, isShown: false)
      bar.update(1) { _ in "12" }
      bar.finish()
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(!text.contains("hidden line"))
  }

  @Test func aCounterCountsWhatWasThereBefore() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let counter = ProgressCounter(
        ProgressBar(title: "worlds", total: 4, isShown: true), done: 2)
      counter.advance()
      counter.advance()
      counter.finish()
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("\rworlds [##################------] 3/4  0 s"))
    #expect(text.contains("\rworlds [########################] 4/4  0 s"))
    #expect(text.hasSuffix("\n"))
  }

  @Test func sentencesAreWrittenWithoutATerminalUnlessSilent() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      ProgressDisplay.automatic.warn("read this")
      ProgressDisplay.silent.warn("not this")
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("read this\n") && !text.contains("not this"))
  }
}
