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

    init(_ section: String) throws {
      rows = try content.get().at(section).elements
      #expect(!rows.isEmpty, "\(section) has no rows")
    }

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
    let found = try table.gev().icdf(try table.column("q"))
    expectClose(found.scalars, try table.numbers("icdf_exact"), relative: 1e-13)
  }

  @Test func returnLevelsAgree() throws {
    let table = try Table("return_level")
    let found = try table.gev().returnLevel(period: try table.column("period"))
    // The file rounds 1 - 1/P to a double first, which moves a level of P = 1000 by 1e-13.
    expectClose(found.scalars, try table.numbers("level_exact"), relative: 1e-12)
  }

  @Test func momentsAgree() throws {
    let table = try Table("moments")
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

/// The synthetic maxima of the worked model were drawn from this distribution, with JAX's keys.
@Suite(.needs("dataset.json", "stations.csv", "gmst.csv", "truth_field.csv", "maxima.csv"))
struct GEVDrawsGoldenTests {
  @Test func oneSeedGivesTheSyntheticMaxima() throws {
    let json = try Reference.json("dataset.json")
    let truth = try json.at("truth_params")
    let panel = [
      try Reference.column("lon", of: "stations.csv").count,
      try Reference.column("year", of: "gmst.csv").count,
    ]
    let field = try Reference.column("f_truth", of: "truth_field.csv")
    try #require(field.count == panel[0] * panel[1], "truth_field.csv is not of this panel")
    let seed = UInt64(try json.at("meta", "config").number("key_seed"))
    let afterFields = RandomKey(seed).split(3)[0]
    let (_, observationKey) = afterFields.split()
    let distribution = GEV(
      Tensor(field, shape: panel), try truth.tensor("gev_sigma"), try truth.tensor("gev_xi"))
    let maxima = distribution.sample([], key: observationKey)
    let expected = try Reference.column("tmax", of: "maxima.csv")
    expectClose(maxima.scalars, expected, relative: 1e-13)
  }
}
