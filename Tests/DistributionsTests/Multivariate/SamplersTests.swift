import Distributions
import PPL
import TestSupport
import Testing

/// Numbers made from the draws of a distribution of vectors or matrices, and the distribution that they then follow.
struct Projection: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let distribution: any Distribution
  let expected: any HasQuantiles
  let project: @Sendable (Tensor) -> Tensor

  init(
    _ name: String, of distribution: some Distribution, follows expected: some HasQuantiles,
    _ project: @escaping @Sendable (Tensor) -> Tensor
  ) {
    (testDescription, self.distribution, self.expected) = (name, distribution, expected)
    self.project = project
  }
}

private let factor = Tensor(rows: [[0.8, 0, 0], [0.5, 0.7, 0], [-0.6, 0.2, 1.2]])
private let scale = matmul(factor, factor.transposed())
private let mean = Tensor([1, -2, 0.5])
private let weights = Tensor([0.3, -1.1, 0.7])
private let ring = Tensor(rows: [[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]])

/// `wᵀ K w`.
private func quadratic(_ w: Tensor, _ K: Tensor) -> Tensor { (w * matmul(K, w)).sum() }
/// The normal distribution of `wᵀ x`, x of this mean and covariance.
private func combination(_ w: Tensor, _ mean: Tensor, _ K: Tensor) -> Normal {
  Normal((w * mean).sum(), sqrt(quadratic(w, K)))
}
private func chiSquare(_ degrees: Double) -> Gamma {
  Gamma(shape: Tensor(0.5 * degrees), rate: 0.5)
}

