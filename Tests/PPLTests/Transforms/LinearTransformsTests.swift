import PPL
import Testing

/// Transforms that are matrices: isometries, permutations, Fourier coefficients, and what they say of wrong shapes.
@Suite struct LinearTransformsTests {
  private static let x = Tensor((0..<42).map { Double(($0 * 17 + 5) % 23) / 7 }, shape: [2, 3, 7])

  @Test func isometriesKeepLengthsAlongAnyAxisAndComeBack() {
    for axis in [-1, -2] {
      for transform in [HaarTransform(axis: axis), DiscreteCosineTransform(axis: axis)]
        as [any Transform]
      {
        let y = transform(Self.x)
        let axes = [Self.x.rank + axis]
        expectClose(
          square(y).sum(along: axes), square(Self.x).sum(along: axes), tolerance: 1e-12)
        expectClose(transform.inverse(y), Self.x, tolerance: 1e-13)
        #expect(transform.logAbsDetJacobian(Self.x, y).shape == Array([2, 3].prefix(3 + axis)))
      }
    }
  }

  @Test func everyLengthComesBackFromItsWavelets() {
    for n in 1...9 {
      let x = Self.x.reshaped(to: [42])[.range(0..<n)]
      expectClose(HaarTransform().inverse(HaarTransform()(x)), x, tolerance: 1e-14)
      let cosines = DiscreteCosineTransform(smoothness: 0.7)
      expectClose(cosines.inverse(cosines(x)), x, tolerance: 1e-13)
    }
  }

  @Test func fourierCoefficientsComeBackForOddAndEvenLengths() {
    for n in 1...9 {
      let x = Self.x.reshaped(to: [42])[.range(0..<2 * n)].reshaped(to: [2, n])
      let fourier = RealFourierTransform(count: n)
      let y = fourier(x)
      #expect(y.shape == [2, n / 2 + 1, 2])
      expectClose(fourier.inverse(y), x, tolerance: 1e-13)
      let packing = PackedSpectrumTransform(count: n)
      expectClose(packing(packing.inverse(y)), y, tolerance: 1e-12)
      expectClose(packing.inverse(packing(x)), x, tolerance: 0)
    }
  }

  /// The determinant of the map between free numbers, from the transform of each unit vector.
  @Test func theFourierJacobianIsTheDeterminant() {
    for n in [1, 2, 5, 6] {
      let fourier = RealFourierTransform(count: n)
      let columns = PackedSpectrumTransform(count: n).inverse(fourier(.identity(n)))
      let logDeterminant = 0.5 * logDeterminant(matmul(columns, columns.transposed()))
      expectClose(fourier.logAbsDetJacobian(.zeros([n]), 0), logDeterminant, tolerance: 1e-12)
    }
  }

  /// At an anchor the Jacobian does not move: it is that of the logit alone.
  @Test func theAnchorOfCutpointsHasNoPartInTheJacobian() {
    let x = Tensor([0.2, 0.3, 0.5])
    let (plain, moved) = (SimplexToOrderedTransform(), SimplexToOrderedTransform(anchor: 0.7))
    expectClose(moved(x), plain(x) + 0.7, tolerance: 1e-14)
    expectClose(moved.inverse(moved(x)), x, tolerance: 1e-14)
    // The logit's slopes 1 / (s (1 - s)) at 0.2 and 0.5.
    let expected = -PPL.log(Tensor(0.16 * 0.25))
    expectClose(moved.logAbsDetJacobian(x, moved(x)), expected, tolerance: 1e-13)
    let batch = SimplexToOrderedTransform(anchor: Tensor([0.7, 0]))
    expectClose(batch(stack([x, x])), stack([moved(x), plain(x)]), tolerance: 1e-14)
  }

  @Test func aBatchOfVectorsGoesThroughTheSameFactor() {
    let factor = Tensor(rows: [[1.2, 0], [0.3, 0.8]])
    let transform = LowerCholeskyAffineTransform(location: Tensor([1, 2]), choleskyFactor: factor)
    let x = Tensor([0, 1, 2, 3, 4, 5, 6, 7], shape: [2, 2, 2])
    let y = transform(x)
    expectClose(y[1, 0], Tensor([1, 2]) + matmul(factor, x[1, 0]), tolerance: 1e-14)
    expectClose(transform.inverse(y), x, tolerance: 1e-14)
    #expect(transform.logAbsDetJacobian(x, y).shape == [2, 2])
  }

