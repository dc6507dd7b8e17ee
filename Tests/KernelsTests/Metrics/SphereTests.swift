import Foundation
import Kernels
import PPL
import TestSupport
import Testing

/// Longitudes and latitudes: two poles, antipodes, neighbours across the date line, and one place twice, `[8, 2]`.
private let globe = Tensor(rows: [
  [0, 90], [30, -90], [-3.7, 40.4], [176.3, -40.4], [179.9, 64.5], [-179.9, 64.5], [-3.7, 40.4],
  [0, 0],
])
/// Places without neighbours, antipodes and poles, `[3, 2]`.
private let cities = Tensor(rows: [[2.35, 48.86], [139.69, 35.69], [-70.65, -33.45]])

/// Kernels with a metric of the sphere; lengthscales in km.
private let cases: [KernelCase] = [
  .init("Matern12 of great circles", [2000]) { Matern12(lengthscale: $0[0], metric: .greatCircle) },
  .init("Matern12 of chords", [2000]) { Matern12(lengthscale: $0[0], metric: .chordal) },
  .init("Matern32 of chords", [9000]) { Matern32(lengthscale: $0[0], metric: .chordal) },
  .init("Matern52 of chords", [9000]) { Matern52(lengthscale: $0[0], metric: .chordal) },
  .init("RBF of chords", [5000]) { RBF(lengthscale: $0[0], metric: .chordal) },
  .init("RationalQuadratic of chords", [5000, 1.7]) {
    RationalQuadratic(lengthscale: $0[0], alpha: $0[1], metric: .chordal)
  },
]

@Suite struct SphereTests {
  private struct File: Decodable {
    struct Case: Decodable {
      let from, to: [Double]
      let greatCircle, chord, margin: Double
    }
    let cases: [Case]
  }

  /// Near and antipodal points, poles and several turns, to a few roundings.
  @Test func distancesKeepTheirDigits() throws {
    let cases = try Reference.kept("great_circle.json", as: File.self).cases
    #expect(cases.count > 100)
    for one in cases {
      let (x, y) = (Tensor(rows: [one.from]), Tensor(rows: [one.to]))
      let note = "from \(one.from) to \(one.to)"
      expectClose(
        GreatCircle().distances(x, y).scalars, [one.greatCircle], relative: 1e-15,
        absolute: one.margin, note)
      expectClose(
        Chordal().distances(x, y).scalars, [one.chord], relative: 1e-15, absolute: one.margin, note)
    }
  }

  @Test func distancesScaleWithTheRadius() {
    let angles = GreatCircle(radius: 1).distances(cities, globe)
    // Half of the chord is the sine of half of the angle: of some roundings, also where that is next to its maximum.
    expectClose(
      Chordal(radius: 1).distances(cities, globe), 2 * sin(0.5 * angles), relative: 1e-14)
    expectClose(
      GreatCircle().distances(cities, globe), Tensor(earthRadius) * angles, relative: 1e-15)
  }

  /// A rotated sphere has the same distances, though its poles and its date line lie elsewhere.
  @Test(arguments: [GreatCircle(), Chordal()] as [any Metric])
  func distancesAreInvariantUnderRotation(_ metric: any Metric) {
    let places = concatenate([globe, cities], along: 0)
    for (a, b) in [(0.3, 1.1), (2.5, -0.7), (-1.9, 3)] {
      let rotated = rotate(places, by: a, and: b)
      // 1e-13 degrees, the rounding of longitudes next to 180, are 1e-11 km; next to a pole 1e-8 degrees of longitude
      // are lost where 1e-16 of a sine is.
      expectClose(
        metric.distances(rotated, rotated), metric.distances(places, places), relative: 1e-12,
        absolute: 1e-9)
    }
  }

  /// Longitudes and latitudes after a rotation by `a` about the polar axis and `b` about an axis on the equator.
  private func rotate(_ places: Tensor, by a: Double, and b: Double) -> Tensor {
    let rows = (0..<places.shape[0]).map { i in
      let place = places[.at(i)].scalars.map { $0 * .pi / 180 }
      let (l, p) = (place[0] + a, place[1])
      let (x, y, z) = (cos(p) * cos(l), cos(p) * sin(l), sin(p))
      let (v, w) = (cos(b) * y - sin(b) * z, sin(b) * y + cos(b) * z)
      // By both of its legs, so that latitudes next to the poles keep their digits.
      return [atan2(v, x), atan2(w, (x * x + v * v).squareRoot())].map { $0 * 180 / .pi }
    }
    return Tensor(rows: rows)
  }

  @Test(arguments: cases) func eachKernelIsACovarianceOnTheSphere(_ one: KernelCase) {
    // Differences across a pole would leave the latitudes: the first two rows.
    expectKernel(one, at: globe[.range(2..<8)], and: cities)
    // No eigenvalue below rounding.
    let K = one.kernel.gram(globe)
    #expect(K.scalars == K.transposed().scalars)
    #expect(isFinite(cholesky(K + 1e-11 * .identity(8))).all().scalar == 1)
    // Evenly over the sphere, by the golden angle.
    let spread = Tensor(
      rows: (0..<60).map { i in
        let height = -1 + (2 * Double(i) + 1) / 60
        return [137.50776405003785 * Double(i), asin(height) * 180 / .pi]
      })
    expectKernel(one, at: spread, and: cities)
  }

  @Test(arguments: cases) func gradientsAgreeWithDifferences(_ one: KernelCase) {
    expectGradient(of: { one.make($0).gram(globe) }, at: one.hyperparameters, one.testDescription)
    let kernel = one.kernel
    expectGradient(
      of: { kernel.gram($0[0], $0[1]) }, at: [cities, 0.5 * cities], one.testDescription)
    expectGradient(of: { kernel.gramTriangle($0[0]) }, at: [cities], one.testDescription)
  }

  /// The differences of the distances themselves, of which the correlations lose most digits.
  @Test(arguments: [GreatCircle(radius: 1), Chordal(radius: 1)] as [any Metric])
  func gradientsOfDistancesAgreeWithDifferences(_ metric: any Metric) {
    expectGradient(of: { metric.distances($0[0], $0[1]) }, at: [cities, -0.7 * cities])
  }

  @Test(arguments: cases) func gradientsAreFiniteAtDistanceZeroAndAtAntipodes(_ one: KernelCase) {
    let (_, gradient) = valueWithGradient(
      of: { one.make(Array($0.dropFirst())).gram($0[0]).sum() },
      at: [globe] + one.hyperparameters)
    for part in gradient { #expect(isFinite(part).all().scalar == 1) }
  }

  /// Why smooth kernels of great circles are refused: on the equator their matrices have negative eigenvalues.
  @Test func smoothFunctionsOfGreatCirclesAreNotPositiveDefinite() {
    let equator = Tensor(rows: (0..<24).map { [15 * Double($0), 0] })
    let angles = GreatCircle(radius: 1).distances(equator, equator)
    func least(_ kernel: some StationaryKernel) -> Double {
      symmetricEigenvalues(kernel.profile(angles * (1 / kernel.lengthscale))).scalars[0]
    }
    #expect(least(Matern32(lengthscale: 2)) < -0.01)
    #expect(least(Matern52(lengthscale: 2)) < -0.01)
    #expect(least(RBF(lengthscale: 2)) < -0.01)
    #expect(least(RationalQuadratic(lengthscale: 2, alpha: 1.7)) < -0.01)
    #expect(least(Matern12(lengthscale: 2)) > 0.01)
  }
}
