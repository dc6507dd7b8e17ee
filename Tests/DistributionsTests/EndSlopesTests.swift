import Distributions
import PPL
import TestSupport
import Testing

/// Slopes at the ends of a probability, of a support and on the seam of two formulas.
@Suite struct EndSlopesTests {
  /// A family with the limits of the slopes of its quantile: in each parameter, then in the probability.
  struct Ends: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let parameters: [Double]
    let atZero, atOne: [Double]
    let make: @Sendable ([Tensor]) -> any HasQuantiles

    init(
      _ name: String, _ parameters: [Double], atZero: [Double], atOne: [Double],
      _ make: @escaping @Sendable ([Tensor]) -> any HasQuantiles
    ) {
      (testDescription, self.parameters, self.make) = (name, parameters, make)
      (self.atZero, self.atOne) = (atZero, atOne)
    }
  }

  private static let inf = Double.infinity
  static let ends: [Ends] =
    [
      // A tail of the power ν: the quantile of p is as p^(-1/ν).
      Ends("StudentT", [3, 0.5, 2], atZero: [inf, 1, -inf, inf], atOne: [-inf, 1, inf, inf]) {
        StudentT($0[0], $0[1], $0[2])
      },
      // scale p^(1/shape) at the lower end.
      Ends("Weibull, shape 2", [2, 2], atZero: [0, 0, inf], atOne: [inf, -inf, inf]) {
        Weibull(scale: $0[0], shape: $0[1])
      },
      Ends("Weibull, shape 1", [2, 1], atZero: [0, 0, 2], atOne: [inf, -inf, inf]) {
        Weibull(scale: $0[0], shape: $0[1])
      },
      Ends("Weibull, shape 1/2", [2, 0.5], atZero: [0, 0, 0], atOne: [inf, -inf, inf]) {
        Weibull(scale: $0[0], shape: $0[1])
      },
      // (p/β)^(1/α) at the lower end, 1 - (1 - p)^(1/β) / α at the upper one.
      Ends("Kumaraswamy, 2 and 3", [2, 3], atZero: [0, 0, inf], atOne: [0, 0, inf]) {
        Kumaraswamy($0[0], $0[1])
      },
      Ends("Kumaraswamy, 1/2 and 1/3", [0.5, 1.0 / 3], atZero: [0, 0, 0], atOne: [0, 0, 0]) {
        Kumaraswamy($0[0], $0[1])
      },
      Ends("Kumaraswamy, 1 and 4", [1, 4], atZero: [0, 0, 0.25], atOne: [0, 0, inf]) {
        Kumaraswamy($0[0], $0[1])
      },
      // location + scale p at the lower end; location - scale / shape at the upper one of a negative shape.
      Ends(
        "GeneralizedPareto, shape -1/2", [1, 2, -0.5], atZero: [1, 0, 0, 2], atOne: [1, 2, 8, inf]
      ) { GeneralizedPareto($0[0], $0[1], $0[2]) },
      Ends(
        "GeneralizedPareto, shape -2", [1, 2, -2], atZero: [1, 0, 0, 2], atOne: [1, 0.5, 0.5, 0]
      ) {
        GeneralizedPareto($0[0], $0[1], $0[2])
      },
      Ends(
        "GeneralizedPareto, shape 0", [1, 2, 0], atZero: [1, 0, 0, 2], atOne: [1, inf, inf, inf]
      ) {
        GeneralizedPareto($0[0], $0[1], $0[2])
      },
      Ends(
        "GeneralizedPareto, shape 1/2", [1, 2, 0.5], atZero: [1, 0, 0, 2],
        atOne: [1, inf, inf, inf]
      ) { GeneralizedPareto($0[0], $0[1], $0[2]) },
      // location - scale / (2 log p) at the lower end: its slope in p is without bound, as 1 / (p log² p).
      Ends("Levy", [0.5, 2], atZero: [1, 0, inf], atOne: [1, inf, inf]) { Levy($0[0], $0[1]) },
      Ends("LogNormal", [0.5, 2], atZero: [0, 0, inf], atOne: [inf, inf, inf]) {
        LogNormal($0[0], $0[1])
      },
      // location + scale (-log p)^(-1/shape).
      Ends("Frechet", [0.5, 2, 3], atZero: [1, 0, 0, inf], atOne: [1, inf, -inf, inf]) {
        Frechet($0[0], $0[1], shape: $0[2])
      },
    ]
    + [0.6, 2.2, 1e9].map {
      // location + scale asymmetry log p, and location - scale / asymmetry log(1 - p), each with a constant.
      Ends(
        "AsymmetricLaplace, \($0)", [0.5, 2, $0], atZero: [1, -inf, -inf, inf],
        atOne: [1, inf, -inf, inf]
      ) { AsymmetricLaplace($0[0], $0[1], asymmetry: $0[2]) }
    } + moreEnds

  private static let moreEnds: [Ends] = [
    Ends("Cauchy", [0.5, 2], atZero: [1, -inf, inf], atOne: [1, inf, inf]) {
      Cauchy($0[0], $0[1])
    },
    Ends("HalfCauchy", [2], atZero: [0, .pi], atOne: [inf, inf]) { HalfCauchy($0[0]) },
    // p / (shape rate), and (log(-log(1 - p)) - log shape) / rate.
    Ends("Gompertz", [2, 0.5], atZero: [0, 0, 1], atOne: [-1, -inf, inf]) {
      Gompertz(shape: $0[0], rate: $0[1])
    },
    Ends("InverseGamma", [3, 2], atZero: [0, 0, inf], atOne: [-inf, inf, inf]) {
      InverseGamma(shape: $0[0], rate: $0[1])
    },
    // scale p^(1 / (shape sharpness)), and scale (shape / (1 - p))^(1 / sharpness).
    Ends("Dagum, 2 and 1/2", [2, 0.5, 3], atZero: [0, 0, 0, 3], atOne: [inf, -inf, inf, inf]) {
      Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2])
    },
    Ends("Dagum, 2 and 3", [2, 3, 3], atZero: [0, 0, 0, inf], atOne: [inf, -inf, inf, inf]) {
      Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2])
    },
    Ends("Gumbel", [0.5, 2], atZero: [1, -inf, inf], atOne: [1, inf, inf]) {
      Gumbel($0[0], $0[1])
    },
    // Odds of exp(logits) p at temperature 1, and to the power of 1 / temperature.
    Ends(
      "RelaxedBernoulli, 1", [1, 0.7], atZero: [0, 0, 2.0137527074704766],
      atOne: [0, 0, 0.49658530379140951]
    ) { RelaxedBernoulli(temperature: $0[0], logits: $0[1]) },
    Ends("RelaxedBernoulli, 2", [2, 0.7], atZero: [0, 0, inf], atOne: [0, 0, inf]) {
      RelaxedBernoulli(temperature: $0[0], logits: $0[1])
    },
    Ends("RelaxedBernoulli, 1/2", [0.5, 0.7], atZero: [0, 0, 0], atOne: [0, 0, 0]) {
      RelaxedBernoulli(temperature: $0[0], logits: $0[1])
    },
    Ends("SoftLaplace", [0.5, 2], atZero: [1, -inf, inf], atOne: [1, inf, inf]) {
      SoftLaplace($0[0], $0[1])
    },
    // location + scale / (1 - q) log p, and location - scale / q log(1 - p), each with a constant.
    Ends(
      "AsymmetricLaplaceQuantile", [0.5, 2, 0.3], atZero: [1, -inf, -inf, inf],
      atOne: [1, inf, -inf, inf]
    ) { AsymmetricLaplaceQuantile($0[0], $0[1], quantile: $0[2]) },
    // One over the density at each end, where that is not cut off.
    Ends(
      "Truncated", [0.5, 2, -1, 3], atZero: [0, 0, 1, 0, 4.434672031160996],
      atOne: [0, 0, 0, 1, 7.3115381063540756]
    ) { Truncated(Normal($0[0], $0[1]), low: $0[2], high: $0[3]) },
    Ends(
      "Truncated below", [0.5, 2, -1], atZero: [0, 0, 1, 5.1363435099331491],
      atOne: [1, inf, 0, inf]
    ) {
      Truncated(Normal($0[0], $0[1]), low: $0[2])
    },
  ]

  @Test(arguments: ends) func slopesOfQuantilesHaveTheirLimits(_ family: Ends) {
    for (p, expected) in [(0.0, family.atZero), (1, family.atOne)] {
      let arguments = family.parameters.map { Tensor($0) } + [Tensor(p)]
      let slopes = valueWithGradient(
        of: { (x: [Tensor]) in family.make(Array(x.dropLast())).icdf(x[x.count - 1]) },
        at: arguments
      ).gradient.map(\.scalar)
      expectClose(slopes, expected, relative: 1e-14, absolute: 0, "p = \(p)")
    }
  }

  /// What a batch gives at an end and inside of it is what each of its elements gives.
  @Test(arguments: ends) func anEndDoesNotSpoilTheSlopesInside(_ family: Ends) {
    let parameters = family.parameters.map { Tensor($0) }
    func slope(_ p: Tensor) -> Tensor {
      gradient(of: { family.make(parameters).icdf($0).sum() }, at: p)
    }
    let all = slope(Tensor([0, 0.2, 0.7, 1])).scalars
    #expect(Array(all[1...2]) == slope(Tensor([0.2, 0.7])).scalars)
  }

  private static let quantiles = (families + continuousFamilies).filter {
    let distribution = $0.make($0.parameters)
    return distribution is any HasQuantiles && distribution.eventShape.isEmpty
  }

  @Test(arguments: quantiles) func noSlopeOfAQuantileIsNotANumber(_ family: Family) {
    typealias Quantile = @Sendable (any HasQuantiles, Tensor) -> Tensor
    func expectNumbers(_ name: String, at ends: [Double], _ quantile: @escaping Quantile) {
      for end in ends {
        let place = Tensor.full(end, family.make(family.parameters).batchShape)
        let slopes = valueWithGradient(
          of: { (x: [Tensor]) in
            let distribution = family.make(Array(x.dropLast())) as? any HasQuantiles
            return (distribution.map { quantile($0, x[x.count - 1]) } ?? Tensor(.nan)).sum()
          }, at: family.parameters + [place]
        ).gradient
        for (i, slope) in slopes.enumerated() {
          #expect(
            !slope.scalars.contains { $0.isNaN }, "\(name) \(end), argument \(i): \(slope.scalars)")
        }
      }
    }
    expectNumbers("icdf", at: [0, 1]) { $0.icdf($1) }
    expectNumbers("icdf(logCDF:)", at: [-.infinity, 0]) { $0.icdf(logCDF: $1) }
    expectNumbers("icdf(logSurvival:)", at: [-.infinity, 0]) { $0.icdf(logSurvival: $1) }
  }

  private func rows(_ name: String) throws -> [[Double]] {
    let rows = try #require(Reference.json("edges.json")["functions"]?[name]).elements
    #expect(rows.count >= 10)
    return rows.map(\.doubles)
  }

  @Test func aSoftLaplaceDistributionIsSmoothAtItsMode() throws {
    let distribution = SoftLaplace(0.5, 2)
    for row in try rows("SoftLaplace.cdf") {
      expectClose([distribution.cdf(Tensor(row[0])).scalar], [row[1]], relative: 1e-14, absolute: 0)
    }
    for row in try rows("SoftLaplace.logCDF") {
      let found = [
        distribution.logCDF(Tensor(row[0])).scalar,
        distribution.logSurvival(Tensor(1 - row[0])).scalar,
      ]
      // The mirrored point 1 - x is rounded.
      expectClose(found, [row[1], row[1]], relative: 1e-13, absolute: 0)
    }
    for row in try rows("SoftLaplace.cdfSlope") {
      let slope = gradient(of: { distribution.cdf($0) }, at: Tensor(row[0]))
      expectClose([slope.scalar], [row[1]], relative: 1e-13, absolute: 0)
    }
    for row in try rows("SoftLaplace.logCDFSlope") {
      let x = Tensor(row[0])
      let slope = gradient(of: { distribution.logCDF($0) }, at: x)
      expectClose([slope.scalar], [row[1]], relative: 1e-13, absolute: 0)
      let inLocation = gradient(of: { SoftLaplace($0, 2).logCDF(x) }, at: 0.5)
      expectClose([inLocation.scalar], [-row[1]], relative: 1e-13, absolute: 0)
    }
  }

  @Test func rightCensoredLogUniformValuesHaveSlopesInTheUpperEnd() throws {
    func slope(_ row: [Double], censored: Tensor) -> Double {
      gradient(
        of: { (high: Tensor) in
          let distribution = RightCensored(LogUniform(Tensor(row[0]), high), censored: censored)
          return distribution.logProb(Tensor(row[2])).sum()
        }, at: Tensor(row[1])
      ).scalar
    }
    for row in try rows("LogUniform.logSurvival") {
      let distribution = LogUniform(Tensor(row[0]), Tensor(row[1]))
      let found = distribution.logSurvival(Tensor(row[2])).scalar
      // A value next to the upper end is known to half a unit of its last place.
      expectClose([found], [row[3]], relative: 1e-12, absolute: 1e-15)
    }
    for row in try rows("LogUniform.logSurvivalSlope") {
      expectClose([slope(row, censored: 1)], [row[3]], relative: 1e-10, absolute: 0)
    }
    // A value that was seen at the upper end itself: -1 / (high log(high / low)), which the other branch must not spoil.
    expectClose(
      [slope([1, 2, 2], censored: 0)], [-1 / (2 * 0.6931471805599453)], relative: 1e-14)
  }
}
