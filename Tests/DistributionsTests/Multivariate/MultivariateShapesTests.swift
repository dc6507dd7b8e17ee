import Distributions
import PPL
import TestSupport
import Testing

/// What the distributions of vectors and matrices say about shapes and parameters that do not fit.
@Suite struct MultivariateShapesTests {
  @Test func shapesThatDoNotFitAreNamed() async {
    let lowRank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LowRankMultivariateNormal(.zeros([3]), factor: .zeros([2, 1]), diagonal: .ones([3]))
    }
    expectMessage(
      "LowRankMultivariateNormal: mean [3], factor [2, 1] and diagonal [3] are not "
        + "[..., n], [..., n, r], [..., n].", of: lowRank)
    let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WishartCholesky(.ones([2]), choleskyFactor: .ones([3, 4, 4]))
    }
    expectMessage(
      "WishartCholesky: cannot broadcast degreesOfFreedom [2], choleskyFactor [3].", of: batch)
    let spectrum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CirculantNormal(.zeros([4]), spectrum: .ones([4]))
    }
    expectMessage(
      "CirculantNormal: mean [4] and spectrum [4] are not [..., n], [..., n / 2 + 1].", of: spectrum
    )
    let copula = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GaussianCopula(Normal(.zeros([2]), 1), correlation: .identity(3))
    }
    expectMessage(
      "GaussianCopula: marginal [2] and correlation [3, 3] are not [..., n], [..., n, n].",
      of: copula)
    let graph = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CAR(.zeros([2]), correlation: 0, conditionalPrecision: 1, adjacency: .ones([2, 2, 2]))
    }
    expectMessage("CAR: adjacency [2, 2, 2] is not one matrix, [n, n].", of: graph)
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dirichlet(1)
    }
    expectMessage("Dirichlet: concentration [] is not [..., n].", of: scalar)
  }

  @Test func sizesThatMakeNoSenseAreNamed() async {
    let walk = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GaussianRandomWalk(1, steps: 0)
    }
    expectMessage("GaussianRandomWalk: steps is 0, but must be positive.", of: walk)
    let states = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GaussianStateSpace(steps: 0, transition: .identity(2), choleskyFactor: .identity(2))
    }
    expectMessage("GaussianStateSpace: steps is 0, but must be positive.", of: states)
    let correlation = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
    { _ = LKJCholesky(dimension: 1) }
    expectMessage("LKJCholesky: dimension is 1, but must be at least 2.", of: correlation)
    let matrix = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LKJ(dimension: 0)
    }
    expectMessage("LKJ: dimension is 0, but must be at least 2.", of: matrix)
    let effects = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ZeroSumNormal(1, shape: [3, 1])
    }
    expectMessage(
      "ZeroSumNormal: each axis of shape [3, 1] must have at least 2 elements", of: effects)
  }

  @Test func aGraphWithALonelySiteIsFlagged() {
    func car(_ rows: [[Double]]) -> CAR {
      CAR(.zeros([3]), correlation: 0.5, conditionalPrecision: 1, adjacency: Tensor(rows: rows))
    }
    #expect(car([[0, 1, 0], [1, 0, 1], [0, 1, 0]]).parameterViolation == nil)
    let lonely = car([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    #expect(
      lonely.parameterViolation?.description
        == "CAR adjacency[2] has no neighbour, but must be symmetric and non-negative, zero on its diagonal and "
        + "not in a whole row")
    #expect(lonely.logProb(.zeros([3])).scalar.isNaN)
    #expect(car([[0, 1, 0], [0, 0, 1], [0, 1, 0]]).parameterViolation?.parameter == "adjacency")
    #expect(car([[1, 1, 0], [1, 0, 1], [0, 1, 0]]).parameterViolation?.parameter == "adjacency")
  }

  @Test func outsideTheSupportTheDensityIsZeroAndItsGradientToo() {
    let outside: [(any Distribution, Tensor)] = [
      (Dirichlet(Tensor([2, 3])), Tensor([0.6, 0.6])),
      (ZeroSumNormal(1, shape: [2]), Tensor([1, 1])),
      (LKJ(dimension: 2), Tensor(rows: [[1, 2], [2, 1]])),
      (LKJCholesky(dimension: 2, concentration: 2), Tensor(rows: [[1, 0], [0.6, 0.7]])),
      (Wishart(3, scale: .identity(2)), Tensor(rows: [[1, 2], [2, 1]])),
      (WishartCholesky(3, scale: .identity(2)), Tensor(rows: [[1, 0], [0, -1]])),
      (InverseWishart(3, scale: .identity(2)), Tensor(rows: [[1, 2], [2, 1]])),
      (InverseWishartCholesky(3, scale: .identity(2)), Tensor(rows: [[1, 1], [0, 1]])),
      (
        GaussianCopula(Beta(Tensor([2, 2]), 3), correlation: .identity(2)), Tensor([0.5, 1.5])
      ),
    ]
    for (distribution, x) in outside {
      #expect(distribution.logProb(x).scalar == -.infinity, "\(distribution.name)")
      let slope = gradient(of: { distribution.logProb($0) }, at: x)
      // The density of a copula is zero for one element alone; the other one still has a slope of its own.
      let dead = distribution.name == "GaussianCopula" ? [slope[1].scalar] : slope.scalars
      #expect(dead.allSatisfy { $0 == 0 }, "\(distribution.name)")
    }
  }

  @Test func momentsThatDoNotExistSaySo() {
    let factor = Tensor.identity(2)
    #expect(
      MultivariateStudentT(1, .zeros([2]), choleskyFactor: factor).mean.scalars == [
        .infinity, .infinity,
      ])
    #expect(
      MultivariateStudentT(2, .zeros([2]), choleskyFactor: factor).variance[0].scalar == .infinity)
    #expect(MultivariateStudentT(1, .zeros([2]), choleskyFactor: factor).variance[0].scalar.isNaN)
    #expect(isNaN(InverseWishart(3, scale: factor).mean).all().scalar == 1)
    #expect(isNaN(InverseWishart(5, scale: factor).variance).all().scalar == 1)
    #expect(isNaN(InverseWishartCholesky(2, scale: factor).mean).all().scalar == 1)
    #expect(isNaN(InverseWishartCholesky(3, scale: factor).variance).all().scalar == 1)
  }

  /// Woodbury's formula is the density of the covariance that it never forms.
  @Test func aLowRankDistributionIsTheNormalOfItsCovariance() {
    let (W, d) = (Tensor(rows: [[0.5, 0.1], [0.2, -0.3], [0.7, 0.4]]), Tensor([1e-8, 0.5, 2]))
    let distribution = LowRankMultivariateNormal(Tensor([1, 2, 3]), factor: W, diagonal: d)
    let full = MultivariateNormal(
      Tensor([1, 2, 3]), covariance: matmul(W, W.transposed()) + d.diagonalMatrix())
    let x = full.sample([4], key: RandomKey(15))
    // The covariance has condition 1e8 or so, which its factor feels and Woodbury's form does not.
    expectClose(distribution.logProb(x), full.logProb(x), relative: 1e-7)
    expectClose(distribution.entropy, full.entropy, relative: 1e-8)
  }

  @Test func aSpectrumAndItsCovarianceRowAreOneDistribution() {
    for n in [1, 2, 5, 6] {
      let spectrum = 1 + Tensor.arange(n / 2 + 1)
      let packed = stack([spectrum, 0 * spectrum], along: -1)
      let row = RealFourierTransform(count: n).inverse(packed)
      let mean = Tensor.arange(n)
      let bySpectrum = CirculantNormal(mean, spectrum: spectrum)
      let byRow = CirculantNormal(mean, covarianceRow: row)
      #expect(byRow.parameterViolation == nil)
      let places = (0..<n * n).map { Double(($0 / n - $0 % n + n) % n) }
      let covariance = row.taking(indices: Tensor(places), along: 0).reshaped(to: [n, n])
      let full = MultivariateNormal(mean, covariance: covariance)
      let x = full.sample([3], key: RandomKey(16))
      for distribution in [bySpectrum, byRow] {
        expectClose(distribution.logProb(x), full.logProb(x), relative: 1e-12)
        expectClose(distribution.variance, full.variance, relative: 1e-12)
        expectClose(distribution.entropy, full.entropy, relative: 1e-12)
      }
    }
  }

  @Test func theDensityOfAGraphIsThatOfItsPrecision() {
    let path = Tensor(rows: [[0, 1, 0, 0], [1, 0, 2, 0], [0, 2, 0, 0.5], [0, 0, 0.5, 0]])
    let distribution = CAR(
      Tensor([1, 0, -1, 2]), correlation: Tensor([0.9, -0.3]), conditionalPrecision: 1.7,
      adjacency: path)
    let full = MultivariateNormal(distribution.location, precision: distribution.precision)
    let x = distribution.sample([3], key: RandomKey(17))
    expectClose(distribution.logProb(x), full.logProb(x), relative: 1e-12)
    expectClose(distribution.entropy, full.entropy, relative: 1e-12)
  }

  /// With two rows, `X₁₀ = T₀₀ (T₁₀ - T₁₁ n / a₁) / a₀²`: normal n, chi-square a₀² and a₁² of ν - 1 and ν degrees.
  ///
  /// NumPyro's formula off the diagonal gives another number.
  @Test func theVarianceOfAnInverseWishartIsThatOfItsConstruction() {
    let (nu, T) = (11.0, [[1.4, 0], [0.6, 0.8]])
    let distribution = InverseWishart(Tensor(nu), choleskyFactor: Tensor(rows: T))
    let square = { (x: Double) in x * x }
    // E χ⁻² = 1 / (k - 2) and E χ⁻⁴ = 1 / ((k - 2) (k - 4)) for k degrees of freedom.
    let fourth = 1 / ((nu - 3) * (nu - 5))
    let second = square(T[0][0]) * fourth * (square(T[1][0]) + square(T[1][1]) / (nu - 2))
    let below = second - square(T[0][0] * T[1][0] / (nu - 3))
    let first = square(square(T[0][0])) * (fourth - square(1 / (nu - 3)))
    #expect(abs(distribution.variance[1, 0].scalar - below) < 1e-14)
    #expect(abs(distribution.variance[0, 1].scalar - below) < 1e-14)
    #expect(abs(distribution.variance[0, 0].scalar - first) < 1e-14)
  }

  /// `E Σⱼ L[i, j]²` is the mean of the diagonal of `L Lᵀ`.
  @Test func secondMomentsOfFactorsAddUpToTheMeanMatrix() {
    let scale = Tensor(rows: [[2, 0.3, -0.4], [0.3, 1, 0.2], [-0.4, 0.2, 1.5]])
    let nu = Tensor([7, 12])
    let distributions: [(any HasMoments, any HasMoments)] = [
      (WishartCholesky(nu, scale: scale), Wishart(nu, scale: scale)),
      (InverseWishartCholesky(nu, scale: scale), InverseWishart(nu, scale: scale)),
      (
        LKJCholesky(dimension: 4, concentration: Tensor([0.7, 2])),
        LKJ(dimension: 4, concentration: Tensor([0.7, 2]))
      ),
    ]
    for (factor, matrix) in distributions {
      let moments = factor.variance + square(factor.mean)
      expectClose(
        moments.sum(along: [-1]), matrix.mean.diagonal(), relative: 1e-12, "\(factor.name)")
    }
  }
}
