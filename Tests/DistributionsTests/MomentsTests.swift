import Distributions
import PPL
import TestSupport
import Testing

/// Means and variances at extreme parameters, against mpmath (`Tests/Reference/make_moments.py`).
@Suite struct MomentsTests {
  private static let families: [String: @Sendable ([Tensor]) -> any HasMoments] = [
    "Weibull": { Weibull(scale: $0[0], shape: $0[1]) },
    "Frechet": { Frechet($0[0], $0[1], shape: $0[2]) },
    "Dagum": { Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2]) },
    "Kumaraswamy": { Kumaraswamy($0[0], $0[1]) },
    "GEV": { GEV($0[0], $0[1], $0[2]) },
    "LogUniform": { LogUniform($0[0], $0[1]) },
    "FoldedNormal": { FoldedNormal($0[0], $0[1]) },
    "TruncatedNormal": { TruncatedNormal($0[0], $0[1], low: $0[2], high: $0[3]) },
    "Gompertz": { Gompertz(shape: $0[0], rate: $0[1]) },
    "Beta": { Beta($0[0], $0[1]) },
    "HurdlePoisson": { Hurdle(Poisson(rate: $0[1]), gate: $0[0]) },
    // Of shape 1e6, given by its mean.
    "HurdleInverseGamma": { Hurdle(InverseGamma(shape: 1e6, rate: 999_999 * $0[1]), gate: $0[0]) },
  ]
  /// Families of vectors and matrices, of which the last element is looked at.
  private static let factors: [String: @Sendable ([Tensor]) -> any HasMoments] = [
    "LKJCholesky": { LKJCholesky(dimension: 3, concentration: $0[0]) },
    "WishartCholesky": { WishartCholesky($0[0], choleskyFactor: Tensor(rows: [[1]])) },
    "InverseWishartCholesky": {
      InverseWishartCholesky($0[0], choleskyFactor: Tensor(rows: [[1]]))
    },
    // The first share, in the last place.
    "Dirichlet": { Dirichlet(stack([$0[1], $0[0]], along: -1)) },
  ]

  private let rows: [JSONValue]

  init() throws { rows = try Reference.json("moments.json")["moments"]?.elements ?? [] }

  @Test func momentsKeepTheirDigitsWhereverTheParametersLie() throws {
    var seen: Set<String> = []
    for row in rows {
      let name = try #require(row["family"]?.string)
      let parameters = try #require(row["parameters"]?.doubles)
      guard let make = Self.families[name] ?? Self.factors[name] else { continue }
      seen.insert(name)
      let distribution = make(parameters.map { Tensor($0) })
      let rounding = 1e-15 * (row["variance"]?.double ?? 0).squareRoot()
      for (field, tensor) in [("mean", distribution.mean), ("variance", distribution.variance)] {
        guard let expected = row[field]?.double else { continue }
        let found = try #require(tensor.scalars.last)
        // Logarithms of up to 700 and their exponentials keep twelve digits; a mean next to 0 those of the deviation.
        expectClose(
          [found], [expected], relative: 1e-10, absolute: field == "mean" ? rounding : 0,
          "\(field) of \(name) \(parameters)")
      }
    }
    #expect(seen == Set(Self.families.keys).union(Self.factors.keys))
  }

  @Test func circularVariancesKeepTheirDigits() throws {
    let ours = rows.filter { $0["family"]?.string == "VonMises" }
    #expect(ours.count > 5)
    for row in ours {
      let concentration = try #require(row["parameters"]?.doubles[1])
      let expected = try #require(row["variance"]?.double)
      let distribution = VonMises(0, Tensor(concentration))
      // At 50 the quotient has lost two digits.
      expectClose(
        [distribution.circularVariance.scalar], [expected], relative: 1e-12, absolute: 0,
        "\(concentration)")
    }
  }

  @Test func aVarianceOfManyMovesSmoothlyWithItsParameters() {
    // The formulas change at a step of a quarter; the slopes do not.
    func slopes(_ make: @escaping ([Tensor]) -> any HasMoments, _ parameters: [Tensor]) {
      expectGradient(of: { make($0).variance }, at: parameters)
      expectGradient(of: { make($0).mean }, at: parameters)
    }
    slopes({ Weibull(scale: $0[0], shape: $0[1]) }, [2, Tensor([0.7, 3.9, 4.1, 60])])
    slopes({ Frechet($0[0], $0[1], shape: $0[2]) }, [1, 2, Tensor([2.4, 3.9, 4.1, 60])])
    slopes(
      { Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2]) }, [Tensor([0.3, 2, 50]), 3, 1.5])
    slopes(
      { Kumaraswamy($0[0], $0[1]) }, [Tensor([0.4, 3, 9]), Tensor(rows: [[0.1], [0.4], [30]])])
    slopes({ LogUniform($0[0], $0[1]) }, [1, Tensor([1.5, 2.6, 2.8, 40])])
    slopes({ FoldedNormal($0[0], $0[1]) }, [Tensor([-1, 0.2, 4]), 1.3])
    slopes(
      { TruncatedNormal($0[0], $0[1], low: $0[2], high: $0[3]) },
      [Tensor([-4, 0.3, 9]), 1.2, -1, 2.5])
    slopes({ Gompertz(shape: $0[0], rate: $0[1]) }, [Tensor([0.2, 5]), 1.5])
    slopes({ LKJCholesky(dimension: 3, concentration: $0[0]) }, [Tensor([0.4, 2, 30])])
    slopes({ Hurdle(Poisson(rate: $0[0]), gate: $0[1]) }, [Tensor([0.4, 3]), 0.3])
  }
}
