import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Guides whose draws the model has no density for, and names that guide and model share.
struct OutsideSupportTests {
  private let model = Model<Void> { p in
    let scale = p.sample("scale", HalfNormal(1))
    p.sample("y", Normal(0, scale), observed: 0.5)
  }

  private func guide(at start: Double, _ deviation: Double = 1) -> Model<Void> {
    Model { p in
      p.sample("scale", Normal(p.parameter("place", initially: Tensor(start)), Tensor(deviation)))
    }
  }

  private func fit(_ guide: some Guide, steps: Int = 200) throws -> SVIFit {
    try SVI(
      model, guide: guide, optimizer: ZeroNaNs().then(Adam(learningRate: 0.001).skippingNonFinite())
    ).run(steps: steps, key: RandomKey(0), progress: .silent)
  }

  @Test func aShareOfDrawsOutsideTheSupportIsNamedWithItsSite() throws {
    let fit = try fit(guide(at: 0.5))
    let outside = try #require(fit.sitesOutsideSupport.first { $0.site == "scale" })
    // Φ(-0.5) = 0.31 of the draws are negative, ± 0.05 in 100 draws; the fit moves the guide little.
    #expect(outside.isDrawnOutside && abs(outside.share - 0.31) < 0.15 && outside.draws == 100)
    #expect(
      outside.description
        == "site \"scale\": \(String(format: "%.3g", 100 * outside.share)) % of 100 draws of the guide lie outside "
        + "the model's support; take a guide on that support")
    guard case .partlyInfinite = fit.convergence.finding else {
      Issue.record("\(fit.convergence)")
      return
    }
  }

  @Test func aGuideOnTheSupportHasNothingToTell() throws {
    #expect(try fit(AutoNormal(model)).sitesOutsideSupport.isEmpty)
  }

  @Test func aGuideWhoseEveryDrawIsOutsideIsRefusedAtTheDoor() throws {
    // With data whose density needs the site, and without.
    let alone = Model<Void> { p in p.sample("scale", HalfNormal(1)) }
    let outside = OutsideSupport(site: "scale", isDrawnOutside: true, share: 1, draws: 100)
    for model in [model, alone] {
      #expect(throws: InferenceError.guideOutsideSupport(outside)) {
        try SVI(model, guide: guide(at: -10, 0.1), optimizer: Adam(learningRate: 0.1))
          .initialState(key: RandomKey(0))
      }
    }
    #expect(
      InferenceError.guideOutsideSupport(outside).description
        == "site \"scale\": 100 % of 100 draws of the guide lie outside the model's support; take a guide on that "
        + "support, or start it inside.")
    // Half of the draws are a reason to say so at the end only.
    _ = try SVI(alone, guide: guide(at: 0), optimizer: Adam(learningRate: 0.1))
      .initialState(key: RandomKey(0))
  }

  @Test func dataThatAreImpossibleAtTheDrawsAreNamed() throws {
    let model = Model<Void> { p in
      let end = p.sample("end", HalfNormal(10))
      p.sample("y", Uniform(0, end), observed: 3)
    }
    let fit = try SVI(
      model, guide: AutoNormal(model, initialization: .values(["end": 3.3])),
      optimizer: ZeroNaNs().then(Adam(learningRate: 0.001))
    ).run(steps: 100, key: RandomKey(0), progress: .silent)
    let outside = try #require(fit.sitesOutsideSupport.first)
    #expect(fit.sitesOutsideSupport.count == 1 && outside.site == "y" && !outside.isDrawnOutside)
    #expect(
      outside.description
        == "site \"y\": at \(String(format: "%.3g", 100 * outside.share)) % of 100 draws of the guide its log "
        + "density is not finite; the model rules out the values drawn")
  }

  // MARK: Names that guide and model share

  private func part(
    _ name: String, _ value: Tensor, _ support: Support = .real
  ) -> Model<Void> {
    Model { p in
      p.parameter(name, initially: value, in: support)
      p.sample("x", Normal(0, 1))
    }
  }

  @Test func parametersOfOneNameHaveOneShapeAndOneSupport() {
    #expect(
      refusal(part("w", .ones([3])), part("w", .ones([2])))
        == "parameter \"w\": the guide has shape [2] and values that must be a finite number and the model has shape [3] and "
        + "values that must be a finite number, but parameters of one name are one value; give both the same shape and support, "
        + "or rename one.")
    #expect(
      refusal(part("w", 1, .positive), part("w", 1))
        == "parameter \"w\": the guide has shape [] and values that must be a finite number and the model has shape [] and values "
        + "that must be positive, but parameters of one name are one value; give both the same shape and support, or "
        + "rename one.")
    #expect(refusal(part("w", 1, .positive), part("w", 2, .positive)) == nil)
  }

  @Test func platesOfOneNameHaveOneSize() {
    func part(_ size: Int) -> Model<Void> {
      Model { p in
        p.sample("x", Normal(0, 1))
        p.plate("row", size) { p in p.factor("f\(size)", 0) }
      }
    }
    #expect(
      refusal(part(4), part(3))
        == "plate \"row\": the guide has 3 elements and the model has 4 elements, but plates of one name are one "
        + "plate; give both the same size, or rename one.")
  }
}
