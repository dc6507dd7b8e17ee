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
    let shapes = Tensor([0.2, 1, 30])
    expectSameBitsReplayed(
      { inputs in
        let key = RandomKey(words: inputs[0])
        let (a, b) = key.split()
        return [
          key.uniform([3]), key.uniform([3], in: -2..<5), a.normal([2, 2]), b.bits([2]),
          a.exponential([2]), a.gumbel([2]), a.cauchy([2]), b.permutation(9),
          key.foldIn(3).normal(), key.gamma([3], alpha: shapes), key.logGamma([3], alpha: shapes),
          key.split(4)[3].words,
        ]
      }, at: [RandomKey(2024).words])
  }

  @Test func drawsLieInTheirRange() {
    let uniform = RandomKey(1).uniform([10_000], in: -3..<2).scalars
    #expect(uniform.allSatisfy { $0 >= -3 && $0 < 2 })
    let exponential = RandomKey(1).exponential([10_000]).scalars
    #expect(exponential.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(isFinite(RandomKey(1).gumbel([10_000])).all().scalar == 1)
    #expect(isFinite(RandomKey(1).cauchy([10_000])).all().scalar == 1)
    let words = RandomKey(1).bits([1000])
    #expect((words .== floor(words)).all().scalar == 1)
    #expect(words.min().scalar >= 0 && words.max().scalar < 0x1p32)
  }

  @Test(arguments: [0, 1, 2, 100])
  func aPermutationHoldsEachNumberOnce(count: Int) {
    #expect(RandomKey(3).permutation(count).scalars.sorted() == (0..<count).map(Double.init))
  }

  // MARK: Gamma draws move with their shape

  @Test(arguments: [0.3, 1, 2.5, 20, 400])
  func theGradientOfAGammaDrawIsThatOfItsQuantile(shape: Double) {
    for seed in 0..<8 {
      let key = RandomKey(UInt64(seed))
      let draw: (Tensor) -> Tensor = { key.gamma([], alpha: $0) }
      let p = regularizedGammaP(Tensor(shape), draw(Tensor(shape)))
      // A level at the end of (0, 1) has no digits left for differences.
      guard p.scalar > 1e-3, p.scalar < 0.999 else { continue }
      func quantile(_ a: Double) -> Double { regularizedGammaPInverse(Tensor(a), p).scalar }
      let h = 1e-4 * shape
      let slope = (quantile(shape + h) - quantile(shape - h)) / (2 * h)
      // The error of a central difference is of the order of h² / shape².
      let found = gradient(of: draw, at: Tensor(shape)).scalar
      expectClose([found], [slope], relative: 1e-6)
      let logSlope = gradient(of: { key.logGamma([], alpha: $0) }, at: Tensor(shape)).scalar
      expectClose([logSlope], [slope / draw(Tensor(shape)).scalar], relative: 1e-6)
    }
  }

  @Test func theLogarithmOfAGammaDrawHasAGradientBelowTheSmallestNumber() {
    // P(a, x) = x^a / Gamma(a + 1) for tiny x, so log x = (log p + log Gamma(a + 1)) / a.
    for (seed, shape) in [(1, 1e-5), (2, 1e-4), (3, 1e-3), (4, 1e-3), (5, 1e-3)] {
      let key = RandomKey(UInt64(seed))
      let y = key.logGamma([], alpha: Tensor(shape)).scalar
      #expect(y < -30)
      let slope = (digamma(Tensor(shape + 1)).scalar - y) / shape
      let found = gradient(of: { key.logGamma([], alpha: $0) }, at: Tensor(shape)).scalar
      expectClose([found], [slope], relative: 1e-9)
    }
    #expect(exp(RandomKey(1).logGamma([], alpha: 1e-5)).scalar == 0)
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
