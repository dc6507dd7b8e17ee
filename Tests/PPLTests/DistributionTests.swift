import PPL
import Testing

@Suite struct DistributionTests {
  @Test func theDefaultsFollowFromTheSupport() {
    #expect(FairCoin().isDiscrete)
    #expect(!Gaussian(0, 1).isDiscrete)
    #expect(Gaussian(0, 1).eventShape == [])
    #expect(Gaussian(Tensor([0, 1]), 1).shape == [2])
    #expect(Gaussian(0, 1).name == "Gaussian")
  }

  @Test func aDrawIsASampleUnlessMoreIsKept() {
    let key = RandomKey(1)
    let draw = Gaussian(0, 1).draw([3], key: key)
    #expect(draw.base == nil)
    #expect(draw.value.scalars == Gaussian(0, 1).sample([3], key: key).scalars)
    expectClose(Gaussian(0, 1).logProb(of: draw), Gaussian(0, 1).logProb(draw.value))
  }
}
