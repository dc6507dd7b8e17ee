import PPL
import Testing

@Suite struct TransformTests {
  static let file = Result { try reference("transforms.json") }

  static let supports: [String: Support] = [
    "real": .real, "positive": .positive, "nonnegative": .nonNegative,
    "unit_interval": .unitInterval, "circular": .circular, "softplus_positive": .softplusPositive,
    "greater_than(1.5)": .greaterThan(1.5), "greater_than_eq(-2)": .greaterThanEqual(-2),
    "less_than(3)": .lessThan(3), "interval(-1,4)": .interval(-1, 4),
    "open_interval(0,2)": .openInterval(0, 2), "real_vector": .realVector,
    "real_matrix": .realMatrix, "independent(positive,1)": .independent(.positive, 1),
    "simplex": .simplex, "ordered_vector": .orderedVector,
    "positive_ordered_vector": .positiveOrderedVector, "l1_ball(3)": .l1Ball,
    "corr_cholesky(3)": .correlationCholesky, "corr_matrix(3)": .correlationMatrix,
    "corr_cholesky(4)": .correlationCholesky, "corr_matrix(4)": .correlationMatrix,
    "lower_cholesky(3)": .lowerCholesky, "softplus_lower_cholesky(3)": .softplusLowerCholesky,
    "scaled_unit_lower_cholesky(3)": .scaledUnitLowerCholesky,
    "positive_definite(3)": .positiveDefinite, "positive_semidefinite(3)": .positiveDefinite,
    "zero_sum(1)": .zeroSum(1), "zero_sum(2)": .zeroSum(2),
  ]

  static let transforms: [String: any Transform] = [
    "AffineTransform(1.5,-2)": AffineTransform(location: 1.5, scale: -2),
    "ExpTransform": ExpTransform(), "SigmoidTransform": SigmoidTransform(),
    "SoftplusTransform": SoftplusTransform(), "PowerTransform(2.5)": PowerTransform(exponent: 2.5),
    "PowerTransform(-1)": PowerTransform(exponent: -1), "IdentityTransform": IdentityTransform(),
    "StickBreakingTransform": StickBreakingTransform(), "OrderedTransform": OrderedTransform(),
    "L1BallTransform": L1BallTransform(), "CorrCholeskyTransform": CorrelationCholeskyTransform(),
    "LowerCholeskyTransform": LowerCholeskyTransform(),
    "ScaledUnitLowerCholeskyTransform": ScaledUnitLowerCholeskyTransform(),
    "SoftplusLowerCholeskyTransform": SoftplusLowerCholeskyTransform(),
    "CholeskyTransform": GramTransform().inverted,
    "CorrMatrixCholeskyTransform": GramTransform(isCorrelation: true).inverted,
    "ZeroSumTransform(1)": ZeroSumTransform(),
    "ComposeTransform([Affine(0,2),Exp])": ComposedTransform([
      AffineTransform(location: 0, scale: 2), ExpTransform(),
    ]),
  ]

  @Test(arguments: supports.keys.sorted()) func bijectionAgreesWithNumPyro(name: String) throws {
    let entries = try Self.file.get()["biject_to"].list
    let entry = try #require(entries.first { $0["name"].text == name })
    let support = try #require(Self.supports[name])
    #expect(support.bijection.codomainEventRank == support.eventRank)
    try expectAgreement(biject(to: support), entry)
  }