  @Test func stretchesOfAVectorObeyConstraintsOfTheirOwn() {
    let support = Support.concatenated([(.real, 1), (.positive, 2), (.interval(0, 3), 1)])
    #expect(support.contains(Tensor([-1, 2, -1, 4])).scalars == [1, 1, 0, 0])
    let map = biject(to: support)
    let x = Tensor(rows: [[-1, 0, 2, 0], [1, 1, 1, 1]])
    #expect(support.contains(map(x)).all().scalar == 1)
    expectClose(map.inverse(map(x)), x, tolerance: 1e-13)
    #expect(map(.zeros([4])).scalars == [0, 1, 1, 1.5])
    #expect(support.feasible([2, 4]).shape == [2, 4])
    #expect(support.name == "a finite number (1), then positive (2), then in [0, 3] (1)")
    #expect(!support.isDiscrete)
    #expect(Support.concatenated([(.real, 1), (.boolean, 1)]).isDiscrete)
  }

  @Test func spheresPairsAndCirculantsKnowTheirMembers() {
    #expect(Support.sphere.contains(Tensor(rows: [[0.6, 0.8], [1, 1]])).scalars == [1, 0])
    #expect(Support.sphere.contains(Support.sphere.feasible([3, 5])).scalars == [1, 1, 1])
    #expect(Support.complex.contains(Tensor(rows: [[0.6, 0.8], [.nan, 1]])).scalars == [1, 0])
    #expect(Support.complex.contains(Tensor([1, 2, 3])).scalar == 0)
    let circulant = Support.positiveDefiniteCirculant
    let rows = Tensor(rows: [[1.5, 0.4, 0.1, 0.4], [1.5, 0.4, 0.1, 0.3], [1, 1, 1, 1]])
    #expect(circulant.contains(rows).scalars == [1, 0, 0])
    #expect(circulant.contains(circulant.feasible([4])).scalar == 1)
  }

  @Test func shapesThatDoNotFitAreMistakes() async throws {
    let permutation = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = PermuteTransform([0, 0]) }
    #expect(
      permutation.complaint.contains("PermuteTransform: [0, 0] is not a permutation of 0..<2"))
    let length = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = PermuteTransform([1, 0])(.zeros([3])) }
    #expect(length.complaint.contains("PermuteTransform of 2 elements met shape [3]"))
    let reshape = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ReshapeTransform(from: [4], to: [3]) }
    #expect(
      reshape.complaint.contains("ReshapeTransform: [4] and [3] differ in their number of elements")
    )
    let event = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ReshapeTransform(from: [4], to: [2, 2])(.zeros([2, 2])) }
    #expect(event.complaint.contains("ReshapeTransform of events [4] met shape [2, 2]"))
    let affine = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LowerCholeskyAffineTransform(location: .zeros([2]), choleskyFactor: .identity(3)) }
    #expect(affine.complaint.contains("location [2] and choleskyFactor [3, 3] are not [n], [n, n]"))
    let fourier = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RealFourierTransform(count: 4)(.zeros([5])) }
    #expect(fourier.complaint.contains("RealFourierTransform of 4 elements met shape [5]"))
    let coefficients = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RealFourierTransform(count: 4).inverse(.zeros([4, 2])) }
    #expect(
      coefficients.complaint.contains(
        "the coefficients of 4 elements have shape [3, 2], not [4, 2]"))
    let axis = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = HaarTransform(axis: -2)(.zeros([5])) }
    #expect(axis.complaint.contains("a transform along axis -2 met shape [5]"))
    let stretch = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Support.concatenated([(.real, 2)]).contains(.zeros([3])) }
    #expect(stretch.complaint.contains("stretches of [2] elements met shape [3]"))
  }

  @Test func argumentsOutOfRangeAreMistakes() async throws {
    let cosine = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DiscreteCosineTransform(axis: 0) }
    #expect(cosine.complaint.contains("DiscreteCosineTransform: axis is 0, but must be negative"))
    let wavelet = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = HaarTransform(axis: 1) }
    #expect(wavelet.complaint.contains("HaarTransform: axis is 1, but must be negative"))
    let fourier = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RealFourierTransform(count: 0) }
    #expect(fourier.complaint.contains("RealFourierTransform: count is 0, but must be positive"))
    let packing = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = PackedSpectrumTransform(count: -1) }
    #expect(
      packing.complaint.contains("PackedSpectrumTransform: count is -1, but must be positive"))
    let parts = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Support.concatenated([(.simplex, 2)]) }
    #expect(parts.complaint.contains("every part must be a set of single numbers"))
    let transforms = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ConcatenatedTransform([(OrderedTransform(), 2)]) }
    #expect(transforms.complaint.contains("every part must act on single numbers"))
  }

  @Test func whatIsNoBijectionSaysSo() async throws {
    let fold = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = AbsTransform().logAbsDetJacobian(1, 1) }
    #expect(fold.complaint.contains("AbsTransform takes two numbers to one: it has no Jacobian"))
    let sphere = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = biject(to: .sphere) }
    #expect(sphere.complaint.contains("a sphere has no bijection from the reals"))
    let circulant = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = biject(to: .positiveDefiniteCirculant) }
    #expect(circulant.complaint.contains("a circulant covariance has no bijection from the reals"))
  }
}
