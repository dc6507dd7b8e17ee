import Distributions
import Foundation
import PPL
import TestSupport
import Testing

private let file = "gev_logprob.json"
private let content = Result { try Reference.json(file) }

/// Against 60-digit arithmetic, the `_exact` fields: xtremax's own lose digits near shape 0.
@Suite(.enabled(if: Reference.url(file) != nil, "\(file) is not in \(Reference.folder.path)"))
struct GEVGoldenTests {
  /// A section of the file as columns, `[rows]` each.
  private struct Table {
    let rows: [JSONValue]

    init(_ section: String) throws { rows = try #require(content.get()[section]).elements }

    func numbers(_ path: String...) throws -> [Double] {
      try rows.map { row in
        try #require(path.reduce(row) { $0?[$1] }?.double, "no \(path) in a row")
      }
    }
    func column(_ name: String) throws -> Tensor { Tensor(try numbers(name)) }

    func gev() throws -> GEV { GEV(try column("loc"), try column("scale"), try column("xi")) }
  }

  @Test func logDensityAgreesToTheRoundingOfTheStandardizedValue() throws {
    let table = try Table("log_prob")
    #expect(table.rows.count == 975)
    let found = try table.gev().logProb(try table.column("y"))
    expectClose(found.scalars, try table.numbers("log_prob_exact"), relative: 1e-13)
  }

  @Test func gradientAgreesInAllFourArguments() throws {
    let table = try Table("log_prob")
    let names = ["y", "loc", "scale", "xi"]
    let inputs = try names.map { try table.column($0) }
    let density: ([Tensor]) -> Tensor = { GEV($0[1], $0[2], $0[3]).logProb($0[0]).sum() }
    let found = valueWithGradient(of: density, at: inputs).gradient.map(\.scalars)
    for (index, row) in table.rows.enumerated() {
      let label = names.map { "\($0) \(row[$0]?.double ?? .nan)" }.joined(separator: ", ")
      let gradient = found.map { $0[index] }
      if row["in_support"]?.bool == true {
        let exact = try #require(row["grad_exact"]).doubles
        // Sums of terms that cancel: rounding is relative to the largest of them, above 1.
        expectClose(gradient, exact, relative: 1e-12, absolute: 1e-13, "\(label)")
      } else {
        #expect(gradient == [0, 0, 0, 0], "\(label)")
      }
    }
  }

  @Test func distributionFunctionAndSurvivalAgreeInBothTails() throws {
    let table = try Table("log_prob")
    let (gev, y) = (try table.gev(), try table.column("y"))
    let logSurvival = gev.logSurvival(y)
    // Rounding of the exponent, which is large where these are tiny; and the 60 digits of the file
    // end at 1e-60 in a probability that was taken from 1.
    expectClose(
      gev.cdf(y).scalars, try table.numbers("cdf_exact"), relative: 1e-12, absolute: 1e-45)
    expectClose(
      exp(logSurvival).scalars, try table.numbers("sf_exact"), relative: 1e-12, absolute: 1e-45)
    expectClose(
      logSurvival.scalars, try table.numbers("log_sf_exact"), relative: 1e-12, absolute: 1e-45)
  }

  @Test func quantilesAgree() throws {
    let table = try Table("quantile")
    #expect(table.rows.count == 975)
    let found = try table.gev().icdf(try table.column("q"))
    expectClose(found.scalars, try table.numbers("icdf_exact"), relative: 1e-13)
  }

  @Test func returnLevelsAgree() throws {
    let table = try Table("return_level")
    #expect(table.rows.count == 525)
    let found = try table.gev().returnLevel(period: try table.column("period"))
    // The file rounds 1 - 1/P to a double first, which moves a level of P = 1000 by 1e-13.
    expectClose(found.scalars, try table.numbers("level_exact"), relative: 1e-12)
  }

  @Test func momentsAgree() throws {
    let table = try Table("moments")
    #expect(table.rows.count == 19)
    let gev = try table.gev()
    let bounds = gev.supportBounds
    expectClose(gev.mean.scalars, try table.numbers("exact", "mean"), relative: 1e-13)
    expectClose(gev.variance.scalars, try table.numbers("exact", "variance"), relative: 1e-12)
    expectClose(gev.entropy.scalars, try table.numbers("exact", "entropy"), relative: 1e-13)
    expectClose(gev.mode.scalars, try table.numbers("exact", "mode"), relative: 1e-13)
    expectClose(bounds.lower.scalars, try table.numbers("lower_bound"), relative: 1e-13)
    expectClose(bounds.upper.scalars, try table.numbers("upper_bound"), relative: 1e-13)
  }
}

/// The synthetic maxima of the worked model were drawn from this law, with JAX's keys.
@Suite(
  .enabled(
    if: Reference.url("truth_field.csv") != nil && Reference.url("maxima.csv") != nil,
    "truth_field.csv or maxima.csv is not in \(Reference.folder.path)"))
struct GEVDrawsGoldenTests {
  @Test func oneSeedGivesTheSyntheticMaxima() throws {
    let location = Tensor(try lastColumn("truth_field.csv"), shape: [40, 40])
    let afterFields = RandomKey(2024).split(3)[0]
    let (_, observationKey) = afterFields.split()
    let maxima = GEV(location, 1.8, 0.12).sample([], key: observationKey)
    expectClose(maxima.scalars, try lastColumn("maxima.csv"), relative: 1e-13)
  }

  private func lastColumn(_ name: String) throws -> [Double] {
    let url = try #require(Reference.url(name))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
    return try lines.map { try #require(Double($0.split(separator: ",").last ?? "")) }
  }
}
