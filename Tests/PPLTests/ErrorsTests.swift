import PPL
import Testing

// Errors that belong to one statement or handler are tested beside it.
@Suite struct ErrorsTests {
  @Test func aDrawWithoutASeedIsNamed() {
    let model = Model { p in p.sample("x", Gaussian(0, 1)) }
    #expect(
      failure(of: model)?.description == "site \"x\": needs a key: run the model seeded(by:).")
    #expect(
      failure(of: Model { p in _ = p.randomKey("noise") })?.description
        == "site \"noise\": needs a key: run the model seeded(by:).")
  }

  @Test func aWrongParameterIsNamedWithItsSite() {
    let model = Model { p in p.sample("peak", Gaussian(0, Tensor([1, 1, 1, -0.2]))) }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "site \"peak\": Gaussian deviation[3] is -0.2, but must be positive.")
  }

  @Test func nothingIsDrawnFromADistributionWithAWrongParameter() {
    // A rejection sampler with such a parameter may never return.
    struct Endless: Distribution {
      var parameters: [Parameter] { [.init("rate", -1, .positive)] }
      var support: Support { .positive }
      var batchShape: [Int] { [] }
      func sample(_ shape: [Int], key: RandomKey) -> Tensor {
        Issue.record("drawn")
        return .ones(shape)
      }
      func logProb(_ x: Tensor) -> Tensor { x }
    }
    let model = Model { p in p.sample("x", Endless()) }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "site \"x\": Endless rate is -1.0, but must be positive.")
  }

  @Test func aParameterOutsideItsSupportIsNamed() {
    let model = Model { p in p.parameter("rate", initially: Tensor([1, -1]), in: .positive) }
    #expect(
      failure(of: model)?.description
        == "parameter \"rate\": its value[1] is -1.0, but must be positive; "
        + "start it inside, or declare another support.")
  }

  @Test func aNameInAnotherCaseIsSuggested() {
    let model = Model { p in
      p.sample("z", Gaussian(0, 1))
      p.sample("y", Gaussian(0, 1))
    }
    #expect(
      failure(of: model.conditioned(on: ["Y": 1]).seeded(by: RandomKey(0)))?.description
        == "conditioned(on:): no site is named \"Y\"; did you mean \"y\"?")
  }

  @Test func aMaskOfOtherNumbersThanZeroAndOneIsNamed() {
    func message(_ offender: String) -> String {
      "site \"x\": its mask\(offender), but must be 0 where an element does not count and 1 where it does; "
        + "for another weight of the log density use scaled(by:)."
    }
    let direct = Model { p in
      p.sample("x", Gaussian(0, 1), observed: .ones([3]), mask: Tensor([1, 0.5, 0]))
    }
    #expect(failure(of: direct)?.description == message("[1] is 0.5"))
    let plain = Model { p in p.sample("x", Gaussian(.zeros([2]), 1), observed: .ones([2])) }
    #expect(failure(of: plain.masked(by: Tensor([1, 2])))?.description == message("[1] is 2.0"))
    #expect(failure(of: plain.masked(by: Tensor([.nan, 1])))?.description == message("[0] is nan"))
    // Masks that are combined, where 0.5 would count as 1.
    let combined = plain.masked(by: Tensor([1, 1])).masked(by: Tensor([0.5, 1]))
    #expect(failure(of: combined)?.description == message("[0] is 0.5"))
    let term = Model { p in p.factor("x", 1) }
    #expect(failure(of: term.masked(by: -1))?.description == message(" is -1.0"))
    let wrapped = Model { p in
      func statement(_ distribution: some Distribution) {
        p.sample("x", distribution, observed: .ones([2]))
      }
      statement(Gaussian(.zeros([2]), 1).masked(by: Tensor([1, 0.25])))
    }
    #expect(
      failure(of: wrapped)?.description
        == "site \"x\": Gaussian mask[1] is 0.25, but must be 0 or 1.")
    #expect(failure(of: plain.masked(by: Tensor([0, 1]))) == nil)
  }

  @Test func nestedPlatesOfOneNameAreNamed() {
    let model = Model { p in
      p.plate("row", 3) { p in p.plate("row", 4) { p in p.factor("f", 0) } }
    }
    #expect(
      failure(of: model)?.description
        == "plate \"row\": is inside another plate of this name; rename one of the two.")
    let beside = Model { p in
      p.plate("row", 3) { p in p.factor("f", 0) }
      p.plate("row", 3) { p in p.factor("g", 0) }
    }
    #expect(failure(of: beside) == nil)
    let twice = Model { p in
      p.plate("row", 3) { p in p.under(Scope("a")) { p in p.plate("row", 4) { _ in } } }
    }
    #expect(failure(of: twice) == nil)
  }

  @Test func platesAndParametersOfOneNameAreTheSame() {
    let plates = Model { p in
      p.plate("row", 3) { p in p.factor("f", 0) }
      p.plate("row", 4) { p in p.factor("g", 0) }
    }
    #expect(
      failure(of: plates)?.description
        == "plate \"row\": one statement has 3 elements and another has 4 elements, but plates of one name are one "
        + "plate; give both the same size, or rename one.")
    let parts = Model { p in
      p.plate("row", 8, subsampleSize: 4) { _ in }
      p.plate("row", 8, subsampleSize: 2) { _ in }
    }
    #expect(
      failure(of: parts.seeded(by: RandomKey(0)))?.description
        == "plate \"row\": one statement has 8 elements, of which 4 are used and another has 8 elements, of which 2 "
        + "are used, but plates of one name are one plate; give both the same size, or rename one.")
    let parameters = Model { p in
      p.parameter("w", initially: .ones([2]))
      p.parameter("w", initially: .ones([3]))
    }
    #expect(
      failure(of: parameters)?.description
        == "parameter \"w\": one statement has shape [2] and values that must be a finite number and another has shape [3] and "
        + "values that must be a finite number, but parameters of one name are one value; give both the same shape and support, "
        + "or rename one.")
  }

  @Test func theFirstErrorIsTheOneThrown() {
    let model = Model { p in
      p.sample("first", Gaussian(0, -1), observed: 0)
      p.sample("second", Gaussian(0, -2), observed: 0)
    }
    #expect(failure(of: model)?.description.hasPrefix("site \"first\"") == true)
  }

  @Test func aHandlerMayReport() {
    struct Picky: Handler {
      mutating func process(_ site: inout Site) {
        site.fail(.other(site: site.name, message: "not on a Sunday."))
      }
    }
    let model = Model { p in p.deterministic("x", 1) }.under(Picky())
    #expect(failure(of: model)?.description == "site \"x\": not on a Sunday.")
  }

  @Test func aModelWithoutSitesSaysSo() {
    let model = Model { _ in }.conditioned(on: ["x": 1])
    #expect(
      failure(of: model)?.description
        == "conditioned(on:): no site is named \"x\"; the model has none.")
  }
}
