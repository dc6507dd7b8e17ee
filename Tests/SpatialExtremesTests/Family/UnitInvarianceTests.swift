import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// The density of a fit by formula is the same in any unit of the maxima, to the last digit of its coordinates.
@Suite struct UnitInvarianceTests {
  /// The flags of a model, and how its second unit follows from the first.
  struct Case: Sendable, CustomTestStringConvertible {
    let flags: [String]
    var hasCopula = false
    var isNegated = false
    var unit: @Sendable (Double) -> Double = { ($0 - 32) / 1.8 }

    var testDescription: String { flags.joined(separator: " ") + (hasCopula ? " copula" : "") }
    static let toInches: @Sendable (Double) -> Double = { $0 / 25.4 }
    static let toKelvin: @Sendable (Double) -> Double = { ($0 - 32) / 1.8 + 273.15 }
  }

  static let cases = [
    Case(flags: []),
    Case(flags: ["--location", "1"], unit: Case.toKelvin),
    Case(flags: ["--log-scale", "1 + field"], isNegated: true),
    Case(flags: ["--field-coordinates", "centred"]),
    Case(flags: ["--field-coordinates", "partial", "--nugget", "--kernel", "matern12+matern52"]),
    Case(flags: ["--location", "1 + field", "--shape", "1 + field"], hasCopula: true),
    Case(flags: ["--location", "station + station:gmst", "--log-scale", "station"]),
    Case(flags: ["--location", "1 + elevation + gp(gmst)", "--log-scale", "1 + gmst + elevation"]),
    Case(flags: ["--location", "1 + trend", "--log-scale", "1 + trend"]),
    Case(flags: ["--location", "1 + ebm(gmst) + elevation:gmst"]),
    Case(flags: ["--location", "1 + field + basis(gmst,2) + field:basis(gmst,2)"]),
    Case(flags: ["--dispersion", "--log-scale", "1 + field"], unit: Case.toInches),
    Case(flags: ["--distribution", "gumbel"]),
    Case(flags: ["--distribution", "frechet", "--location", "1 + gmst"]),
    Case(flags: ["--distribution", "blended", "--anisotropy"]),
    Case(flags: ["--location", "1 + field + gmst + anomaly"]),
    Case(flags: ["--location", "1 + gmst + anomaly(field)"]),
  ]

  /// Nine stations of 25 years in whole degrees Fahrenheit, some missing.
  static func data(_ change: (Double) -> Double = { $0 }) -> StationMaxima {
    let (S, T) = (9, 25)
    let noise = RandomKey(8).uniform([S, T]).scalars
    let stations = (0..<S).map { i in
      let longitude: Double = -99 + 0.9 * Double(i % 3)
      let latitude: Double = 40 + 0.7 * Double(i / 3)
      return StationMaxima.Station(
        id: "s\(i)", longitude: longitude, latitude: latitude,
        elevation: Double(90 * (i * 5 % 11)))
    }
    let covariate = (0..<T).map { j -> Double in
      let trend: Double = 0.3 + 0.025 * Double(j)
      return trend + 0.1 * sin(Double(3 * j))
    }
    let maxima = (0..<S * T).map { k -> Double? in
      if k % 17 == 5 { return nil }
      let level: Double = 96 + 2 * sin(Double(k / T)) + 0.05 * Double(k % T)
      let excess: Double = -3.1 * log(-log(0.02 + 0.96 * noise[k]))
      return change((level + excess).rounded())
    }
    return StationMaxima(
      stations: stations, years: Array(1981...(1980 + T)), covariate: covariate, maxima: maxima)
  }

  private func problem(_ one: Case, _ change: (Double) -> Double) throws -> InferenceProblem {
    let sign: Double = one.isNegated ? -1 : 1
    var dataset = ExtremesDataset(data: Self.data { sign * change($0) })
    dataset.hasCopula = one.hasCopula
    return try ExtremesCommand<GEVByFormula>().problem(.parse(one.flags), dataset)
  }

  /// Points near the start, `[n]` each.
  private func points(_ problem: InferenceProblem, _ density: LogDensity) throws -> [[Double]] {
    let rule = try #require(problem.start)
    let start = try density.vector.flat(density.logJoint.start(rule, key: RandomKey(4))).scalars
    let moved = (0..<3).map { index in
      let step = RandomKey(UInt64(index)).normal([start.count]).scalars
      return zip(start, step).map { $0 + 0.05 * $1 }
    }
    return [start] + moved
  }

