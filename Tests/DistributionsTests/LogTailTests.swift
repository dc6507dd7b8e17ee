import Distributions
import PPL
import TestSupport
import Testing

/// A family as a function of its parameters, in the order of `Tests/Reference/log_tails.json`.
private struct Tailed: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable ([Tensor]) -> any HasQuantiles
  var testDescription: String { name }
}

private let closedForms: [Tailed] = [
  Tailed(name: "Exponential") { Exponential(rate: $0[0]) },
  Tailed(name: "GeneralizedPareto") { GeneralizedPareto($0[0], $0[1], $0[2]) },
  Tailed(name: "Weibull") { Weibull(scale: $0[0], shape: $0[1]) },
  Tailed(name: "Gompertz") { Gompertz(shape: $0[0], rate: $0[1]) },
  Tailed(name: "Pareto") { Pareto(scale: $0[0], shape: $0[1]) },
  Tailed(name: "LowerTruncatedPowerLaw") { LowerTruncatedPowerLaw(exponent: $0[0], low: $0[1]) },
  Tailed(name: "DoublyTruncatedPowerLaw") {
    DoublyTruncatedPowerLaw(exponent: $0[0], low: $0[1], high: $0[2])
  },
  Tailed(name: "Kumaraswamy") { Kumaraswamy($0[0], $0[1]) },
  Tailed(name: "HalfNormal") { HalfNormal($0[0]) },
  Tailed(name: "Levy") { Levy($0[0], $0[1]) },
  Tailed(name: "SoftLaplace") { SoftLaplace($0[0], $0[1]) },
  Tailed(name: "LogUniform") { LogUniform($0[0], $0[1]) },
  Tailed(name: "Uniform") { Uniform($0[0], $0[1]) },
  Tailed(name: "RelaxedBernoulli") { RelaxedBernoulli(temperature: $0[0], logits: $0[1]) },
  Tailed(name: "AsymmetricLaplace") { AsymmetricLaplace($0[0], $0[1], asymmetry: $0[2]) },
  Tailed(name: "Dagum") { Dagum(shape: $0[0], sharpness: $0[1], scale: $0[2]) },
  Tailed(name: "Frechet") { Frechet($0[0], $0[1], shape: $0[2]) },
  Tailed(name: "Gumbel") { Gumbel($0[0], $0[1]) },
  Tailed(name: "GEV") { GEV($0[0], $0[1], $0[2]) },
]
private let vonMises = Tailed(name: "VonMises") { VonMises($0[0], $0[1]) }

private func makeBase(_ name: String) -> (any HasQuantiles)? {
  switch name {
  case "Normal": Normal(0, 1)
  case "Gamma": Gamma(shape: 2, rate: 1)
  case "Laplace": Laplace(0, 1)
  case "Cauchy": Cauchy(0, 1)
  case "Exponential": Exponential(rate: 1)
  case "GEV": GEV(0, 1, -0.25)
  default: nil
  }
}

/// Both tails and their quantiles from 1e-300 to next to 1, and masses of narrow intervals, against mpmath
/// (`Tests/Reference/make_log_tails.py`).
@Suite struct LogTailTests {
  private static func cases(_ family: Tailed) throws -> [JSONValue] {
    let families = try #require(Reference.json("log_tails.json")["families"])
    return try #require(families[family.name]).elements
  }

