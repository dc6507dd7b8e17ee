import Distributions
import Foundation
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

/// Verdicts on approximations that are good, and on those that are wrong in a known way.
struct ApproximationDiagnosisTests {
  /// The sample of a normal approximation, of independent elements, of a standard normal posterior.
  private func sample(
    means: [Double]? = nil, deviations: [Double], draws: Int = 4_000, key: UInt64
  ) -> ImportanceSample {
    let noise = RandomKey(key).normal([draws, deviations.count])
    let x = Tensor(means ?? deviations.map { _ in 0 }) + Tensor(deviations) * noise
    let logQ = -0.5 * square(noise).sum(along: [1]) - log(Tensor(deviations)).sum()
    let logP = -0.5 * square(x).sum(along: [1])
    return ImportanceSample(
      Draws(count: draws, sites: [("x", x)]), logTarget: logP.scalars, logProposal: logQ.scalars,
      scores: (-x).scalars)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func aGoodApproximationIsTrusted(key: UInt64) {
    // Deviations and means within 10 % and 0.1 of the posterior's.
    let deviations = RandomKey(key).foldIn(7).uniform([8], in: 0.9..<1.1).scalars
    let means = RandomKey(key).foldIn(8).uniform([8], in: -0.1..<0.1).scalars
    let found = ApproximationDiagnosis(sample(means: means, deviations: deviations, key: key))
    #expect(found.isReliable, "\(found)")
    #expect(found.khat < 0.6)
  }

  @Test(arguments: [1, 20], [0, 1, 2, 3, 4] as [UInt64])
  func oneElementWithHalfTheDeviationIsFoundWhateverKhatIs(count: Int, key: UInt64) {
    var deviations = Array(repeating: 1.0, count: count)
    deviations[count / 2] = 0.5
    let found = ApproximationDiagnosis(sample(deviations: deviations, key: key))
    // From infinitely many draws k-hat is 1 - 0.5² = 0.75.
    #expect(found.khat < 0.85)
    #expect(!found.isReliable)
    // The slopes tell it exactly: within four errors of 4,000 draws.
    #expect(found.width?.name == "x[\(count / 2)]")
    #expect(abs((found.width?.value ?? 0) - 0.25) < 0.03)
    if max(found.khat, found.khatOfAll) <= 0.7 {
      #expect(found.deviation?.name == "x[\(count / 2)]")
      #expect(found.doubts[0].hasPrefix("the standard deviation of x[\(count / 2)] is 0."))
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4] as [UInt64])
  func aMeanThatIsOffIsFound(key: UInt64) {
    let found = ApproximationDiagnosis(
      sample(means: [0, 0, 0.8], deviations: [1, 1, 1], key: key))
    #expect(found.khat <= 0.7 && found.doubts.count == 1)
    #expect(found.doubts[0].hasPrefix("the mean of x[2] is 0."))
    #expect(found.doubts[0].hasSuffix(" standard deviations too high"))
  }

  /// A narrow approximation inside a plateau: weights cannot know what lies beyond its draws.
  @Test func aPartOfAWidePosteriorIsFoundByTheSlopes() {
    let noise = RandomKey(3).normal([2_000, 1])
    let x = 0.3 * noise
    // log p = -0.5 (x / 3)².
    let found = ApproximationDiagnosis(
      ImportanceSample(
        Draws(count: 2_000, sites: [("x", x)]),
        logTarget: (-0.5 * square(x / 3)).sum(along: [1]).scalars,
        logProposal: (-0.5 * square(noise)).sum(along: [1]).scalars,
        scores: (-x / 9).scalars))
    #expect(!found.isReliable)
    #expect(abs((found.width?.value ?? 0) - 0.01) < 0.002)
  }

  @Test func khatHardlyMovesBetweenSetsOfDraws() {
    for deviations in [[0.8, 0.8, 0.8, 0.8, 0.8], [0.5, 1, 1]] {
      let found = (0..<4).map { sample(deviations: deviations, draws: 16_000, key: $0) }
      let mean = found.reduce(0) { $0 + $1.khat } / 4
      for one in found {
        #expect(abs(one.khat - mean) < 0.05, "\(one.khat), mean \(mean)")
        // 64 sets with a spread of about 0.16.
        #expect(one.khatError > 0.01 && one.khatError < 0.03)
      }
    }
  }

  @Test func theEvidenceLowerBoundHasItsError() {
    // Minus the divergence of Normal(0, 0.5) from Normal(0, 1).
    let exact = -(log(2.0) + 0.125 - 0.5)
    let found = (0..<10).map { sample(deviations: [0.5], draws: 1_000, key: $0).elbo }
    // Each is within its error; 3 of them for the largest of ten.
    for (value, error) in found { #expect(abs(value - exact) < 3 * error) }
  }

  @Test func impossibleDrawsAndInfiniteKhatAreSaid() {
    let x = Draws(count: 8, sites: [("x", Tensor((0..<8).map(Double.init)))])
    let none = ImportanceSample(
      x, logTarget: Array(repeating: -.infinity, count: 8),
      logProposal: .init(repeating: 0, count: 8))
    let found = ApproximationDiagnosis(none)
    #expect(found.elbo.isNaN && found.mean == nil)
    #expect(
      found.description
        == "the approximation cannot be trusted: the model has no finite log density at 8 of 8 draws of the approximation; "
        + "k-hat is infinite: hardly any draw of the approximation lies where the posterior is. Take a guide with a full "
        + "covariance, or draw by NUTS.")
  }

  // MARK: Fits

  /// The eight schools, centred: mean-field guides cannot follow the funnel of tau.
  private var schools: Model<Void> {
    let y = Tensor([28, 8, -3, 7, -1, 1, 18, 12])
    let sigma = Tensor([15, 10, 16, 11, 9, 11, 10, 18])
    return Model { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let theta = p.sample("theta", Normal(mu, tau))
        p.sample("y", Normal(theta, sigma), observed: y)
      }
    }
  }

  @Test func centredEightSchoolsByMeanFieldCannotBeTrusted() throws {
    let model = schools
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.03))
      .run(steps: 2_000, key: RandomKey(0), progress: .silent)
    let found = ApproximationDiagnosis(try fit.importanceSample(draws: 2_000, key: RandomKey(1)))
    #expect(found.khat > 0.7 && !found.isReliable, "\(found)")
    #expect(
      found.description.hasPrefix("the approximation cannot be trusted: k-hat is "))
  }

  @Test func fitsOfNormalPosteriorsAreTrusted() throws {
    for test in [TestModel.normalMean(), .groups()] {
      let fit = try SVI(
        test.model, guide: AutoNormal(test.model),
        optimizer: Adam(learningRate: .cosine(from: 0.05, steps: 1_500))
      ).run(steps: 1_500, key: RandomKey(0), progress: .silent)
      let found = ApproximationDiagnosis(try fit.importanceSample(draws: 2_000, key: RandomKey(1)))
      #expect(found.isReliable, "\(found)")
    }
  }
}
