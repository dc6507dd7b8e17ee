import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Draws of Gaussian processes given their values at the stations or in the years.
@Suite struct ConditionalDrawsTests {
  /// One station in 12 years.
  private static let data = StationMaxima(
    stations: [.init(id: "a", longitude: 0, latitude: 40)], years: Array(2001...2012),
    covariate: (0..<12).map { 0.4 + 0.04 * Double($0) },
    maxima: (0..<12).map { 30 + sin(Double($0)) })

  /// Draws at a place vary as the conditional distribution does, by the formula for one station.
  @Test func drawsOfAFieldHaveTheConditionalMoments() throws {
    let data = StationMaxima(
      stations: [
        .init(id: "a", longitude: 0, latitude: 40), .init(id: "b", longitude: 0, latitude: 41),
      ],
      years: [2000, 2001], covariate: [0, 1], maxima: [30, 31, 32, 33])
    var field = SpatialField("f", "k", Prior(2, .lengthscale), Prior(1, .lengthscale), of: nil)
    field.startsAtZero = true
    let tensors = StationTensors(data)
    let count = 4000
    let draws = Draws(
      count: count,
      sites: [
        ("f", Tensor([1.0, -0.5]).broadcast(to: [count, 2])), ("k.variance", .full(2, [count])),
        ("k.lengthscale", .full(1.5, [count])),
      ])
    let values = field.values(
      draws, tensors, at: Places(Tensor(rows: [[0, 40.5]]), key: RandomKey(8))
    ).scalars
    func k(_ r: Double) -> Double {
      2 * (1 + 3.0.squareRoot() * r / 1.5) * exp(-3.0.squareRoot() * r / 1.5)
    }
    let (a, b, c) = (k(0) + 1e-6, k(1), k(0.5))
    // By symmetry both stations have the weight c / (a + b).
    let mean = c / (a + b) * 0.5 - 0.25
    let variance = k(0) - 2 * c * c / (a + b)
    let found = values.reduce(0, +) / Double(count)
    let spread = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count - 1)
    // Four standard errors of 4,000 draws.
    expectClose([found], [mean], relative: 0, absolute: 4 * (variance / Double(count)).squareRoot())
    expectClose([spread], [variance], relative: 4 * (2 / Double(count)).squareRoot())
  }

  /// A smooth function is drawn beyond the data as widely as its process is there, and its plug-in value is the mean.
  @Test func aSmoothFunctionIsUncertainBeyondTheData() throws {
    let count = 400
    let trend = SmoothTrend(
      "r", "k", of: Covariates.gmst, Prior(1, .lengthscale), Prior(1, .lengthscale))
    let data = StationTensors(Self.data)
    let r = Tensor.zeros([count, data.covariate.count])
    // Each draw has hyperparameters of its own, as those of a chain have.
    let variances = Tensor((0..<count).map { 1 + 1e-9 * Double($0) })
    let draws = Draws(
      count: count,
      sites: [("r", r), ("k.variance", variances), ("k.lengthscale", .full(0.3, [count]))])
    let values = trend.values(draws, data, at: .stations, in: Climate(gmst: 30)).scalars
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(count)
    // Four standard errors of 400 draws about the variance of the process.
    expectClose([variance], [1], relative: 4 * (2 / Double(count)).squareRoot())
    let within = trend.values(draws, data, at: .stations, in: Climate(gmst: 0.6)).scalars
    #expect(within.allSatisfy { abs($0) < 0.02 })
    let plugIn = trend.plugInValues(
      draws, draws, data, at: .stations, in: [Climate(gmst: 30)])[0].scalar
    #expect(abs(plugIn) < 1e-9)
  }

  /// A smooth function of a draw in several climates is one function: its covariance is that of the process given its values in
  /// the years, and similar climates have similar values.
  @Test func theValuesOfASmoothFunctionAreJoint() {
    let (count, v, l) = (4000, 1.5, 0.3)
    let trend = SmoothTrend(
      "r", "k", of: Covariates.gmst, Prior(1, .lengthscale), Prior(1, .lengthscale))
    let data = StationTensors(Self.data)
    let years = data.covariate.scalars
    let draws = Draws(
      count: count,
      sites: [
        ("r", Tensor(years.map { sin(4 * $0) }).broadcast(to: [count, 12])),
        ("k.variance", .full(Tensor(v).scalar, [count])), ("k.lengthscale", .full(l, [count])),
      ])
    let points = [1.1, 1.3, 1.3, 1.302, 0.1, 30]
    let values = trend.values(
      draws, data, at: .stations, in: points.map { Climate(gmst: $0) }
    ).map(\.scalars)
    #expect(values[1] == values[2])
    // Beyond the jitter of 1e-6, whose deviation is 1e-3, the slope of the function is at most a few v / l.
    #expect(zip(values[1], values[3]).allSatisfy { abs($0 - $1) < 0.1 })
    func k(_ a: [Double], _ b: [Double]) -> Tensor {
      Tensor(
        a.flatMap { x in b.map { v * exp(-(x - $0) * (x - $0) / (2 * l * l)) } },
        shape: [a.count, b.count])
    }
    let A = triangularSolve(
      cholesky(k(years, years) + Tensor(1e-6) * .identity(12)), k(years, points))
    let expected = k(points, points) - matmul(A.transposed(), A)
    let means = values.map { $0.reduce(0, +) / Double(count) }
    for i in points.indices {
      for j in 0...i {
        let found =
          zip(values[i], values[j]).reduce(0) { $0 + ($1.0 - means[i]) * ($1.1 - means[j]) }
          / Double(count)
        let both = expected[i][j].scalar
        let product = expected[i][i].scalar * expected[j][j].scalar
        // Five standard errors of a covariance, and the jitter.
        let error = 5 * ((product + both * both) / Double(count)).squareRoot() + 2e-6
        expectClose([found], [both], relative: 0, absolute: error, "\(points[i]), \(points[j])")
      }
    }
  }
}