  @Test(arguments: transforms.keys.sorted()) func transformAgreesWithNumPyro(name: String) throws {
    let entries = try Self.file.get()["transforms"].list
    let entry = try #require(entries.first { $0["name"].text == name })
    try expectAgreement(try #require(Self.transforms[name]), entry)
  }

  /// Values, inverses, Jacobians and gradients of every case of one entry.
  private func expectAgreement(_ transform: any Transform, _ entry: JSON) throws {
    #expect(
      Tensor(Double(transform.domainEventRank)).scalar == entry["domain_event_dim"].tensor?.scalar)
    #expect(
      Tensor(Double(transform.codomainEventRank)).scalar
        == entry["codomain_event_dim"].tensor?.scalar)
    #expect(!entry["cases"].list.isEmpty)
    for item in entry["cases"].list {
      let x = try #require(item["x"].tensor)
      let expected = try #require(item["y"].tensor)
      let y = transform(x)
      // Rounding: a handful of operations on numbers of order one.
      expectClose(y, expected, tolerance: 1e-13, "y at \(x)")
      #expect(transform.forwardShape(x.shape) == y.shape)
      #expect(transform.inverseShape(y.shape) == x.shape)

      let jacobian = try #require(item["ladj"].tensor)
      expectClose(transform.logAbsDetJacobian(x, y), jacobian, tolerance: 1e-10, "ladj at \(x)")

      // Where the inverse magnifies rounding, NumPyro's own round trip says by how much, but for
      // the luck of one draw of rounding errors.
      let back = try #require(item["x_back"].tensor)
      let lost = zip(back.scalars, x.scalars).map { ($0 - $1).magnitude }.max() ?? 0
      expectClose(
        transform.inverse(expected), back, tolerance: 1e-11 + 64 * lost, "inverse at \(x)")

      // |x| has no derivative at 0; ours is 0 there and JAX's is 1.
      if transform is L1BallTransform && x.scalars.contains(0) { continue }
      let gradient = try #require(item["grad_of_w_dot_y_plus_ladj"].tensor)
      let weights = cos(Tensor.arange(y.count) + 1).reshaped(to: y.shape)
      let actual = PPL.gradient(
        of: { x in
          let y = transform(x)
          return (weights * y).sum() + transform.logAbsDetJacobian(x, y).sum()
        }, at: x)
      expectClose(actual, gradient, tolerance: 1e-9, "gradient at \(x)")
    }
  }

  @Test func aBatchIsTransformedRowByRow() {
    let x = Tensor([0.3, -0.5, 1.2, 2.0, 0.1, -1.0], shape: [2, 3])
    for transform in [StickBreakingTransform(), CorrelationCholeskyTransform(), L1BallTransform()]
      as [any Transform]
    {
      let y = transform(x)
      for row in 0..<2 {
        expectClose(y[.at(row)], transform(x[.at(row)]), tolerance: 1e-15)
      }
      #expect(transform.logAbsDetJacobian(x, y).shape == [2])
    }
  }

  @Test func theInverseUndoesTheInverse() {
    let inverse = ExpTransform().inverted
    expectClose(inverse(Tensor(5)), PPL.log(Tensor(5)))
    expectClose(inverse.inverse(0.5), exp(0.5))
    expectClose(inverse.logAbsDetJacobian(5, inverse(5)), -PPL.log(Tensor(5)))
    expectClose(inverse.inverted(0.5), exp(0.5))
  }

  @Test func aCompositionOfRanksSumsTheJacobianOfTheNarrowerParts() {
    // exp after an ordered vector: one Jacobian for the vector.
    let transform = ComposedTransform([OrderedTransform(), ExpTransform()])
    #expect(transform.domainEventRank == 1)
    let x = Tensor([0.1, 0.2, 0.3])
    let ordered = OrderedTransform()(x)
    // Σ x₁.. of the ordered part, and Σ of the exponents.
    let expected = Tensor(0.5) + ordered.sum()
    expectClose(transform.logAbsDetJacobian(x, transform(x)), expected)
  }

  @Test func anEmptyCompositionIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ComposedTransform([])
    }
    #expect(result.complaint.contains("ComposedTransform needs at least one transform"))
  }

  @Test func numbersThatFillNoTriangleAreAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LowerCholeskyTransform()(.zeros([4]))
    }
    #expect(result.complaint.contains("4 numbers do not fill a triangular matrix"))
  }

  @Test func aTriangleFromAScalarIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LowerCholeskyTransform().forwardShape([])
    }
    #expect(result.complaint.contains("a triangular matrix is made from a vector"))
  }

  @Test func aMatrixThatIsNotSquareIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LowerCholeskyTransform().inverseShape([2, 3])
    }
    #expect(result.complaint.contains("a square matrix is needed, not one of shape [2, 3]"))
  }

  @Test func aSimplexFromAScalarIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = StickBreakingTransform().forwardShape([])
    }
    #expect(result.complaint.contains("acts on vectors, but met a scalar"))
  }

  @Test func anAffineMapOfAnotherShapeIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = AffineTransform(location: .zeros([2]), scale: 1).forwardShape([3])
    }
    #expect(result.complaint.contains("AffineTransform of shapes [2] and [] met [3]"))
  }

  @Test func aPowerOfAnotherShapeIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = PowerTransform(exponent: .ones([2])).forwardShape([3])
    }
    #expect(result.complaint.contains("PowerTransform of shape [2] met [3]"))
  }
}
