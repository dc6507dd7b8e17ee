import Distributions
import PPL
import TestSupport
import Testing

/// Two distributions with a closed form, from the parameters of both.
private struct Pair: Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: [Tensor]
  let make: @Sendable ([Tensor]) -> (any Distribution, any Distribution)
  var testDescription: String { name }
}

private let pairs: [Pair] = [
  Pair(
    name: "Normal, Normal", parameters: [Tensor([0.5, -2]), 1.5, 1, Tensor(rows: [[2], [0.7]])]
  ) {
    (Normal($0[0], $0[1]), Normal($0[2], $0[3]))
  },
  Pair(name: "LogNormal, LogNormal", parameters: [Tensor([0.5, -2]), 0.4, 1, 0.7]) {
    (LogNormal($0[0], $0[1]), LogNormal($0[2], $0[3]))
  },
  Pair(name: "Gamma, Gamma", parameters: [Tensor([0.6, 9]), 2, 1.4, Tensor(rows: [[2.5], [1]])]) {
    (Gamma(shape: $0[0], rate: $0[1]), Gamma(shape: $0[2], rate: $0[3]))
  },
  Pair(name: "Exponential, Chi2", parameters: [Tensor([0.6, 3]), 1.4]) {
    (Exponential(rate: $0[0]), Chi2($0[1]))
  },
  Pair(name: "Beta, Beta", parameters: [Tensor([0.7, 3]), 2.5, 1.4, Tensor(rows: [[2.5], [1]])]) {
    (Beta($0[0], $0[1]), Beta($0[2], $0[3]))
  },
  Pair(name: "BetaProportion, Beta", parameters: [Tensor([0.3, 0.8]), 5, 1.4, 2]) {
    (BetaProportion(mean: $0[0], concentration: $0[1]), Beta($0[2], $0[3]))
  },
  Pair(
    name: "Kumaraswamy, Beta", parameters: [Tensor([0.7, 3]), Tensor(rows: [[2.5], [1]]), 1.4, 3]
  ) {
    (Kumaraswamy($0[0], $0[1]), Beta($0[2], $0[3]))
  },
  Pair(
    name: "Weibull, Gamma", parameters: [Tensor([2, 0.6]), Tensor(rows: [[0.9], [3.5]]), 1.4, 2]
  ) {
    (Weibull(scale: $0[0], shape: $0[1]), Gamma(shape: $0[2], rate: $0[3]))
  },
  Pair(
    name: "MultivariateNormal, MultivariateNormal",
    parameters: [
      Tensor(rows: [[1, -2], [0, 0.5]]), Tensor(rows: [[0.8, 0], [0.5, 0.3]]), Tensor([0.2, 0.1]),
      Tensor(rows: [[1.1, 0], [-0.4, 0.9]]),
    ]
  ) {
    (
      MultivariateNormal($0[0], choleskyFactor: $0[1].lowerTriangle()),
      MultivariateNormal($0[2], choleskyFactor: $0[3].lowerTriangle())
    )
  },
  Pair(
    name: "Dirichlet, Dirichlet",
    parameters: [Tensor(rows: [[0.7, 3, 1.2], [5, 0.4, 2]]), Tensor([1.4, 2, 0.6])]
  ) {
    (Dirichlet($0[0]), Dirichlet($0[1]))
  },
  Pair(
    name: "Categorical, Categorical",
    parameters: [Tensor(rows: [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]]), Tensor([0.4, -1, 0.2])]
  ) {
    (Categorical(probabilities: $0[0]), Categorical(logits: $0[1]))
  },
  Pair(
    name: "Independent, MultivariateNormal",
    parameters: [
      Tensor(rows: [[1, -2], [0, 0.5]]), Tensor([0.8, 0.3]), Tensor([0.2, 0.1]),
      Tensor(rows: [[1.1, 0], [-0.4, 0.9]]),
    ]
  ) {
    (
      Normal($0[0], $0[1]).toEvent(1),
      MultivariateNormal($0[2], choleskyFactor: $0[3].lowerTriangle())
    )
  },
  Pair(
    name: "Independent, CirculantNormal, odd",
    parameters: [
      Tensor(rows: [[1, -2, 0.3], [0, 0.5, 1]]), 0.8, Tensor([0.2, 0.1, 0]), [2, 0.7],
    ]
  ) {
    (Normal($0[0], $0[1]).toEvent(1), CirculantNormal($0[2], spectrum: $0[3]))
  },
  Pair(
    name: "Independent, CirculantNormal, even",
    parameters: [
      Tensor([1, -2, 0.3, 0.4]), Tensor([0.8, 0.5, 1.2, 0.6]), Tensor([0.2, 0.1, 0, 1]),
      [2, 0.7, 1.4],
    ]
  ) {
    (Normal($0[0], $0[1]).toEvent(1), CirculantNormal($0[2], spectrum: $0[3]))
  },
  Pair(
    name: "Transformed, LogNormal",
    parameters: [Tensor(rows: [[0.5, -2], [0, 0.3]]), 0.4, Tensor([1, 0.5]), 0.7]
  ) {
    // As a guide has it, and as a model does.
    (
      Transformed(Normal($0[0], $0[1]).toEvent(1), IndependentTransform(ExpTransform(), rank: 1)),
      LogNormal($0[2], $0[3]).expanded(to: [2, 2]).toEvent(1)
    )
  },
  Pair(
    name: "Transformed, MultivariateNormal",
    parameters: [
      Tensor([1, -2]), Tensor([0.8, 0.3]), Tensor([0.2, 0.1]),
      Tensor(rows: [[1.1, 0], [-0.4, 0.9]]),
    ]
  ) {
    (
      Transformed(Normal($0[0], $0[1]), IndependentTransform(IdentityTransform(), rank: 1)),
      MultivariateNormal($0[2], choleskyFactor: $0[3].lowerTriangle())
    )
  },
  Pair(name: "Independent, Independent", parameters: [Tensor([0.5, -2]), 1.5, 1, 2]) {
    (
      Normal($0[0], $0[1]).toEvent(1),
      Normal($0[2], $0[3]).expanded(to: [3, 2]).toEvent(1)
    )
  },
  Pair(name: "Transformed, Transformed", parameters: [Tensor([0.5, -2]), 0.4, 1, 0.7]) {
    (
      Transformed(Normal($0[0], $0[1]), ExpTransform()),
      Transformed(Normal($0[2], $0[3]), ExpTransform())
    )
  },
]

