import PPL
import Testing

@Suite struct MaskTests {
  private let model = Model { p in
    p.sample("x", Gaussian(.zeros([3]), 1), observed: .zeros([3]))
  }

  @Test func onlyKeptElementsCount() throws {
    let trace = try model.masked(by: Tensor([1, 0, 0])).trace()
    expectClose(trace.logDensity(), Tensor(-halfLogTwoPi))
  }

  @Test func masksIntersect() throws {
    let trace = try model.masked(by: Tensor([1, 1, 0])).masked(by: Tensor([0, 1, 1])).trace()
    #expect(trace["x"]?.logProb()?.scalars.map { $0 == 0 } == [true, false, true])
  }

  @Test func aScalarMaskSwitchesEverythingOff() throws {
    let weighted = Model { p in
      p.factor("f", -5)
      p.sample("x", Gaussian(0, 1), observed: 0)
    }
    #expect(try weighted.masked(by: 0).trace().logDensity().scalar == 0)
  }

  @Test func aSiteGrowsToItsMask() throws {
    let scalar = Model { p in p.sample("x", Gaussian(0, 1)) }
    let trace = try scalar.masked(by: Tensor([1, 0])).seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.value?.shape == [2])
  }

  @Test func aMaskThatDoesNotFitIsNamed() {
    #expect(
      failure(of: model.masked(by: Tensor([1, 0])))?.description
        == "site \"x\": a mask of shape [2] does not fit the batch [3]; "
        + "leave out the dimensions of the event.")
  }
}
