import Autodiff
import TestSupport
import Testing

/// Keys as a user meets them; their digits are tested with `Threefry`.
struct RandomKeyTests {
  @Test func oneKeyGivesTheSameNumbersTwiceAndAnotherKeyOthers() {
    #expect(RandomKey(7).normal([4]).scalars == RandomKey(7).normal([4]).scalars)
    #expect(RandomKey(7).normal([4]).scalars != RandomKey(8).normal([4]).scalars)
    #expect(RandomKey(7).words.scalars == [0, 7])
    #expect(RandomKey((3 << 32) + 9).words.scalars == [3, 9])
  }

  @Test func splittingDoesNotDependOnTheNumberOfKeys() {
    let key = RandomKey(11)
    let (first, second) = key.split()
    let five = key.split(5).map(\.words.scalars)
    #expect(five[0] == first.words.scalars)
    #expect(five[1] == second.words.scalars)
    #expect(Set(five + [key.words.scalars]).count == 6)
    #expect(key.split(0).isEmpty)
  }

  @Test func theFirstNumbersDoNotDependOnHowManyAreDrawn() {
    let key = RandomKey(5)
    #expect(Array(key.normal([6]).scalars.prefix(2)) == key.normal([2]).scalars)
    #expect(key.normal([2, 3]).scalars == key.normal([6]).scalars)
    #expect(key.normal().scalars == key.normal([1]).scalars)
  }

  @Test func recordedDrawsAreTheEagerOnes() {
    expectSameBitsReplayed(
      { inputs in
        let key = RandomKey(words: inputs[0])
        let (a, b) = key.split()
        return [
          key.uniform([3]), key.uniform([3], in: -2..<5), a.normal([2, 2]), b.bits([2]),
          b.permutation(9), key.foldIn(3).normal(), key.split(4)[3].words,
        ]
      }, at: [RandomKey(2024).words])
  }

  @Test func drawsLieInTheirRange() {
    let uniform = RandomKey(1).uniform([10_000], in: -3..<2).scalars
    #expect(uniform.allSatisfy { $0 >= -3 && $0 < 2 })
    let words = RandomKey(1).bits([1000])
    #expect((words .== floor(words)).all().scalar == 1)
    #expect(words.min().scalar >= 0 && words.max().scalar < 0x1p32)
  }

  @Test(arguments: [0, 1, 2, 100])
  func aPermutationHoldsEachNumberOnce(count: Int) {
    #expect(RandomKey(3).permutation(count).scalars.sorted() == (0..<count).map(Double.init))
  }

  // MARK: Messages

  @Test func aKeyShowsItsWords() {
    #expect(RandomKey(42).description == "RandomKey([0, 42])")
    var shown = ""
    let program = Program(
      recording: { x in
        shown = RandomKey(words: x[0]).description
        return []
      }, on: [[0, 1]])
    #expect(shown == "RandomKey(recorded)")
    #expect(program.isReplayable)
  }

  @Test func aKeyHasTwoWords() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomKey(words: [1, 2, 3])
    }
    expectMessage("RandomKey: words have shape [2], not [3].", of: exit)
  }
}