@Suite struct KLDivergenceTests {
  @Test(arguments: pairs)
  private func theDivergenceIsTheMeanOfTheLogRatio(_ pair: Pair) throws {
    let (p, q) = pair.make(pair.parameters)
    let divergence = try #require(klDivergence(p, q))
    #expect(divergence.shape == broadcastShapes([p.batchShape, q.batchShape]))
    let count = 40_000
    let added = [Int](repeating: 1, count: divergence.rank - p.batchShape.count)
    let draws = p.sample([count] + added, key: RandomKey(11))
    let ratio = p.logProb(draws) - q.logProb(draws)
    let mean = ratio.mean(along: [0])
    let spread = square(ratio - mean).mean(along: [0])
    let error = abs(mean - divergence)
    // Six standard errors.
    #expect((error .<= 6 * sqrt(spread / Tensor(Double(count))) + 1e-12).all().scalar == 1)
  }

  @Test(arguments: pairs)
  private func itsGradientAgreesWithFiniteDifferences(_ pair: Pair) {
    expectGradient(
      of: {
        let (p, q) = pair.make($0)
        return klDivergence(p, q) ?? 0
      }, at: pair.parameters, pair.name)
  }

  @Test func aDistributionDoesNotDivergeFromItself() throws {
    let distributions: [any Distribution] = [
      Normal(0.3, 2), LogNormal(0.3, 2), Gamma(shape: 0.4, rate: 3), Beta(0.4, 3),
      MultivariateNormal(Tensor([1, 2]), choleskyFactor: Tensor(rows: [[0.8, 0], [0.5, 0.3]])),
    ]
    for distribution in distributions {
      let divergence = try #require(klDivergence(distribution, distribution))
      #expect(abs(divergence.scalar) < 1e-14, "\(distribution.name)")
    }
  }

  // By integration with 30 digits in mpmath.
  @Test func theQuadratureOfKumaraswamyAgreesWithReferenceValues() throws {
    let cases: [(Double, Double, Double, Double, Double)] = [
      (0.7, 2.5, 1.4, 3, 0.41493222099384536),
      (3, 1, 0.5, 0.5, 0.4933421745175099),
      (30, 4, 2, 5, 10.140410596722665),
      (1, 0.05, 2, 3, 53.59873175025967),
      (0.1, 0.3, 2, 7, 13.092215971533113),
    ]
    for (a, b, alpha, beta, expected) in cases {
      let p = Kumaraswamy(Tensor(a), Tensor(b))
      let divergence = try #require(klDivergence(p, Beta(Tensor(alpha), Tensor(beta))))
      expectClose(divergence.scalars, [expected], relative: 1e-11, "\(p)")
    }
  }

