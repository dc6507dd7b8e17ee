import Distributions
import PPL
import TestSupport
import Testing

/// Every family, with parameters that broadcast to a batch and some that are not allowed.
let families: [Family] = [
  Family(
    "Normal", [Tensor([0.5, -2]), 1.5],
    invalid: [("deviation", [0, -1]), ("mean", [Tensor(.nan), 1])]
  ) { Normal($0[0], $0[1]) },
  Family(
    "LogNormal", [Tensor([0.5, -2]), 0.4],
    invalid: [("scale", [0, 0]), ("location", [Tensor(.infinity), 1])]
  ) { LogNormal($0[0], $0[1]) },
  Family("HalfNormal", [Tensor([0.5, 2])], invalid: [("scale", [-0.1])]) { HalfNormal($0[0]) },
  Family("Exponential", [Tensor([0.5, 2])], invalid: [("rate", [0])]) { Exponential(rate: $0[0]) },
  Family(
    "Gamma", [Tensor([0.6, 2.5, 30]), 0.7], invalid: [("shape", [0, 1]), ("rate", [1, -1])],
    draws: .byQuantile
  ) { Gamma(shape: $0[0], rate: $0[1]) },
  Family(
    "InverseGamma", [Tensor([6, 30]), Tensor(rows: [[0.7], [2]])],
    invalid: [("shape", [-1, 1]), ("rate", [1, 0])], draws: .byQuantile
  ) { InverseGamma(shape: $0[0], rate: $0[1]) },
  Family(
    "Beta", [Tensor([0.7, 3]), Tensor(rows: [[2.5], [1]])],
    invalid: [("alpha", [0, 1]), ("beta", [1, -1])], draws: .inExpectation
  ) { Beta($0[0], $0[1]) },
  Family(
    "Uniform", [Tensor([-3, 0.5]), 2],
    invalid: [("high", [1, 1]), ("low", [Tensor(-.infinity), 1])]
  ) { Uniform($0[0], $0[1]) },
  Family(
    "Cauchy", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])], hasFourthMoment: false
  ) { Cauchy($0[0], $0[1]) },
  Family("HalfCauchy", [Tensor([0.5, 2])], invalid: [("scale", [0])], hasFourthMoment: false) {
    HalfCauchy($0[0])
  },
  Family(
    "StudentT", [Tensor([5, 30]), Tensor(rows: [[0.5], [-1]]), 1.5],
    invalid: [("degreesOfFreedom", [0, 0, 1]), ("scale", [3, 0, -1])], draws: .inExpectation
  ) { StudentT($0[0], $0[1], $0[2]) },
  Family(
    "Laplace", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])]
  ) { Laplace($0[0], $0[1]) },
  Family(
    "Gumbel", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])]
  ) { Gumbel($0[0], $0[1]) },
  Family(
    "GEV", [35, Tensor(rows: [[1.8], [0.5]]), Tensor([-0.3, -1e-9, 0.2])],
    invalid: [("scale", [0, 0, 0.1]), ("shape", [0, 1, Tensor(.nan)])]
  ) { GEV($0[0], $0[1], $0[2]) },
  Family(
    "BlendedGEV", [0.7, Tensor(rows: [[1.8], [0.5]]), Tensor([0, 0.1, 0.3])],
    invalid: [("scale", [0, 0, 0.1]), ("shape", [0, 1, Tensor(.nan)])]
  ) { BlendedGEV($0[0], $0[1], $0[2]) },
  Family(
    "Transformed", [Tensor([0.5, -2]), 0.4],
    invalid: [("deviation", [0, -1])]
  ) {
    Transformed(Normal($0[0], $0[1]), [AffineTransform(location: 0.2, scale: 1.5), ExpTransform()])
  },
]

@Suite struct FamilyTests {
  @Test(arguments: families + continuousFamilies + discreteFamilies + multivariateFamilies)
  func everyFamilyKeepsTheContract(_ family: Family) {
    expectDistribution(family)
  }

