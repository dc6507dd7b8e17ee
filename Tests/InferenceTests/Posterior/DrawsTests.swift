import Inference
import PPL
import TestSupport
import Testing

struct DrawsTests {
  private let draws = Draws(
    count: 2, sites: [("a", [1, 2]), ("b", Tensor(rows: [[3, 4, 5], [6, 7, 8]]))])

  @Test func aSiteIsFoundByNameAndADrawByNumber() {
    #expect(draws.names == ["a", "b"])
    #expect(draws["b"].shape == [2, 3])
    #expect(draws.find("a")?.scalars == [1, 2])
    #expect(draws.find("c") == nil)
    #expect(draws[1].mapValues(\.scalars) == ["a": [2], "b": [6, 7, 8]])
  }

  @Test func aSiteThatIsNotThereIsNamed() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Draws(count: 1, sites: [("a", [1]), ("b", [2])])["c"]
    }
    expectMessage("no site is named \"c\"; there are \"a\", \"b\".", of: exit)
  }

  @Test func eachSiteHoldsAllDraws() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Draws(count: 3, sites: [("a", [1, 2])])
    }
    expectMessage("Draws: site \"a\" of shape [2] does not hold 3 draws.", of: exit)
  }
}
