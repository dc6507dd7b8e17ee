import PPL
import Testing

@Suite struct SubstituteTests {
  private let model = Model { p in
    let a = p.sample("a", Gaussian(0, 1))
    let rate = p.parameter("rate", initially: 1, in: .positive)
    return p.deterministic("product", a * rate)
  }

  @Test func latentSitesStayLatent() throws {
    let trace = try model.substituting(["a": 3]).trace()
    #expect(trace["a"]?.value?.scalar == 3)
    #expect(trace["a"]?.isObserved == false)
    expectClose(trace.logDensity(), Tensor(-4.5 - halfLogTwoPi))
  }

  @Test func parametersAndDeterministicSitesAreReached() throws {
    let (output, trace) = try model.substituting(["a": 3, "rate": 2]).outputAndTrace()
    #expect(output.scalar == 6)
    #expect(trace["rate"]?.value?.scalar == 2)
    #expect(try model.substituting(["a": 3, "product": 7]).outputAndTrace().output.scalar == 7)
  }

  @Test func aFunctionMayChoose() throws {
    let trace = try model.substituting { site in site.kind == .sample ? 5 : nil }.trace()
    #expect(trace["a"]?.value?.scalar == 5)
    #expect(trace["rate"]?.value?.scalar == 1)
  }

  @Test func aShapeThatCannotBroadcastIsNamed() {
    let vector = Model { p in p.sample("v", Gaussian(.zeros([3]), 1)) }
    #expect(
      failure(of: vector.substituting(["v": .zeros([2])]))?.description
        == "site \"v\": the value given has shape [2], but the site has [3]; "
        + "check that guide and model agree.")
  }

  @Test func aMisspeltNameGetsASuggestion() {
    #expect(
      failure(of: model.substituting(["a": 3, "prodcut": 2]))?.description
        == "substituting(_:): no site is named \"prodcut\"; did you mean \"product\"?")
  }

  @Test func valuesForSeveralModelsGoInAsAHandler() throws {
    let trace = try model.under(Substitute(["a": 3, "of the guide": 2])).trace()
    #expect(trace["a"]?.value?.scalar == 3)
  }
}
