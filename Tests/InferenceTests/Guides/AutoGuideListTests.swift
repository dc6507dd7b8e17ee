import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

struct AutoGuideListTests {
  /// Two sites that know nothing of each other.
  private let model = Model<Void> { p in
    let mu = p.sample("mu", Normal(1, 2))
    let rate = p.sample("rate", Gamma(shape: 3, rate: 2))
    p.sample("y", Normal(mu, 0.5), observed: 2)
    p.sample("wait", Exponential(rate: rate), observed: 0.7)
  }

  @Test func eachPartIsTheGuideThatItWouldBeAlone() throws {
    let list = AutoGuideList(model)
      .part(["mu"]) { AutoNormal($0) }
      .rest { AutoDelta($0) }
    let fit = try closeFit(model, guide: list)
    #expect(
      fit.parameters.keys.sorted() == ["mu_auto_loc", "mu_auto_scale", "rate_auto_loc"])
    // Precision 1/4 + 4, and the mode of Gamma(4, 2.7).
    let precision = 4.25
    expectClose(
      try #require(fit.parameters["mu_auto_loc"]).scalars, [(0.25 + 8) / precision],
      relative: 0.005)
    expectClose(
      try #require(fit.parameters["mu_auto_scale"]).scalars, [(1 / precision).squareRoot()],
      relative: 0.005)
    expectClose(
      try #require(fit.parameters["rate_auto_loc"]).scalars, [3 / 2.7], relative: 0.005)
    let draws = try fit.draws(5, key: RandomKey(1))
    #expect(draws.names == ["mu", "rate"])
    #expect(Set(draws["rate"].scalars).count == 1 && Set(draws["mu"].scalars).count == 5)
    #expect(try fit.quantiles([0.1, 0.9])?.names == ["mu", "rate"])
  }

  @Test func everySiteBelongsToOnePart() {
    func prepare(_ list: AutoGuideList) throws { _ = try list.prepared(key: RandomKey(0)) }
    let none = InferenceError.guideParts("rate", owners: 0)
    #expect(throws: none) {
      try prepare(AutoGuideList(model).part(["mu"]) { AutoNormal($0) })
    }
    let two = InferenceError.guideParts("mu", owners: 2)
    #expect(throws: two) {
      try prepare(
        AutoGuideList(model).part(["mu", "rate"]) { AutoNormal($0) }.part(["mu"]) { AutoDelta($0) })
    }
    #expect(
      none.description
        == "AutoGuideList: no part has the site \"rate\"; give each latent site to one part, or end "
        + "with rest.")
    #expect(
      two.description
        == "AutoGuideList: 2 parts have the site \"mu\"; give each latent site to one part, or end "
        + "with rest.")
    let unknown = ModelError.unknownName(
      call: "AutoGuideList.part", name: "m", known: ["mu", "rate"])
    #expect(throws: unknown) {
      try prepare(AutoGuideList(model).part(["m"]) { AutoNormal($0) })
    }
    #expect("\(unknown)" == "AutoGuideList.part: no site is named \"m\"; did you mean \"mu\"?")
  }
}