  /// Each family on a bounded support, with a value below and above it.
  private static let outside: [(any Distribution, [Double])] = [
    (LogNormal(0, 1), [-1, 0]), (HalfNormal(1), [-0.1]), (Exponential(rate: 1), [-0.1]),
    (Gamma(shape: 2, rate: 1), [-0.1, 0]), (InverseGamma(shape: 2, rate: 1), [-0.1, 0]),
    (Beta(2, 3), [-0.1, 1.1]), (Uniform(-1, 2), [-1.1, 2.1]), (HalfCauchy(1), [-0.1]),
    (Transformed(Normal(0, 1), ExpTransform()), [-1, 0]),
    (Chi2(3), [-1, 0]), (Kumaraswamy(2, 3), [-0.1, 1.1]), (Gompertz(shape: 1, rate: 1), [-1, 0]),
    (Dagum(shape: 1, sharpness: 3, scale: 1), [-1, 0]), (Levy(-1, 1), [-1.5, -1]),
    (LogUniform(0.1, 2), [-1, 0.05, 2.1]), (Pareto(scale: 0.4, shape: 2), [-1, 0.3]),
    (Weibull(scale: 1, shape: 2), [-1, 0]), (Frechet(-1, 1, shape: 2), [-1.5, -1]),
    (GeneralizedPareto(0, 1, -0.5), [-0.1, 2.1]), (GeneralizedPareto(0, 1, 0.5), [-0.1]),
    (LowerTruncatedPowerLaw(exponent: -3, low: 0.4), [-1, 0.3]),
    (DoublyTruncatedPowerLaw(exponent: -3, low: 0.4, high: 2), [0.3, 2.1]),
    (TruncatedNormal(0, 1, low: -1, high: 2), [-1.1, 2.1]),
    (TruncatedCauchy(0, 1, low: -1), [-1.1]), (TruncatedNormal(0, 1, high: 0.7), [0.8]),
    (FoldedNormal(1, 1), [-0.1]), (RelaxedBernoulli(temperature: 1, logits: 0), [-0.1, 1.1]),
    (ImproperUniform(.positive), [-1, 0]),
  ]

  @Test func outsideTheSupportTheDensityIsZeroAndItsGradientToo() {
    for (distribution, points) in Self.outside {
      for point in points {
        let x = Tensor(point)
        #expect(distribution.logProb(x).scalar == -.infinity, "\(distribution.name) at \(point)")
        let slope = gradient(of: { distribution.logProb($0) }, at: x)
        #expect(slope.scalar == 0, "\(distribution.name) at \(point)")
      }
    }
  }

  @Test func outsideTheSupportTheDistributionFunctionIsZeroOrOne() {
    for case (let distribution as any HasQuantiles, let points) in Self.outside {
      for point in points {
        let p = distribution.cdf(Tensor(point)).scalar
        #expect(p == (point > 0.5 ? 1 : 0), "\(distribution.name) at \(point)")
      }
    }
  }

  @Test func betaIsFiniteAtAnEndOnlyWhereItsExponentIsZero() {
    let atEnds = Tensor([0, 1])
    #expect(Beta(1, 1).logProb(atEnds).scalars == [0, 0])
    #expect(Beta(2, 2).logProb(atEnds).scalars == [-.infinity, -.infinity])
    #expect(Beta(0.5, 0.5).logProb(atEnds).scalars == [.infinity, .infinity])
  }

  @Test func momentsThatDoNotExistSaySo() {
    #expect(Cauchy(0, 1).mean.scalar.isNaN)
    #expect(HalfCauchy(1).mean.scalar == .infinity)
    #expect(StudentT(1, 0, 1).mean.scalar == .infinity)
    #expect(StudentT(1, 0, 1).variance.scalar.isNaN)
    #expect(StudentT(2, 0, 1).variance.scalar == .infinity)
    #expect(InverseGamma(shape: 1, rate: 1).mean.scalar == .infinity)
    #expect(InverseGamma(shape: 2, rate: 1).variance.scalar == .infinity)
    #expect(Pareto(scale: 1, shape: 1).mean.scalar == .infinity)
    #expect(Pareto(scale: 1, shape: 2).variance.scalar == .infinity)
    #expect(Dagum(shape: 1, sharpness: 1, scale: 1).mean.scalar == .infinity)
    #expect(Frechet(0, 1, shape: 1).mean.scalar == .infinity)
    #expect(GeneralizedPareto(0, 1, 1).mean.scalar == .infinity)
    #expect(GeneralizedPareto(0, 1, 0.5).variance.scalar == .infinity)
  }

  @Test func parametersThatDoNotBroadcastAreNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = StudentT(3, Tensor([1, 2]), Tensor([1, 2, 3]))
    }
    expectMessage(
      "StudentT: cannot broadcast degreesOfFreedom [], location [2], scale [3].", of: exit)
  }
}
