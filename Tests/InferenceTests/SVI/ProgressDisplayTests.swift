import Testing

@testable import Inference

struct ProgressDisplayTests {
  @Test func silenceShowsNothing() {
    #expect(!ProgressDisplay.silent.bar("SVI", 10).isShown)
  }

  @Test func theLineNamesTheWorkAndHowFarItIs() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var bar = ProgressBar(title: "SVI", total: 4, isShown: true)
      bar.update(1, 12)
      bar.update(2, .nan)
      bar.update(4, 8)
      bar.finish()
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("\rSVI [######------------------] 1/4  loss 12.00"))
    #expect(text.contains("\rSVI [########################] 4/4  loss 8.00"))
    #expect(text.hasSuffix("steps/s \n"))
    // The second update came within a tenth of a second.
    #expect(!text.contains("2/4"))
  }

  @Test func aBarThatIsNotShownWritesNothing() async {
    let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var bar = ProgressBar(title: "hidden line", total: 1, isShown: false)
      bar.update(1, 12)
      bar.finish()
    }
    let text = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
    #expect(!text.contains("hidden line"))
  }
}
