import Distributions
import PPL
import TestSupport
import Testing

@Suite struct MultivariateNormalTests {
  private let factor = Tensor(rows: [[0.8, 0, 0], [0.5, 0.3, 0], [-1, 0.2, 2]])

  @Test func aDiagonalFactorGivesIndependentNormals() {
    let scales = Tensor([0.5, 2, 3])
    let x = Tensor(rows: [[0.1, -1, 2], [1, 0, 0]])
    let distribution = MultivariateNormal(
      Tensor([1, 2, 3]), choleskyFactor: scales.diagonalMatrix())
    let expected = Normal(Tensor([1, 2, 3]), scales).logProb(x).sum(along: [-1])
    expectClose(distribution.logProb(x), expected, relative: 1e-14)
  }

  @Test func theCovarianceIsThatOfItsFactor() {
    let distribution = MultivariateNormal(
      .zeros([3]), covariance: matmul(factor, factor.transposed()))
    expectClose(distribution.choleskyFactor, factor, relative: 1e-14)
    expectClose(distribution.covariance, matmul(factor, factor.transposed()), relative: 1e-14)
    expectClose(distribution.variance, distribution.covariance.diagonal(), relative: 1e-14)
  }

  @Test func thePrecisionIsTheInverseOfTheCovariance() {
    let precision = Tensor([2, 0.3, -0.4, 0.3, 1, 0.2, -0.4, 0.2, 1.5, 4, 0, 0, 0, 4, 1, 0, 1, 9])
      .reshaped(to: [2, 3, 3])
    let distribution = MultivariateNormal(.zeros([3]), precision: precision)
    #expect(distribution.batchShape == [2])
    let product = matmul(distribution.covariance, precision)
    expectClose(product, stack([.identity(3), .identity(3)]), relative: 1e-13, absolute: 1e-14)
    #expect(
      distribution.choleskyFactor.lowerTriangle().scalars == distribution.choleskyFactor.scalars)
  }

  @Test func drawsHaveTheCovariance() {
    let distribution = MultivariateNormal(Tensor([1, 2, 3]), choleskyFactor: factor)
    let count = 20_000
    let centered = distribution.sample([count], key: RandomKey(8)) - distribution.mean
    let found = matmul(centered.transposed(), centered) / Tensor(Double(count))
    // Six standard errors of the largest entry, √2 · 5.04 / √20000.
    expectClose(found, distribution.covariance, relative: 0, absolute: 0.3)
  }

  /// Each element of the batch keeps its own factor, whatever shape the value has.
  @Test func aBatchOfFactorsIsNotMixedUp() {
    let factors = stack([factor, 2 * factor])
    let means = Tensor(rows: [[0, 0, 0], [1, 1, 1]])
    let batch = MultivariateNormal(means, choleskyFactor: factors)
    let x = batch.sample([4], key: RandomKey(9))
    for which in 0..<2 {
      let alone = MultivariateNormal(means[.at(which)], choleskyFactor: factors[.at(which)])
      let expected = alone.logProb(x[.all, .at(which)])
      expectClose(batch.logProb(x)[.all, .at(which)], expected, relative: 1e-13)
    }
  }

  @Test func aCovarianceThatIsNotPositiveDefiniteIsFlagged() {
    let distribution = MultivariateNormal(
      .zeros([2]), covariance: Tensor(rows: [[1, 2], [2, 1]]))
    #expect(
      distribution.parameterViolation?.description
        == "MultivariateNormal covariance has the eigenvalue -1.0, but must be symmetric and "
        + "positive definite")
    #expect(distribution.logProb(.zeros([2])).scalar.isNaN)
  }

  @Test func shapesThatDisagreeAreNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MultivariateNormal(.zeros([2]), choleskyFactor: .identity(3))
    }
    expectMessage(
      "MultivariateNormal: mean [2] and choleskyFactor [3, 3] are not [..., n], [..., n, n].",
      of: exit)
    let other = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MultivariateNormal(.zeros([2, 3]), choleskyFactor: .ones([4, 3, 3]))
    }
    expectMessage(
      "MultivariateNormal: cannot broadcast mean [2], choleskyFactor [4].", of: other)
  }
}
