import TestSupport
import Testing

@testable import SpatialExtremes

/// NumPy's generator against NumPy: `Tests/Reference/make_numpy_generator.py`.
@Suite struct NumPyGeneratorTests {
  struct Content: Decodable {
    struct Case: Decodable {
      let seed: String
      let words: [String]
      let random, normal, exponential, mixed: [Double]
      let normal_far, exponential_far: [[Double]]
      let normal_last, exponential_last: Double
    }
    let cases: [Case]
  }

  /// Bit by bit; the largest of 200,000 draws are those of the tails and of wedges.
  @Test func drawsAreThoseOfNumPy() throws {
    let cases = try Reference.kept("numpy_generator.json", as: Content.self).cases
    #expect(cases.count == 4)
    for row in cases {
      let seed = try #require(UInt64(row.seed))
      var generator = NumPyGenerator(seed: seed)
      #expect((0..<4).map { _ in generator.next() } == row.words.compactMap { UInt64($0) })
      generator = NumPyGenerator(seed: seed)
      #expect(generator.random(row.random.count) == row.random)
      generator = NumPyGenerator(seed: seed)
      expect(
        generator.standardNormal(200_000), row.normal, row.normal_far, row.normal_last)
      generator = NumPyGenerator(seed: seed)
      expect(
        generator.standardExponential(200_000), row.exponential, row.exponential_far,
        row.exponential_last)
      generator = NumPyGenerator(seed: seed)
      let mixed = [
        generator.random(), generator.standardNormal(), generator.standardExponential(),
        generator.random(),
      ]
      #expect(mixed == row.mixed)
    }
  }

  private func expect(
    _ draws: [Double], _ first: [Double], _ far: [[Double]], _ last: Double
  ) {
    #expect(Array(draws.prefix(first.count)) == first)
    #expect(far.map { draws[Int($0[0])] } == far.map { $0[1] })
    #expect(draws.last == last)
  }
}
