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

  @Test func nothingIsDrawnFromALawWithAWrongParameter() {
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
