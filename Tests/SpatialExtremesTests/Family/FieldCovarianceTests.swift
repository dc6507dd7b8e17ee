import Foundation
import Inference
import Kernels
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Fields with sums of covariances, a nugget and anisotropy, at stations and elsewhere.
@Suite struct FieldCovarianceTests {
  private static let places = [(-3.0, 40.0), (-1, 42), (2, 41), (0, 38)]

  private static let data = StationMaxima(
    stations: places.enumerated().map {
      .init(id: "s\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
    }, years: [2000, 2001], covariate: [0, 1], maxima: [30, 31, 32, 33, 34, 30, 35, 36])

  /// A field with everything: Matérn 1/2 and 5/2, a nugget and anisotropy.
  private func field(_ metric: any Metric) -> SpatialField {
    var field = SpatialField("f", "k", Prior(2, .lengthscale), Prior(1, .lengthscale), of: nil)
    field.metric = metric
    field.smoothness = .matern12
    field.others = [
      .init(
        .matern52, SitePrior("k2.variance", 1, 1, isLogNormal: true),
        SitePrior("k2.lengthscale", 1, 1, isLogNormal: true))
    ]
    field.nugget = SitePrior("k.nugget", 0.1, 1, isLogNormal: true)
    field.anisotropy = SitePrior("k.anisotropy", 0, 0.5)
    return field
  }

  /// The covariance of two places by hand, with a ratio of ranges of exp(0.6) along 35 degrees.
  private func covariance(
    _ a: (Double, Double), _ b: (Double, Double), unit: (east: Double, north: Double),
    lengths: (Double, Double)
  ) -> Double {
    let (x, y) = ((a.0 - b.0) * unit.east, (a.1 - b.1) * unit.north)
    let (angle, half) = (35 * Double.pi / 180, 0.3)
    let along = (x * cos(angle) + y * sin(angle)) * exp(-half)
    let across = (-x * sin(angle) + y * cos(angle)) * exp(half)
    let d = (along * along + across * across).squareRoot()
    let r = 5.0.squareRoot() * d / lengths.1
    return 2 * exp(-d / lengths.0) + 0.7 * (1 + r + r * r / 3) * exp(-r) + (d == 0 ? 0.3 : 0)
  }

  @Test(arguments: [false, true]) func theFieldElsewhereIsThatOfTheDenseFormula(
    isInDegrees: Bool
  ) throws {
    let field = field(isInDegrees ? Euclidean() : Chordal())
    let data = StationTensors(Self.data)
    let values = [1.0, -0.4, 0.3, 0.9]
    let (angle, strength) = (35 * Double.pi / 180, 0.6)
    let lengths = isInDegrees ? (1.5, 4.0) : (150, 400)
    let count = 3000
    func repeated(_ x: [Double]) -> Tensor { Tensor(x).broadcast(to: [count, x.count]) }
    let draws = Draws(
      count: count,
      sites: [
        ("f", repeated(values)), ("k.variance", .full(2, [count])),
        ("k.lengthscale", .full(lengths.0, [count])), ("k2.variance", .full(0.7, [count])),
        ("k2.lengthscale", .full(lengths.1, [count])), ("k.nugget", .full(0.3, [count])),
        ("k.anisotropy", repeated([strength * cos(2 * angle), strength * sin(2 * angle)])),
      ])
    let degree = earthRadius * .pi / 180
    let unit =
      isInDegrees
      ? (east: 1.0, north: 1.0)
      : (east: degree * cos(40.25 * .pi / 180), north: degree)
    let place = (0.5, 40.5)
    func k(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
      covariance(a, b, unit: unit, lengths: lengths)
    }
    let K =
      Tensor(
        Self.places.flatMap { a in Self.places.map { k(a, $0) } }, shape: [4, 4])
      + 1e-6 * Tensor.identity(4)
    let L = cholesky(K)
    let a = triangularSolve(L, Tensor(Self.places.map { k($0, place) }))
    let b = triangularSolve(L, Tensor(values))
    let mean = (a * b).sum().scalar - 0.45
    let variance = k(place, place) - (a * a).sum().scalar
    let point = Tensor(rows: [[place.0, place.1]])
    let plain = field.values(
      Draws(count: 1, sites: draws.names.map { ($0, draws[$0][.range(0..<1)]) }), data,
      at: Places(point))
    // The strength of the anisotropy is known up to 1e-10 / 0.6.
    expectClose(plain.scalars, [mean], relative: 1e-8)
    let drawn = field.values(draws, data, at: Places(point, key: RandomKey(8))).scalars
    let found = drawn.reduce(0, +) / Double(count)
    let spread = drawn.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count - 1)
    // Four standard errors; the nugget of the place is a part of the variance.
    expectClose([found], [mean], relative: 0, absolute: 4 * (variance / Double(count)).squareRoot())
    expectClose([spread], [variance], relative: 4 * (2 / Double(count)).squareRoot())
  }

  /// Ratio and angle are those that made the two numbers, and a vector of zeros is isotropic.
  @Test(arguments: [(1.0, 0.0), (1.5, 35), (3, -70), (2, 89)])
  func ratioAndAngleAreThoseOfTheVector(ratio: Double, angle: Double) {
    let (r, a) = (log(ratio), 2 * angle * .pi / 180)
    let anisotropy = Anisotropy(Tensor([r * cos(a), r * sin(a)]))
    expectClose([anisotropy.ratio.scalar], [ratio], relative: 2e-5)
    if ratio > 1 { expectClose([anisotropy.angle.scalar], [angle], relative: 1e-6, absolute: 1e-6) }
    let S = anisotropy.stretch.scalars
    // The stretch keeps areas.
    expectClose([S[0] * S[3] - S[1] * S[2]], [1], relative: 1e-9)
  }

  /// By default a field has one Matérn 3/2, as published: no other sites.
  @Test func theSitesAreThoseOfTheFlags() throws {
    func sites(_ flags: String...) throws -> [String] {
      try GEVByFormula(
        StationTensors(Self.data), priors: GEVByFormula.Priors.parse(flags)
      ).family.priors.map(\.site)
    }
    let rest = ["mu0", "beta0", "log_sigma", "xi"]
    #expect(try sites() == ["k_mu.variance", "k_mu.lengthscale"] + rest)
    #expect(
      try sites("--kernel", "matern12+matern52", "--nugget", "--anisotropy") == [
        "k_mu.variance", "k_mu.lengthscale", "k_mu_matern52.variance",
        "k_mu_matern52.lengthscale", "k_mu.nugget", "k_mu.anisotropy",
      ] + rest)
  }

  @Test(arguments: ["matern42", "matern12+matern12", "matern12+", ""])
  func aTextThatIsNoCovarianceIsRefused(text: String) {
    #expect(FieldKernels(argument: text) == nil)
    #expect(throws: (any Error).self) { try GEVByFormula.Priors.parse(["--kernel", text]) }
  }
}
