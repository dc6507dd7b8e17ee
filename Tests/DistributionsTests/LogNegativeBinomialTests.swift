import Distributions
import Foundation
import PPL
import TestSupport
import Testing

private let positive = Tensor([0.3, 1.7, 2.4, 0.9, 5.1, 0.05], shape: [2, 3])
private let column = Tensor([1.1, 0.8], shape: [2, 1])

/// The negative binomial log probability as an operation; its values are those of `NegativeBinomial` and `GammaPoisson`.
struct LogNegativeBinomialTests {
  private static let small: @Sendable ([Tensor]) -> Tensor = {
    logNegativeBinomial(Tensor([0, 1, 3]), $0[0], mean: $0[1])
  }
  private static let large: @Sendable ([Tensor]) -> Tensor = {
    logNegativeBinomial(Tensor([0, 120, 90]), 100 * $0[0], mean: 100 * $0[1])
  }

  @Test(arguments: [small, large])
  func gradientsAndThoseOfGradientsAreFiniteDifferences(
    _ f: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    expectGradient(of: f, at: [positive, column])
    for argument in 0..<2 {
      expectGradient(
        of: { valueWithGradient(of: { f($0).sum() }, at: $0).gradient[argument] },
        at: [positive, column])
    }
  }

  @Test func theValueIsThatOfTheDensityByGammaFunctions() {
    let (r, m) = (1.7, 2.3)
    let found = logNegativeBinomial(positive, Tensor(r), mean: Tensor(m)).scalars
    for (k, found) in zip(positive.scalars, found) {
      let exact =
        log(tgamma(k + r) / tgamma(r) / tgamma(k + 1)) + r * log(r / (r + m)) + k * log(m / (r + m))
      // The terms are below 4, and each has a few roundings.
      #expect(abs(found - exact) <= 1e-13, "\(k)")
    }
  }

  @Test func theGradientInACountIsAFiniteDifference() {
    expectGradient(of: { logNegativeBinomial($0[0], 1.7, mean: 2.3) }, at: [positive])
  }

  @Test func replaysHaveTheBitsOfTheOperationsOneByOne() {
    expectSameBitsReplayed(
      { x in
        [Self.small(x)] + valueWithGradient(of: { Self.large($0).sum() }, at: x).gradient
      }, at: [positive, column])
  }
}