  @Test func aDeltaIsJudgedByTheDensity() throws {
    let q = Normal(0, 1).expanded(to: [2])
    let divergence = try #require(klDivergence(Delta(0.5, logDensity: 0.1), q))
    expectClose(divergence, 0.1 - q.logProb(Tensor([0.5, 0.5])), relative: 1e-15)
  }

  @Test func maskedElementsDoNotCount() throws {
    let (p, q) = (Normal(Tensor([0, 1]), 1), Normal(Tensor([3, 1.5]), 2))
    let all = try #require(klDivergence(p, q))
    let some = try #require(
      klDivergence(p.masked(by: Tensor([0, 1])), q.masked(by: Tensor([1, 1]))))
    #expect(some.scalars == [0, all.scalars[1]])
  }

  @Test func expandingRepeatsTheDivergence() throws {
    let one = try #require(klDivergence(Normal(0, 1), Normal(1, 2)))
    let many = try #require(
      klDivergence(Normal(0, 1).expanded(to: [3]), Normal(1, 2).expanded(to: [2, 1])))
    #expect(many.shape == [2, 3])
    #expect(many.scalars.allSatisfy { $0 == one.scalar })
  }

  @Test func transformsMustBeKnownToBeTheSame() throws {
    func distribution(_ mean: Tensor, _ scale: Tensor) -> Transformed {
      Transformed(
        Normal(mean, 1), [AffineTransform(location: 2, scale: scale), ExpTransform()])
    }
    let known = try #require(klDivergence(distribution(0, 3), distribution(1, 3)))
    #expect(known.scalar == 0.5)
    #expect(klDivergence(distribution(0, 3), distribution(1, 4)) == nil)
    #expect(klDivergence(distribution(0, 3), Transformed(Normal(0, 1), ExpTransform())) == nil)
    let vectors = Transformed(
      Normal(Tensor([0, 0, 0]), 1), StickBreakingTransform())
    let others = Transformed(Normal(Tensor([1, 0, 2]), 1), StickBreakingTransform())
    #expect(try #require(klDivergence(vectors, others)).scalars == [2.5])
  }

  @Test func identitiesAreSeenThrough() throws {
    let plain = try #require(klDivergence(Normal(0, 1), Normal(1, 2)))
    let wrapped = Transformed(
      Normal(0, 1), [IdentityTransform(), ComposedTransform([IdentityTransform()])])
    #expect(try #require(klDivergence(wrapped, Normal(1, 2))).scalar == plain.scalar)
    #expect(try #require(klDivergence(Normal(0, 1), wrapped)).scalar == 0)
  }

  @Test func whatCountsAsOneEventDoesNotChangeAFunction() throws {
    let rows = Normal(Tensor(rows: [[0, 0, 0], [1, 1, 1]]), 1)
    let ones = Transformed(rows, IndependentTransform(StickBreakingTransform(), rank: 1))
    let others = Transformed(Normal(Tensor([1, 0, 2]), 1), StickBreakingTransform())
      .expanded(to: [2]).toEvent(1)
    // Half the squared distances, 5 and 0 + 1 + 1.
    #expect(try #require(klDivergence(ones, others)).scalars == [3.5])
  }

  @Test func aCategoryThatOnlyOneHasIsInfinitelyFar() throws {
    let (p, q) = (
      Categorical(probabilities: [0.5, 0.5, 0]), Categorical(probabilities: [0.25, 0.75, 0])
    )
    let expected = 0.5 * (log(Tensor(2)) + log(Tensor(2.0 / 3))).scalar
    expectClose(try #require(klDivergence(p, q)).scalars, [expected], relative: 1e-14)
    let narrow = Categorical(probabilities: [1, 0, 0])
    #expect(try #require(klDivergence(p, narrow)).scalar == .infinity)
    #expect(try #require(klDivergence(narrow, p)).scalar == log(Tensor(2)).scalar)
    #expect(klDivergence(p, Categorical(probabilities: [0.5, 0.5])) == nil)
  }

  @Test func withoutAClosedFormThereIsNothing() {
    #expect(klDivergence(Normal(0, 1), Laplace(0, 1)) == nil)
    #expect(klDivergence(Laplace(0, 1), Laplace(0, 1)) == nil)
    #expect(klDivergence(Gamma(shape: 1, rate: 1), Weibull(scale: 1, shape: 1)) == nil)
    #expect(klDivergence(Normal(0, 1), Normal(0, 1).masked(by: 1)) == nil)
  }

  @Test func eventsThatDifferAreNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = klDivergence(Normal(0, 1), Normal(Tensor([0, 1]), 1).toEvent(1))
    }
    expectMessage("klDivergence: Normal has events of shape [], but Normal [2].", of: exit)
  }
}
