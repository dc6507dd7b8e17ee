import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// `ppl predict` after fits of each form of the likelihood: return levels by the formulas, from the estimates of the run.
@Suite struct LikelihoodPredictionTests {
  private func level(_ folder: PredictionFolder, station: Int = 0) throws -> Double {
    let numbers = try folder.numbers("--period", "100", "--year", "2012")
    let levels = try #require(numbers["levels"]).elements
    return try #require(levels[station]["plugin"]?.double)
  }

  private func estimate(_ folder: PredictionFolder, _ site: String) throws -> Double {
    let results = try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: folder.url.appending(path: "run/results.json")))
    return try #require(results["parameters"]?[site]?["mean"]?.double)
  }

  private let flags = ["--backend", "mle", "--draws", "400", "--location", "1"]

  @Test func theLevelOfTheGumbelDistribution() throws {
    try PredictionFolder.with { folder in
      folder.fit("gev", flags + ["--distribution", "gumbel"])
      let (mu, sigma) = (try estimate(folder, "mu0"), try estimate(folder, "sigma"))
      // The plug-in values are at the means of 400 draws, which differ from the estimates by a twentieth of their errors.
      #expect(abs(try level(folder) - (mu - sigma * log(-log(0.99)))) < 0.2)
    }
  }

  @Test func theLevelOfTheLargestValues() throws {
    try PredictionFolder.with { folder in
      var rows = ["station,year,value1,value2"]
      let data = PredictionFolder.data
      for (cell, value) in data.maxima.enumerated() {
        let first = value ?? 0
        rows.append(
          "\(data.stations[cell / 12].id),\(data.years[cell % 12]),\(first),\(first - 0.5 - 0.1 * Double(cell % 7))"
        )
      }
      try folder.write(rows.joined(separator: "\n"), to: "data/maxima.csv")
      folder.fit("gev", flags + ["--largest", "2"])
      let (mu, sigma, xi) = (
        try estimate(folder, "mu0"), try estimate(folder, "sigma"), try estimate(folder, "xi")
      )
      let expected = mu + sigma / xi * (pow(-log(0.99), -xi) - 1)
      #expect(abs(try level(folder) - expected) < 0.3)
    }
  }

  /// Each station has its own threshold and rate; other places are refused.
  @Test func theLevelOfExceedances() throws {
    try PredictionFolder.with { folder in
      var rows = ["station,date,value"]
      let first = try #require(CalendarDay("2001-01-01")).number
      for station in 0..<2 {
        let u = RandomKey(UInt64(station)).uniform([12 * 365]).scalars
        for (index, u) in u.enumerated() {
          let date = Date(timeIntervalSince1970: 86_400 * Double(first + index))
          let day = String(date.formatted(.iso8601).prefix(10))
          rows.append("s\(station),\(day),\(20 + Double(5 * station) - 2 * log(u))")
        }
      }
      try folder.write(rows.joined(separator: "\n"), to: "data/values.csv")
      folder.fit(
        "gev",
        ["--backend", "mle", "--draws", "400", "--distribution", "gpd", "--threshold", "99%"])
      let (sigma, xi) = (try estimate(folder, "sigma"), try estimate(folder, "xi"))
      #expect(abs(sigma - 2) < 0.7 && abs(xi) < 0.4)
      // The quantile of 99 % of an exponential distribution, and 3.6525 exceedances a year.
      for station in 0..<2 {
        let u = 20 + Double(5 * station) + 2 * log(100.0)
        let x = 3.6525 / -log(0.99)
        let expected = u + sigma / xi * (pow(x, xi) - 1)
        #expect(abs(try level(folder, station: station) - expected) < 1)
      }
      #expect(folder.message("--grid", "1").contains("leave out the places"))
    }
  }
}
