import PPL
import Testing

@Suite struct ConditionTests {
  private let model = Model { p in
    let height = p.sample("height", Gaussian(0, 1))
    p.sample("weight", Gaussian(height, 1))
  }

  @Test func aSiteBecomesData() throws {
    let trace = try model.conditioned(on: ["weight": 2]).seeded(by: RandomKey(0)).trace()
    #expect(trace["weight"]?.isObserved == true)
    #expect(trace["weight"]?.value?.scalar == 2)
    #expect(trace["height"]?.isObserved == false)
    #expect(trace["weight"]?.key == nil)
  }

  @Test func aFunctionMayChoose() throws {
    let trace = try model.under(Condition { $0.name == "height" ? 1 : nil })
      .seeded(by: RandomKey(0)).trace()
    #expect(trace["height"]?.isObserved == true)
    #expect(trace["weight"]?.isObserved == false)
  }

  @Test func aMisspeltNameGetsASuggestion() {
    let wrong = model.conditioned(on: ["hieght": 1]).seeded(by: RandomKey(0))
    #expect(
      failure(of: wrong)?.description
        == "conditioned(on:): no site is named \"hieght\"; did you mean \"height\"?")
  }

  @Test func aStrangeNameGetsTheListOfSites() {
    let wrong = model.conditioned(on: ["temperature": 1]).seeded(by: RandomKey(0))
    #expect(
      failure(of: wrong)?.description
        == "conditioned(on:): no site is named \"temperature\"; "
        + "the sites are \"height\", \"weight\".")
  }

  @Test func dataThatWouldBroadcastAreRefused() {
    let wrong = model.conditioned(on: ["weight": Tensor([1, 2, 3])]).seeded(by: RandomKey(0))
    #expect(
      failure(of: wrong)?.description
        == "site \"weight\": observed data have shape [3], but the site has []; "
        + "reshape the data, or put the site into a plate for each further dimension.")
    let plate = Model { p in p.plate("n", 3) { p in p.sample("y", Gaussian(0, 1)) } }
    #expect(
      failure(of: plate.conditioned(on: ["y": 1]))
        == .observationShape(site: "y", observed: [], expected: [3]))
  }

  @Test func dataOutsideTheSupportAreNamed() {
    let plate = Model { p in p.plate("n", 3) { p in p.sample("y", LogGaussian()) } }
    #expect(
      failure(of: plate.conditioned(on: ["y": Tensor([1, 2, -3])]))?.description
        == "site \"y\": observation[2] is -3.0, but a value of LogGaussian must be positive; "
        + "correct it, or leave it out with a mask.")
  }

  @Test func missingDataAreNamed() {
    #expect(
      failure(of: model.conditioned(on: ["height": Tensor(Double.nan), "weight": 1]))?.description
        == "site \"height\": observation is nan, but a value of Gaussian must be a finite number; "
        + "correct it, or leave it out with a mask.")
  }
}
