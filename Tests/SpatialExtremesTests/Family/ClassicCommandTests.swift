import Foundation
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// The rows of `classic/reference_fits.csv` by the command line, one case for each form of the likelihood.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct ClassicCommandTests {
  /// Fits a single station by maximum likelihood from a table, and compares with a case of the file.
  private func expect(
    _ name: String, _ file: String, _ table: String, _ flags: [String],
    except others: Set<String> = ["loglik"], corrected: [String: Double] = [:],
    names: [String: String] = ["mu": "mu0"]
  ) throws -> JSONValue {
    var result: JSONValue?
    try withTemporaryFolder { folder in
      try "station,lon,lat\nA,0,50\n".write(
        to: folder.appending(path: "stations.csv"), atomically: true, encoding: .utf8)
      try table.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
      let report = try ExtremesCommand<GEVByFormula>().fit(
        ["--data", folder.path, "--backend", "mle", "--draws", "20"] + flags)
      let numbers = try JSONDecoder().decode(
        JSONValue.self, from: JSONEncoder().encode(report.numbers))
      for row in try ReferenceFits()[name] where row.name != "loglik" && !others.contains(row.name)
      {
        let site = names[row.name] ?? row.name
        let found = numbers["parameters"]?[site]
        let expected = corrected[row.name] ?? row.computed ?? .nan
        let error = row.computedError ?? .nan
        let estimate = found?["mean"]?.double ?? .nan
        #expect(
          abs(estimate - expected) < 0.02 * error,
          "\(name) \(row.name): \(estimate), not \(expected)")
        #expect(abs((found?["sd"]?.double ?? .nan) / error - 1) < 0.01, "\(name) \(row.name)")
      }
      if let row = try ReferenceFits()[name].first(where: { $0.name == "loglik" }) {
        let found = numbers["log_likelihood"]?.double ?? .nan
        if !others.contains("loglik") {
          #expect(abs(found - (row.computed ?? .nan)) < 1e-4, "\(name): \(found)")
        }
      }
      result = numbers
    }
    return try #require(result)
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOf: SharedData.folder.appending(path: path), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private func portPirie() throws -> String {
    (["station,year,value"] + (try lines("classic/portpirie.csv").dropFirst().map { "A,\($0)" }))
      .joined(separator: "\n")
  }

  @Test func portPirieByTheGEVDistribution() throws {
    let covariances = ["mu", "sigma", "xi"].flatMap { a in
      ["mu", "sigma", "xi"].map { "cov(\(a),\($0))" }
    }
    _ = try expect(
      "C1", "maxima.csv", portPirie(), ["--location", "1"],
      except: Set(covariances + ["z10", "z100"]))
  }

  @Test func portPirieByTheGumbelDistribution() throws {
    let numbers = try expect(
      "C2", "maxima.csv", portPirie(), ["--location", "1", "--distribution", "gumbel"], except: [])
    #expect(numbers["parameters"]?["xi"] == nil)
  }

  /// Ten columns, and six values in 1935.
  @Test func veniceByTheTenLargestLevels() throws {
    let table = try lines("classic/venice.csv").enumerated().map { index, line in
      index == 0 ? "station," + line : "A," + line
    }.joined(separator: "\n")
    _ = try expect(
      "C5-r10", "maxima.csv", table, ["--location", "1", "--largest", "10"], except: [])
    _ = try expect("C5-r5", "maxima.csv", table, ["--location", "1", "--largest", "5"], except: [])
  }

  /// The estimate of the file stops short of the maximum. The level of Coles is of 365 days a year, and is exceeded once in 100
  /// years on average; this one has a probability of 1 % a year: both differ by 0.3 mm.
  @Test func rainInEnglandByTheParetoDistributionAndThePointProcess() throws {
    let table =
      (["station,date,value"]
      + (try lines("classic/rain_sw_england.csv").dropFirst().map { "A,\($0)" }))
      .joined(separator: "\n")
    let others: Set = ["z100", "var(sigma)", "cov(sigma;xi)", "var(xi)"]
    let pareto = try expect(
      "C6", "values.csv", table,
      ["--distribution", "gpd", "--threshold", "30"], except: others.union(["loglik"]),
      corrected: ["sigma": 7.440269])
    let likelihood = try #require(pareto["log_likelihood"]?.double)
    #expect(abs(likelihood - -485.09372) < 1e-4)
    let process = try expect(
      "C6", "values.csv", table,
      ["--distribution", "point-process", "--threshold", "30", "--location", "1"],
      except: others.union(["loglik", "sigma"]))
    // The scale of exceedances by the parameters of the annual maximum.
    func number(_ name: String) throws -> Double {
      try #require(process["parameters"]?[name]?["mean"]?.double)
    }
    let (mu, sigma, xi) = (try number("mu0"), try number("sigma"), try number("xi"))
    #expect(abs(sigma + xi * (30 - mu) - 7.440269) < 1e-3)
    // The rate of exceedances is the observed one, 152 in 17,531 days.
    let rate = pow(1 + xi * (30 - mu) / sigma, -1 / xi)
    #expect(abs(rate / (152 / 17_531 * 365.25) - 1) < 1e-6)
    let z100 = mu + sigma * (pow(-log(0.99), -xi) - 1) / xi
    #expect(abs(z100 - 106.3) < 0.4, "\(z100)")
  }
}