private let projections: [Projection] = [
  .init(
    "MultivariateNormal", of: MultivariateNormal(mean, choleskyFactor: factor),
    follows: combination(weights, mean, scale)
  ) { ($0 * weights).sum(along: [-1]) },
  .init(
    "MultivariateNormal, distance", of: MultivariateNormal(mean, precision: scale),
    follows: chiSquare(3)
  ) { x in ((x - mean) * matmul(x - mean, scale)).sum(along: [-1]) },
  .init(
    "LowRankMultivariateNormal",
    of: LowRankMultivariateNormal(
      mean, factor: Tensor(rows: [[0.5], [-0.2], [0.7]]), diagonal: Tensor([0.3, 0.5, 0.2])),
    follows: Normal(
      (weights * mean).sum(),
      sqrt(
        square((weights * Tensor([0.5, -0.2, 0.7])).sum())
          + (square(weights) * Tensor([0.3, 0.5, 0.2])).sum()))
  ) { ($0 * weights).sum(along: [-1]) },
  .init(
    "MultivariateStudentT", of: MultivariateStudentT(4.5, mean, choleskyFactor: factor),
    follows: StudentT(4.5, (weights * mean).sum(), sqrt(quadratic(weights, scale)))
  ) { ($0 * weights).sum(along: [-1]) },
  .init(
    "MatrixNormal",
    of: MatrixNormal(
      .zeros([3, 2]), rowFactor: factor, columnFactor: Tensor(rows: [[0.6, 0], [0.2, 1.1]])),
    // The second column has variance 0.2² + 1.1².
    follows: Normal(0, sqrt(1.25 * quadratic(weights, scale)))
  ) { ($0[.ellipsis, 1] * weights).sum(along: [-1]) },
  .init(
    "Wishart", of: Wishart(5.5, scale: scale), follows: chiSquare(5.5)
  ) { x in (matmul(x, weights) * weights).sum(along: [-1]) / quadratic(weights, scale) },
  .init("WishartCholesky", of: WishartCholesky(5.5, scale: scale), follows: chiSquare(3.5)) {
    // The last diagonal entry is independent of the rest, with ν - 2 degrees of freedom.
    square($0[.ellipsis, 2, 2]) / square(factor[2, 2])
  },
  .init("InverseWishart", of: InverseWishart(6.5, scale: scale), follows: chiSquare(4.5)) {
    scale[0, 0] / $0[.ellipsis, 0, 0]
  },
  .init(
    "InverseWishartCholesky", of: InverseWishartCholesky(6.5, scale: scale), follows: chiSquare(6.5)
  ) { square(factor[2, 2] / $0[.ellipsis, 2, 2]) },
  .init("LKJ", of: LKJ(dimension: 4, concentration: 1.5), follows: Beta(2.5, 2.5)) {
    0.5 * (1 + $0[.ellipsis, 3, 1])
  },
  .init("LKJCholesky", of: LKJCholesky(dimension: 4, concentration: 0.7), follows: Beta(0.7, 1.5)) {
    square($0[.ellipsis, 3, 3])
  },
  .init("Dirichlet", of: Dirichlet(Tensor([0.5, 2, 7])), follows: Beta(2, 7.5)) {
    $0[.ellipsis, 1]
  },
  .init(
    "ZeroSumNormal", of: ZeroSumNormal(1.2, shape: [4]), follows: Normal(0, sqrt(1.44 * 0.75))
  ) { $0[.ellipsis, 3] },
  .init(
    "GaussianRandomWalk", of: GaussianRandomWalk(0.7, steps: 5),
    follows: Normal(0, Tensor(0.7 * 5.0.squareRoot()))
  ) { $0[.ellipsis, 4] },
  .init(
    "GaussianStateSpace",
    of: GaussianStateSpace(
      steps: 3, transition: Tensor(rows: [[0.9, 0.1], [-0.2, 0.7]]),
      choleskyFactor: Tensor(rows: [[0.5, 0], [0.2, 0.8]])),
    // NumPyro's variance of the second state at the third time.
    follows: Normal(0, sqrt(1.140931999999999))
  ) { $0[.ellipsis, 2, 1] },
  .init(
    "CAR", of: CAR(.zeros([4]), correlation: 0.4, conditionalPrecision: 1.3, adjacency: ring),
    // On a ring of four, the variance is the mean of 1 / (1.3 (2 - 0.8 cos θ)) over the four angles.
    follows: Normal(0, sqrt(Tensor((1 / 1.2 + 2 / 2.0 + 1 / 2.8) / (4 * 1.3))))
  ) { $0[.ellipsis, 2] },
  .init(
    "CirculantNormal",
    of: CirculantNormal(.zeros([4]), covarianceRow: Tensor([1.5, 0.4, 0.1, 0.4])),
    // x₀ - x₂ has variance 2 (1.5 - 0.1).
    follows: Normal(0, sqrt(2.8))
  ) { $0[.ellipsis, 0] - $0[.ellipsis, 2] },
  .init(
    "GaussianCopula",
    of: GaussianCopula(
      Beta(Tensor([2, 1.5]), Tensor([3, 2.5])), correlation: Tensor(rows: [[1, 0.6], [0.6, 1]])),
    follows: Beta(1.5, 2.5)
  ) { $0[.ellipsis, 1] },
]

@Suite struct SamplersTests {
  @Test(arguments: projections)
  func drawsFollowTheDistributionOfTheirProjection(_ projection: Projection) {
    expectSampler(cdf: projection.expected.cdf) { shape, key in
      projection.project(projection.distribution.sample(shape, key: key))
    }
  }

  /// The correlation of two normal scores, by which the copula ties its marginals.
  @Test func aCopulaTiesItsMarginals() {
    let marginals = Beta(Tensor([2, 1.5]), Tensor([3, 2.5]))
    let distribution = GaussianCopula(marginals, correlation: Tensor(rows: [[1, 0.6], [0.6, 1]]))
    let z = normalQuantile(marginals.cdf(distribution.sample([20_000], key: RandomKey(12))))
    let found = (z[.ellipsis, 0] * z[.ellipsis, 1]).mean().scalar
    // Six standard errors, √(1 + 0.6²) / √20000 each.
    #expect(abs(found - 0.6) < 0.05)
  }