  /// Agreement where the reference is a number or an infinity, and 1 there.
  ///
  /// - Parameter scale: What an error is relative to beside the value: the rounding of an argument or of an end of the support.
  private func expect(
    _ found: Tensor, _ right: JSONValue, scale: Double = 0, _ place: @autoclosure () -> String
  ) -> Int {
    guard let right = right.double else { return 0 }
    #expect(
      found.scalar == right
        || abs(found.scalar - right) <= 1e-10 * abs(right) + 4e-16 * scale,
      "\(place()): \(found.scalar), not \(right)")
    return 1
  }

  @Test(arguments: closedForms + [vonMises])
  private func logProbabilitiesKeepTheirDigitsInBothTails(_ family: Tailed) throws {
    var (compared, all) = (0, 0)
    for row in try Self.cases(family) {
      let parameters = try #require(row["parameters"]).doubles
      let distribution = family.make(parameters.map { Tensor($0) })
      for tail in try #require(row["tails"]).elements {
        let values = tail.elements
        let x = try #require(values[0].double)
        let place = "\(family.name)\(parameters) at \(x)"
        compared += expect(distribution.logCDF(Tensor(x)), values[1], "logCDF of \(place)")
        compared += expect(
          distribution.logSurvival(Tensor(x)), values[2], "logSurvival of \(place)")
        all += 2
        #expect(distribution.logCDF(Tensor(x)).scalar <= 0, "logCDF of \(place)")
        #expect(distribution.logSurvival(Tensor(x)).scalar <= 0, "logSurvival of \(place)")
      }
    }
    // The digits of two of Kumaraswamy are below those of the reference.
    #expect(all >= 12 && compared >= all - 2)
  }

  @Test(arguments: closedForms)
  private func quantilesOfLogProbabilitiesKeepTheirDigitsInBothTails(_ family: Tailed) throws {
    var (compared, all) = (0, 0)
    for row in try Self.cases(family) {
      let parameters = try #require(row["parameters"]).doubles
      let distribution = family.make(parameters.map { Tensor($0) })
      // The rounding of a location or an end, from which a small distance cannot be told.
      let scale =
        ["Weibull", "Gompertz", "Kumaraswamy", "RelaxedBernoulli", "Exponential"]
          .contains(family.name) ? 0 : abs(parameters[0])
      for quantile in try #require(row["quantiles"]).elements {
        let values = quantile.elements
        let l = Tensor(try #require(values[0].double))
        let place = "\(family.name)\(parameters) of \(l.scalar)"
        compared += expect(
          distribution.icdf(logCDF: l), values[1], scale: scale, "logCDF quantile, \(place)")
        compared += expect(
          distribution.icdf(logSurvival: l), values[2], scale: scale,
          "logSurvival quantile, \(place)")
        all += 2
      }
    }
    // One of Gompertz is no normal number.
    #expect(all >= 22 && compared >= all - 1)
  }

  @Test(arguments: closedForms)
  private func slopesOfBothLogTailsAreThoseOfFiniteDifferences(_ family: Tailed) throws {
    let row = try #require(Self.cases(family).first)
    let parameters = try #require(row["parameters"]).doubles.map { Tensor($0) }
    let l = Tensor([-3, -1.5, -0.2])
    let x = family.make(parameters).icdf(logCDF: l)
    func expectSlopes(
      at last: Tensor, _ f: @escaping (any HasQuantiles, Tensor) -> Tensor
    ) {
      expectGradient(
        of: { f(family.make(Array($0.dropLast())), $0[parameters.count]) }, at: parameters + [last],
        tolerance: 1e-6)
    }
    expectSlopes(at: x) { $0.logCDF($1) }
    expectSlopes(at: x) { $0.logSurvival($1) }
    expectSlopes(at: l) { $0.icdf(logCDF: $1) }
    expectSlopes(at: l) { $0.icdf(logSurvival: $1) }
  }

  @Test(arguments: closedForms + [vonMises])
  private func beyondTheEndsBothLogTailsAreConstant(_ family: Tailed) throws {
    let row = try #require(Self.cases(family).first)
    let parameters = try #require(row["parameters"]).doubles.map { Tensor($0) }
    let distribution = family.make(parameters)
    for (end, step) in [(distribution.icdf(0), -1.0), (distribution.icdf(1), 1)] {
      let x = end.scalar.isFinite ? end + Tensor(step) : end
      guard x.scalar.isFinite else { continue }
      for isLower in [true, false] {
        let value = isLower ? distribution.logCDF(x) : distribution.logSurvival(x)
        #expect(value.scalar == (isLower == (step > 0) ? 0 : -.infinity), "\(x): \(value)")
        let (_, slopes) = valueWithGradient(
          of: {
            let distribution = family.make(Array($0.dropLast()))
            let x = $0[parameters.count]
            let l = isLower ? distribution.logCDF(x) : distribution.logSurvival(x)
            return select(l .< -1, 0, l)
          }, at: parameters + [x])
        #expect(slopes.allSatisfy { $0.scalar == 0 }, "\(x): \(slopes)")
      }
    }
  }

  @Test func slopesInNarrowIntervalsAreThoseOfTheDensity() {
    let at = [0.2, 1.5].map { Tensor($0) }
    let (_, logMass) = valueWithGradient(
      of: { IntervalCensored(Normal($0[0], $0[1])).logProb(Tensor([0.7, 0.7 + 1e-9])) }, at: at)
    let (_, density) = valueWithGradient(of: { Normal($0[0], $0[1]).logProb(0.7) }, at: at)
    for (found, right) in zip(logMass, density) { expectClose(found, right, relative: 1e-7) }
    // shape / x, where the distribution function is x^shape to rounding.
    let slope = gradient(of: { Weibull(scale: 1, shape: 30).logCDF($0) }, at: 1e-20)
    expectClose(slope, 3e21, relative: 1e-12)
  }

  @Test func theQuantileOfABoundedGEVFarUpIsItsEnd() {
    let end = 1 / 0.3
    for l in [-800.0, -1e4, -1e300] {
      expectClose(
        GEV(0, 1, -0.3).icdf(logSurvival: Tensor(l)), Tensor(end), relative: 1e-15)
    }
    expectClose(Gumbel(0, 1).icdf(logSurvival: -1e4), 1e4, relative: 1e-15)
  }

  @Test func quantilesOfVonMisesInvertBothLogTails() {
    for (m, k) in [(0.0, 0.3), (0.5, 2.0), (-2, 30), (3, 8), (0, 1e3), (1, 1e5), (-3.1, 1e10)] {
      let distribution = VonMises(Tensor(m), Tensor(k))
      let l = Tensor([-600, -100, -37, -20, -5, -0.7, -0.69, -0.1, -1e-5])
      let lower = distribution.icdf(logCDF: l)
      let upper = distribution.icdf(logSurvival: l)
      for (x, tail) in [
        (lower, distribution.logCDF(lower)), (upper, distribution.logSurvival(upper)),
      ] {
        // The log probability moves by its slope times the rounding of an angle, a few units of 4e-16.
        let rounding = 2e-15 * exp(distribution.logProb(x) - tail)
        // An angle next to ±π is no better known than that.
        for index in 0..<l.count where abs(x.scalars[index]) < .pi - 1e-12 {
          expectClose(
            tail[index], l[index], relative: 1e-11, absolute: rounding[index].scalar + 1e-14,
            "location \(m), concentration \(k)")
        }
      }
    }
    let p = Tensor([0, 1e-300, 0.3, 1])
    let ends = VonMises(0.5, 2).icdf(p).scalars
    #expect(ends[0] == -.pi && ends[3] == .pi && abs(ends[1] + .pi) < 1e-15)
  }

  @Test func theDistributionFunctionOfAnglesNeverLeavesTheProbabilities() {
    let x = Tensor.arange(2001) * Tensor(.pi / 1000) - Tensor(.pi)
    for (m, k) in [(0.0, 1e-3), (3.1, 2), (-2, 700), (1, 1e8)] {
      let p = VonMises(Tensor(m), Tensor(k)).cdf(x).scalars
      #expect(p.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(zip(p, p.dropFirst()).allSatisfy { $0 <= $1 + 1e-15 })
    }
  }

  @Test func slopesOfVonMisesTailsAreThoseOfFiniteDifferences() {
    let x = Tensor([-3, -1.2, 0.1, 0.9, 2.8])
    for location in [-2.0, 0, 0.4, 3] {
      let at = [Tensor(location), 6, x]
      expectGradient(of: { VonMises($0[0], $0[1]).logCDF($0[2]) }, at: at, tolerance: 1e-6)
      expectGradient(of: { VonMises($0[0], $0[1]).logSurvival($0[2]) }, at: at, tolerance: 1e-6)
    }
    expectGradient(
      of: { VonMises($0[0], $0[1]).icdf(logCDF: $0[2]) },
      at: [0.4, 6, Tensor([-9, -0.8, -0.3, -1e-3])], tolerance: 1e-6)
  }

  @Test func aCutVonMisesDistributionHasADensityAndDraws() {
    let distribution = Truncated(VonMises(0, 50), low: 2.5, high: 3)
    // The density relative to that at the lower end, normalized by the trapezoidal rule over 20 000 cells.
    let cells = 20_000
    let t = Tensor.arange(cells + 1) * Tensor(0.5 / Double(cells)) + 2.5
    let density = exp(distribution.logProb(t))
    let total =
      (density.sum() - 0.5 * (density[.at(0)] + density[.at(cells)]))
      * Tensor(
        0.5 / Double(cells))
    expectClose(total, 1, relative: 1e-6)
    let draws = distribution.sample([2000], key: RandomKey(3))
    #expect(((draws .>= 2.5) .& (draws .<= 3)).all().scalar == 1)
    #expect(abs(distribution.cdf(draws).mean().scalar - 0.5) < 6 * 0.2887 / 2000.0.squareRoot())
  }

  @Test(arguments: ["Normal", "Gamma", "Laplace", "Cauchy", "Exponential", "GEV"])
  func narrowIntervalsKeepTheDigitsOfTheirMass(_ name: String) throws {
    let rows = try #require(Reference.json("log_tails.json")["masses"]?[name]).elements
    #expect(rows.count >= 20)
    for row in rows.map(\.doubles) {
      let base = try #require(makeBase(name))
      func logMass(_ base: some HasQuantiles) -> Double {
        IntervalCensored(base).logProb(Tensor([row[0], row[1]])).scalar
      }
      let found = logMass(base)
      // The mass to 1e-10 of itself.
      #expect(abs(found - row[2]) < 1e-10, "\(name) in \(row): \(found)")
    }
  }

  @Test func wrappersKnowTheCornerOfTheirBase() throws {
    let laplace = Laplace(0, 1)
    let expanded = try #require(laplace.expanded(to: [1]) as? Expanded<Laplace>)
    let masked = try #require(laplace.masked(by: 1) as? Masked<Laplace>)
    let cut = Truncated(laplace, low: -5, high: 5)
    let rows = try #require(Reference.json("log_tails.json")["masses"]?["Laplace"]).elements
    let inside = rows.map(\.doubles).filter { $0[0] > -4.5 && $0[1] < 5 }
    let logShare = log1p(-exp(Tensor(-5))).scalar
    #expect(inside.count >= 10)
    // All intervals at once: the ends of a distribution that is cut twice take thousands of operations.
    let intervals = Tensor(rows: inside.map { Array($0.prefix(2)) }).expandingDimension(at: 1)
    func logMasses(_ base: some HasQuantiles) -> [Double] {
      IntervalCensored(base).logProb(intervals).scalars
    }
    let cutAgain = Truncated(cut, low: -4.5)
    let againShare = cut.logSurvival(-4.5).scalar + logShare
    for masses in [
      logMasses(expanded), logMasses(masked), logMasses(cut).map { $0 + logShare },
      logMasses(cutAgain).map { $0 + againShare },
    ] {
      #expect(masses.count == inside.count)
      for (found, row) in zip(masses, inside) {
        #expect(abs(found - row[2]) < 1e-10, "in \(row): \(found)")
      }
    }
  }

  /// A Laplace distribution that does not tell of its corner.
  private struct HiddenCorner: HasQuantiles {
    let base = Laplace(0, 1)
    var parameters: [Parameter] { base.parameters }
    var support: Support { base.support }
    var batchShape: [Int] { [] }
    func sample(_ shape: [Int], key: RandomKey) -> Tensor { base.sample(shape, key: key) }
    func logProb(_ x: Tensor) -> Tensor { base.logProb(x) }
    func cdf(_ x: Tensor) -> Tensor { base.cdf(x) }
    func icdf(_ p: Tensor) -> Tensor { base.icdf(p) }
    func logCDF(_ x: Tensor) -> Tensor { base.logCDF(x) }
    func logSurvival(_ x: Tensor) -> Tensor { base.logSurvival(x) }
  }

  @Test func aCornerThatIsNotToldCostsNoMoreThanRounding() {
    for exponent in stride(from: -14.0, through: -0.5, by: 0.25) {
      let w = pow(Tensor(10), Tensor(exponent))
      // (1 - exp(-w)) / 2 + (1 - exp(-2 w)) / 2
      let right = log(-0.5 * (expm1(-w) + expm1(-2 * w))).scalar
      let found = IntervalCensored(HiddenCorner()).logProb(stack([-w, 2 * w])).scalar
      // Where the rule and the difference agree to 64 roundings of the tails, neither is nearer than their root.
      #expect(abs(found - right) < 1e-7, "±\(w): \(found), not \(right)")
    }
    let found = IntervalCensored(HiddenCorner()).logProb(Tensor([-0.000625, 0.000625])).scalar
    #expect(abs(found - log(-expm1(Tensor(-0.000625))).scalar) < 1e-10)
  }

  /// Probabilities of 1/4 at 1/4, 1/2, 3/4 and 1, with a density that is not theirs.
  private struct Steps: HasQuantiles {
    var parameters: [Parameter] { [] }
    var support: Support { .unitInterval }
    var batchShape: [Int] { [] }
    func sample(_ shape: [Int], key: RandomKey) -> Tensor { icdf(key.uniform(shape)) }
    func logProb(_ x: Tensor) -> Tensor { 0 * x }
    func cdf(_ x: Tensor) -> Tensor { floor(4 * minimum(maximum(x, 0), 1)) / 4 }
    func icdf(_ p: Tensor) -> Tensor { -floor(-4 * p) / 4 }
  }

  @Test func stepsHaveNoMassBetweenThem() {
    func logMass(_ low: Double, _ high: Double) -> Double {
      IntervalCensored(Steps()).logProb(Tensor([low, high])).scalar
    }
    for width in [1e-9, 1e-5, 1e-3, 0.1] {
      #expect(logMass(0.3, 0.3 + width) == -.infinity)
      #expect(logMass(0.8, 0.8 + width) == -.infinity)
      #expect(abs(logMass(0.5 - width, 0.5) - log(Tensor(0.25)).scalar) < 1e-14)
    }
  }

  @Test func narrowlyCutDistributionsHaveTheirDensityAndProbabilities() {
    for width in [1e-13, 1e-9, 1e-5, 1e-2] {
      let base = Normal(0, 1)
      let cut = Truncated(base, low: Tensor(-width), high: Tensor(width))
      // Uniform up to the square of the width.
      let tolerance = max(1e-10, width * width)
      expectClose(exp(cut.logProb(0)), Tensor(0.5 / width), relative: tolerance)
      let x = Tensor([-0.5, 0, 0.75]) * Tensor(width)
      expectClose(cut.cdf(x), Tensor([0.25, 0.5, 0.875]), relative: tolerance, absolute: 0)
      expectClose(cut.logCDF(x), log(Tensor([0.25, 0.5, 0.875])), relative: 2 * tolerance)
      let quantiles = cut.icdf(Tensor([0.25, 0.5, 0.875]))
      expectClose(quantiles, x, relative: tolerance, absolute: tolerance * width)
    }
  }
}
