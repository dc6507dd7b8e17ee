import Foundation
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// Reports of the same record in degrees Fahrenheit and Celsius, number by number.
@Suite struct ReportInTwoUnitsTests {
  /// The numbers of a report of some data.
  private func numbers(_ data: StationMaxima, _ flags: [String]) throws -> JSONValue {
    var result: JSONValue?
    try withTemporaryFolder { folder in
      try data.write(to: folder)
      let report = try ExtremesCommand<GEVByFormula>().fit(["--data", folder.path] + flags)
      result = try JSONDecoder().decode(
        JSONValue.self, from: JSONEncoder().encode(report.numbers))
    }
    return try #require(result)
  }

  private static let ofLocations: Set = ["mean", "q05", "q50", "q95", "min", "max"]
  private static let ofSpreads: Set = ["sd", "independent", "widened", "plugin"]

  /// A number in Celsius from one in Fahrenheit, by its path in the report, for some number of maxima.
  private func celsius(_ x: Double, _ path: [String], _ flags: [String], _ used: Double) -> Double {
    let (kind, isOfStations) = (path.last ?? "", flags.contains("station"))
    switch kind {
    case "log_likelihood", "elbo", "log_evidence": return x + used * log(1.8)
    case "first", "last", "mean_of_last": return x - used * log(1.8)
    case "aic", "bic", "tic": return x - 2 * used * log(1.8)
    default: break
    }
    let isLocation = Self.ofLocations.contains(kind)
    guard isLocation || Self.ofSpreads.contains(kind) else { return x }
    // Parameters and widened deviations are members of groups.
    let site = path.count < 3 ? path[0] : path[path.count - 2]
    // Coordinates, shapes and lengths have no unit.
    let unitless = ["_decentered", "xi", "k_sig", "sig_r", "lengthscale", "mu_s_u"]
    if unitless.contains(where: site.contains) { return x }
    if site.hasSuffix("variance") { return x / 3.24 }
    if site.hasPrefix("log_sigma") { return isLocation ? x - log(1.8) : x }
    let affine = site.hasPrefix("mu0") || (isOfStations && site.hasPrefix("mu_field"))
    return affine && isLocation ? (x < 0 ? x + 32 : x - 32) / 1.8 : x / 1.8
  }

  private func compare(
    _ f: JSONValue, _ c: JSONValue, _ path: [String], _ count: inout Int,
    _ celsius: (Double, [String]) -> Double
  ) {
    switch (f, c) {
    case (.object(let f), .object(let c)):
      #expect(Set(f.keys) == Set(c.keys))
      for (key, value) in f where key != "seconds" {
        if let other = c[key] { compare(value, other, path + [key], &count, celsius) }
      }
    case (.array(let f), .array(let c)):
      #expect(f.count == c.count)
      for (f, c) in zip(f, c) { compare(f, c, path, &count, celsius) }
    case (.number(let f), .number(let c)):
      // Ranks of distances from a median: rounding of a map decides which of its two middle draws is nearer.
      if path.last == "rhat", path.joined().contains("_field") { break }
      count += 1
      let expected = celsius(f, path)
      // Numbers near 0 that are sums of larger ones keep the digits of those.
      #expect(
        abs(c - expected) <= 1e-9 * max(abs(c), 1e-2), "\(path.joined(separator: ".")): \(c) \(f)")
    default: break
    }
  }

  private func expectAgreement(
    _ f: StationMaxima, _ flags: [String], atLeast least: Int
  ) throws {
    var c = f
    c.maxima = f.maxima.map { $0.map { ($0 - 32) / 1.8 } }
    var count = 0
    let used = Double(f.maxima.count { $0 != nil })
    try compare(numbers(f, flags), numbers(c, flags), [], &count) {
      celsius($0, $1, flags, used)
    }
    #expect(count > least, "\(count) numbers")
  }

  private static let nuts = ["--backend", "nuts", "--chains", "1", "--seed", "2"]

  /// 300 transitions, after which the last bits of the unrounded numbers had grown to Monte Carlo error.
  @Test(arguments: [
    ["--location", "1 + field + gmst"],
    ["--location", "1 + gmst", "--log-scale", "1 + field", "--minima"],
    ["--location", "1 + gmst", "--distribution", "gumbel"],
  ])
  func chainsAgree(flags: [String]) throws {
    try expectAgreement(
      UnitInvarianceTests.data(),
      flags + Self.nuts + ["--warmup", "200", "--draws", "100"], atLeast: 60)
  }

  @Test(arguments: [
    ["--backend", "mle", "--location", "1 + gmst"],
    ["--backend", "mle", "--location", "station", "--log-scale", "station"],
    ["--backend", "svi", "--steps", "200"],
    ["--backend", "match", "--location", "1 + gmst"],
    ["--backend", "nested-laplace", "--location", "1 + field + gmst", "--draws", "100"],
  ])
  func otherBackendsAgree(flags: [String]) throws {
    try expectAgreement(UnitInvarianceTests.data(), flags + ["--seed", "1"], atLeast: 20)
  }

  /// Stations of the United States in whole degrees Fahrenheit.
  @Test(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
  func americanStationsAgree() throws {
    var data = try StationMaxima(
      stations: SharedData.folder.appending(path: "ushcn/stations.csv"),
      gmst: SharedData.folder.appending(path: "gmst/annual_gmst.csv"),
      maxima: SharedData.folder.appending(path: "ushcn/summer_max_tmax_f.csv"))
    data = data.part(stations: stride(from: 0, to: 420, by: 70).map { $0 }, lastYears: 30)
    try expectAgreement(
      data, Self.nuts + ["--warmup", "200", "--draws", "100"], atLeast: 60)
  }
}

extension StationMaxima {
  /// Some of the stations with their last years.
  fileprivate func part(stations chosen: [Int], lastYears count: Int) -> StationMaxima {
    let first = years.count - count
    return StationMaxima(
      stations: chosen.map { stations[$0] }, years: Array(years[first...]),
      covariate: Array(covariate[first...]),
      maxima: chosen.flatMap { maxima[($0 * years.count + first)..<(($0 + 1) * years.count)] })
  }
}
