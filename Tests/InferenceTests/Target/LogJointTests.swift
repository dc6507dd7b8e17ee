import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

struct LogJointTests {
  /// log |dT/dx| by hand: exp onto the positive numbers, the logistic function onto (0, 1).
  private func logVolume(_ name: String, _ y: Double) -> Double {
    switch name {
    case "rate": log(Tensor(y)).scalar
    case "share": log(Tensor(y * (1 - y))).scalar
    default: 0
    }
  }

  @Test(arguments: TestModel.all)
  func theLogJointIncludesTheChangeOfVariables(_ test: TestModel) throws {
    let logJoint = try LogJoint(test.model)
    #expect(logJoint.sites.map(\.name) == test.point.keys.sorted())
    var x: [String: Tensor] = [:]
    var expected = test.logJoint(test.point.mapValues(\.scalars))
    for site in logJoint.sites {
      let y = try #require(test.point[site.name])
      x[site.name] = site.transform.inverse(y)
      expected += y.scalars.reduce(0) { $0 + logVolume(site.name, $1) }
    }
    let found = try logJoint(x).scalar
    // Rounding of some twenty terms.
    expectClose([found], [expected], relative: 1e-13)
    #expect(try logJoint.constrained(x).keys.sorted() == test.point.keys.sorted())
    for (name, y) in test.point {
      expectClose(try #require(try logJoint.constrained(x)[name]), y, relative: 1e-14)
    }
  }

  @Test(arguments: TestModel.all)
  func theGradientAgreesWithFiniteDifferences(_ test: TestModel) throws {
    let logJoint = try LogJoint(test.model)
    let point = try logJoint.sites.map { site in
      site.transform.inverse(try #require(test.point[site.name]))
    }
    let names = logJoint.sites.map(\.name)
    expectGradient(
      of: { x in
        (try? logJoint(Dictionary(uniqueKeysWithValues: zip(names, x)))) ?? Tensor(.nan)
      }, at: point, test.name)
    let start = Dictionary(uniqueKeysWithValues: zip(names, point))
    let (value, gradient) = try LogDensity(logJoint).valueWithGradient(at: start)
    let plain = try logJoint(start)
    #expect(value.scalar == plain.scalar)
    #expect(gradient.keys.sorted() == names.sorted())
  }

  @Test func aSiteOfASubsampledPlateIsScaledWithItsChangeOfVariables() throws {
    let model = Model<Void> { p in
      p.plate("row", 6, subsampleSize: 3) { p in _ = p.sample("s", Exponential(rate: 2)) }
    }
    let logJoint = try LogJoint(model)
    let x: Tensor = [0.1, -0.4, 0.7]
    // Each of the three stands for two: 2 sum(log 2 - 2 exp(x) + x).
    let expected = 2 * (log(Tensor(2)) - 2 * exp(x) + x).sum()
    let found = try logJoint(["s": x])
    expectClose(found, expected, relative: 1e-14)
  }

  @Test func sitesKnowTheirShapesAndPlates() throws {
    let logJoint = try LogJoint(
      Model<Void> { p in
        p.plate("group", 3, dim: -2) { p in
          p.plate("row", 4, subsampleSize: 2, dim: -1) { p in
            _ = p.sample("s", HalfNormal(1))
          }
        }
        p.deterministic("twice", 2)
      })
    let site = logJoint.sites[0]
    #expect(site.shape == [3, 2] && site.eventRank == 0)
    #expect(site.plates.map(\.name) == ["row", "group"])
    #expect(logJoint.hasDeterministicSites)
  }

  @Test func aDiscreteLatentSiteIsRefused() {
    #expect(throws: InferenceError.discreteSite("coin")) {
      try LogJoint(Model<Void> { p in _ = p.sample("coin", FairCoin()) })
    }
  }

  @Test func eachSiteNeedsAValue() throws {
    let logJoint = try LogJoint(TestModel.regression().model)
    #expect(throws: InferenceError.missingValue("b")) { try logJoint(["a": 0]) }
    #expect(throws: InferenceError.missingValue("a")) {
      try LogDensity(logJoint).valueWithGradient(at: [:])
    }
  }
}