  @Test(arguments: cases)
  func valueAndGradientHaveTheSameBitsInTwoUnits(one: Case) throws {
    let problems = try [problem(one) { $0 }, problem(one, one.unit)]
    let densities = try problems.map { try LogDensity($0.posterior) }
    let points = try points(problems[0], densities[0])
    #expect(try points == self.points(problems[1], densities[1]))
    for point in points {
      var gradients = [point, point]
      let values = try densities.indices.map {
        try densities[$0].evaluator().value(at: point, gradient: &gradients[$0])
      }
      #expect(values[0].isFinite)
      #expect(values[0] == values[1])
      #expect(gradients[0] == gradients[1])
    }
  }

  /// With the constant terms it is the density of the model in the unit of the record, whose priors are the same.
  @Test(arguments: cases)
  func theDensityIsThatOfTheModelInTheUnitOfTheRecord(one: Case) throws {
    let problem = try problem(one) { $0 }
    var tensors = StationTensors(Self.data { one.isNegated ? -$0 : $0 }, fields: .automatic)
    tensors.hasCopula = one.hasCopula
    let model = try GEVByFormula(tensors, priors: .parse(one.flags))
    let (own, other) = (try LogDensity(problem.posterior), try LogDensity(model.posterior))
    let deviation = tensors.spread.within
    #expect(own.count == other.count)
    #expect(other.logJoint.constantTerm == 0)
    for point in try points(problem, own) {
      var there = other.vector.named(Tensor(point))
      for (site, place) in zip(other.vector.sites, own.vector.sites) {
        guard place.name == "\(site.name)_decentered", let value = there[site.name] else {
          #expect(place.name == site.name)
          continue
        }
        // The logarithm of a variance or a standard deviation, and a field.
        let power: Double = site.name == "anomaly_sd" ? 1 : 2
        there[site.name] =
          site.shape.isEmpty
          ? value + Tensor(power * log(deviation)) : value * Tensor(deviation)
      }
      var jacobian = 0.0
      for site in other.vector.sites where site.name == "mu_s" || site.name == "beta_tilde" {
        jacobian += Double(site.shape[0]) * log(deviation)
      }
      let value = try own.evaluator().value(at: point) + own.logJoint.constantTerm
      let expected = try other.valueWithGradient(at: there).value.scalar
      // Maxima are rounded to 1.5e-8 standard deviations, the numbers of priors to nine digits.
      expectClose([value], [expected + jacobian], relative: 1e-8, "\(one.testDescription)")
    }
  }

  @Test(arguments: [cases[0], cases[5], cases[8], cases[11]])
  func theGradientIsThatOfFiniteDifferences(one: Case) throws {
    let problem = try problem(one) { $0 }
    let density = try LogDensity(problem.posterior)
    let point = try points(problem, density)[1]
    var gradient = point
    let evaluator = density.evaluator()
    _ = try evaluator.value(at: point, gradient: &gradient)
    for index in stride(from: 0, to: point.count, by: 3) {
      func value(_ step: Double) throws -> Double {
        var moved = point
        moved[index] += step
        return try evaluator.value(at: moved)
      }
      let step = 1e-5
      let slope = try (value(step) - value(-step)) / (2 * step)
      // A central difference of values near 1,000 has an error of 1e-8 by rounding, and step² by the third derivative.
      #expect(abs(slope - gradient[index]) < 1e-5 * (1 + abs(slope)), "\(index)")
    }
  }

  /// The sites that the report shows have the unit of the record, and agree in two of them.
  @Test func drawsOfLongChainsAgreeInTwoUnits() throws {
    let one = Case(flags: ["--log-scale", "1 + field"])
    let draws = try [problem(one) { $0 }, problem(one, one.unit)].map { problem in
      try MCMC(WALNUTS(), chains: 1, warmup: 250, draws: 150).run(
        problem.posterior, start: try #require(problem.start), key: RandomKey(3),
        progress: .silent
      ).posterior().draws
    }
    for site in ["mu0", "mu_s", "beta0", "k_mu.variance", "sigma_field", "xi", "k_sig.variance"] {
      let (f, c) = (draws[0][site].scalars, draws[1][site].scalars)
      let converted = f.map { value in
        switch site {
        case "mu0": (value - 32) / 1.8
        case "k_mu.variance": value / 3.24
        case "xi", "k_sig.variance": value
        default: value / 1.8
        }
      }
      expectClose(converted, c, relative: 1e-9, absolute: 1e-9, site)
    }
  }
}