  /// Distributions whose draws are smooth functions of these parameters for a fixed key.
  private static let pathwise: [(String, [Tensor], @Sendable ([Tensor]) -> any Distribution)] = [
    (
      "MultivariateNormal", [mean, scale],
      { MultivariateNormal($0[0], covariance: symmetric($0[1])) }
    ),
    ("precision", [mean, scale], { MultivariateNormal($0[0], precision: symmetric($0[1])) }),
    (
      "LowRankMultivariateNormal",
      [mean, Tensor(rows: [[0.5], [-0.2], [0.7]]), Tensor([0.3, 0.5, 0.2])],
      { LowRankMultivariateNormal($0[0], factor: $0[1], diagonal: $0[2]) }
    ),
    (
      "MultivariateStudentT", [mean, factor],
      { MultivariateStudentT(4.5, $0[0], choleskyFactor: $0[1].lowerTriangle()) }
    ),
    (
      "MatrixNormal", [.zeros([3, 3]), factor, factor],
      { MatrixNormal($0[0], rowFactor: $0[1].lowerTriangle(), columnFactor: $0[2].lowerTriangle()) }
    ),
    ("Wishart", [factor], { Wishart(5.5, choleskyFactor: $0[0].lowerTriangle()) }),
    ("WishartCholesky", [factor], { WishartCholesky(5.5, choleskyFactor: $0[0].lowerTriangle()) }),
    ("InverseWishart", [factor], { InverseWishart(6.5, choleskyFactor: $0[0].lowerTriangle()) }),
    (
      "InverseWishartCholesky", [factor],
      { InverseWishartCholesky(6.5, choleskyFactor: $0[0].lowerTriangle()) }
    ),
    ("ZeroSumNormal", [1.2], { ZeroSumNormal($0[0], shape: [4]) }),
    ("GaussianRandomWalk", [0.7], { GaussianRandomWalk($0[0], steps: 4) }),
    (
      "GaussianStateSpace", [factor, factor, mean],
      {
        GaussianStateSpace(
          steps: 3, transition: $0[0], choleskyFactor: $0[1].lowerTriangle(), initialState: $0[2])
      }
    ),
    (
      "CAR", [.zeros([4]), 0.4, 1.3],
      { CAR($0[0], correlation: $0[1], conditionalPrecision: $0[2], adjacency: ring) }
    ),
    (
      "CirculantNormal", [.zeros([5]), Tensor([2, 1.5, 0.8])],
      { CirculantNormal($0[0], spectrum: $0[1]) }
    ),
    (
      "GaussianCopula", [mean, Tensor([0.5, 1, 2]), factor],
      { GaussianCopula(Normal($0[0], $0[1]), choleskyFactor: $0[2].lowerTriangle()) }
    ),
  ]

  @Test func drawsAreDifferentiableInTheirParameters() {
    for (name, parameters, make) in Self.pathwise {
      expectGradient(
        of: { make($0).sample([2], key: RandomKey(13)) }, at: parameters, name)
    }
  }

  /// Draws made of gamma variables move with a shape parameter as their probability is held, not as the sampler's path
  /// would: the mean of the slopes is the slope of the mean.
  @Test func slopesOfDrawsAverageToTheSlopeOfTheMean() {
    let distributions: [(String, Double, @Sendable (Tensor) -> any HasMoments)] = [
      ("Dirichlet", 2, { Dirichlet(stack([$0, 1 + 0 * $0, 3 + 0 * $0], along: -1)) }),
      ("LKJCholesky", 1.5, { LKJCholesky(dimension: 3, concentration: $0) }),
      ("WishartCholesky", 5.5, { WishartCholesky($0, scale: scale) }),
      ("InverseWishart", 12, { InverseWishart($0, scale: scale) }),
    ]
    let count = 4000
    for (name, at, distribution) in distributions {
      let size = distribution(Tensor(at)).mean.count
      let unequal = 1 + sin(Tensor.arange(size))
      // A parameter for each draw, so that one pass gives the slope of each.
      let slopes = gradient(
        of: { nu in
          (distribution(nu).sample([], key: RandomKey(14)).reshaped(to: [count, size]) * unequal)
            .sum()
        }, at: Tensor.full(at, [count]))
      let expected = gradient(
        of: { (distribution($0).mean.reshaped(to: [size]) * unequal).sum() }, at: Tensor(at)
      ).scalar
      let found = slopes.mean().scalar
      let standardError = (slopes.variance().scalar / Double(count)).squareRoot()
      #expect(abs(found - expected) <= 6 * standardError, "\(name): \(found), not \(expected)")
    }
  }
}
