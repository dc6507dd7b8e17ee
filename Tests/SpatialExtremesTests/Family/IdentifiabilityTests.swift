import PPL
import Testing

@testable import SpatialExtremes

/// Formulas that the data do not determine are refused by name, with a remedy.
@Suite struct IdentifiabilityTests {
  private static let data: StationMaxima = {
    var data = StationMaxima(
      stations: (0..<4).map { i in
        var station = StationMaxima.Station(
          id: "s\(i)", longitude: Double(i), latitude: 40 + Double(i % 2), elevation: 100)
        station.columns["coast_km"] = Double(i * i)
        station.columns["coast_m"] = Double(1000 * i * i) + 5
        return station
      }, years: [2001, 2002, 2003, 2004, 2005], covariate: [0.3, 0.5, 0.3, 0.5, 0.5],
      maxima: (0..<20).map { Double(30 + $0 * 7 % 11) })
    data.yearColumns["flat"] = [2, 2, 2, 2, 2]
    return data
  }()

  @Test(arguments: [
    (
      "station + field",
      "\"station\" gives each station a value of its own, which leaves none for \"field\"; leave one of them out."
    ),
    (
      "1 + station",
      "\"station\" gives each station a value of its own, which leaves none for \"1\"; leave one of them out."
    ),
    (
      "station + lat",
      "\"station\" gives each station a value of its own, which leaves none for \"lat\"; leave one of them out."
    ),
    (
      "1 + gmst + station:gmst",
      "\"station:gmst\" gives each station a value of its own, which leaves none for \"gmst\"; leave one of them out."
    ),
    (
      "1 + elevation",
      "\"elevation\" has the same value at all stations, so that its slope is not determined; leave it out."
    ),
    (
      "1 + coast_km + coast_m",
      "\"coast_m\" is determined by \"coast_km\" and a constant over the stations, so that their slopes are not; leave one of them out."
    ),
    (
      "1 + flat",
      "\"flat\" has the same value in all years, so that its slope is not determined; leave it out."
    ),
    (
      "1 + year + trend",
      "\"trend\" is determined by \"year\" and a constant over the years, so that their slopes are not; leave one of them out."
    ),
    (
      "1 + gmst + basis(gmst,1)",
      "\"basis(gmst), degree 1\" is determined by \"gmst\" and a constant over the years, so that their slopes are not; leave one of them out."
    ),
    (
      "1 + basis(gmst,2)",
      "\"gmst\" has 2 different values in the years of the data, but 2 polynomials need 3; leave the term out, or choose years in which the covariate varies."
    ),
    (
      "1 + gp(flat)",
      "\"flat\" has 1 different value in the years of the data, but \"gp(flat)\" needs 2; leave the term out, or choose years in which the covariate varies."
    ),
    (
      "1 + ebm(flat)",
      "\"flat\" has 1 different value in the years of the data, but \"ebm(flat)\" needs 2; leave the term out, or choose years in which the covariate varies."
    ),
  ])
  func aFormulaThatTheDataDoNotDetermineIsRefused(formula: String, sentence: String) {
    let error = #expect(throws: FormulaError.self) {
      try GEVByFormula(
        StationTensors(Self.data), priors: GEVByFormula.Priors.parse(["--location", formula]))
    }
    #expect(error?.description == "--location \"\(formula)\": \(sentence)")
  }

  @Test(arguments: ["1 + lat + lon + coast_km", "1 + gmst + year", "1 + trend + gmst", "station"])
  func aFormulaThatTheyDetermineIsTaken(formula: String) throws {
    _ = try GEVByFormula(
      StationTensors(Self.data), priors: GEVByFormula.Priors.parse(["--location", formula]))
  }

  /// A scale cannot be proportional to a location that is not positive.
  @Test func aDispersionNeedsPositiveMaxima() {
    var data = Self.data
    data.maxima = data.maxima.map { $0.map { $0 - 35 } }
    let error = #expect(throws: FormulaError.self) {
      try GEVByFormula(
        StationTensors(data), priors: GEVByFormula.Priors.parse(["--dispersion"]))
    }
    #expect(
      error?.description.hasPrefix("--dispersion: a station has a mean of -") == true
        && error?.description.hasSuffix(
          "; a scale is proportional to a positive location alone; leave the flag out.") == true
    )
  }
}
