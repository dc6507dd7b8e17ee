import PPL
import Testing

@Suite struct ConstraintTests {
  static let supports: [String: Support] = [
    "positive": .positive, "nonnegative": .nonNegative, "unit_interval": .unitInterval,
    "open_interval(0,2)": .openInterval(0, 2), "interval(-1,4)": .interval(-1, 4),
    "simplex": .simplex, "ordered_vector": .orderedVector,
    "positive_ordered_vector": .positiveOrderedVector, "corr_cholesky": .correlationCholesky,
    "lower_cholesky": .lowerCholesky, "positive_definite": .positiveDefinite, "l1_ball": .l1Ball,
    "zero_sum(1)": .zeroSum(), "circular": .circular, "boolean": .boolean,
    "nonnegative_integer": .nonNegativeInteger, "multinomial(3)": .multinomial(3),
  ]

  @Test func noConstraintContainsNaN() {
    for (name, support) in Self.supports {
      let shape = [[], [3], [3, 3]][support.eventRank]
      #expect(support.contains(.full(.nan, shape)).scalars == [0], "\(name)")
    }
    #expect(Support.real.contains(.full(.nan, [])).scalar == 0)
  }

  @Test func feasibleValuesAreInside() {
    let more: [Support] = [
      .real, .realVector, .softplusPositive, .greaterThan(3), .lessThan(-2), .lessThanEqual(1),
      .greaterThanEqual(5), .integerInterval(2, 4), .positiveInteger, .integer,
      .integerGreaterThanEqual(-3), .correlationMatrix,
      .softplusLowerCholesky, .scaledUnitLowerCholesky, .independent(.positive, 2), .zeroSum(2),
    ]
    for support in Array(Self.supports.values) + more {
      let shape = [2] + [[], [3], [3, 3]][support.eventRank]
      let value = support.feasible(shape)
      #expect(value.shape == shape, "\(support)")
      #expect(support.contains(value).scalars == [1, 1], "\(support): \(value)")
    }
  }

  @Test func namesReadAfterMustBe() {
    #expect(Support.positive.name == "positive")
    #expect(Support.nonNegative.name == "non-negative")
    #expect(Support.greaterThan(1.5).name == "greater than 1.5")
    #expect(Support.lessThanEqual(3).name == "less than or equal to 3")
    #expect(Support.greaterThan(Tensor([1, 2])).name == "greater than its lower bound")
    #expect(Support.interval(-1, 4).name == "in [-1, 4]")
    #expect(Support.openInterval(0, 2).name == "in (0, 2)")
    #expect(Support.integerInterval(0, 7).name == "an integer in [0, 7]")
    #expect(Support.nonNegativeInteger.name == "a non-negative integer")
    #expect(Support.integer.name == "an integer")
    #expect(Support.integerGreaterThanEqual(3).name == "an integer of at least 3")
  }

  @Test func independentRanksAdd() {
    let support = Support.independent(.independent(.positive, 1), 1)
    #expect(support.eventRank == 2)
    #expect(
      support.contains(Tensor([1, 2, 3, -4, 5, 6, 7, 8], shape: [2, 2, 2])).scalars == [0, 1])
  }

  @Test func aDiscreteSupportHasNoBijection() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = biject(to: .boolean)
    }
    #expect(
      result.complaint.contains("a support that is 0 or 1 is discrete: no bijection from the reals")
    )
  }

  @Test func aNegativeRankIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Support.independent(.real, -1)
    }
    #expect(result.complaint.contains("rank is -1, but must not be negative"))
  }
}
