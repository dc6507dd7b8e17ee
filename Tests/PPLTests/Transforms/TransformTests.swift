import PPL
import TestSupport
import Testing

@Suite struct TransformTests {
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

  @Test(arguments: [1, 2, 5])
  func theJacobiansOfVectorsHaveGradients(count: Int) {
    let x = Tensor((0..<count).map { 0.3 - 0.4 * Double($0) })
    let transforms: [any Transform] = [
      StickBreakingTransform(), OrderedTransform(), L1BallTransform(),
      ComposedTransform([OrderedTransform(), ExpTransform()]),
    ]
    for transform in transforms {
      expectGradient(
        of: { transform.logAbsDetJacobian($0[0], transform($0[0])) }, at: [x],
        "\(type(of: transform))")
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
