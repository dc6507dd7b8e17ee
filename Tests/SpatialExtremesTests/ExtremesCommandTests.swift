import Foundation
import PPL
import Plugins
import Runs
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// Every model as `ppl fit` runs it.
@Suite struct ExtremesCommandTests {
  /// Three stations, six years, one maximum missing.
  private static let data = StationMaxima(
    stations: [
      .init(id: "a", longitude: 1.18, latitude: 41.15),
      .init(id: "b", longitude: 2.07, latitude: 41.29),
      .init(id: "c", longitude: -3.68, latitude: 40.41),
    ], years: Array(2014...2019), covariate: [0.8, 0.9, 1, 0.92, 0.85, 0.98],
    maxima: [
      37.1, 38.1, 37.2, 36.0, 37.9, 36.1, 33.4, 33.0, nil, 32.8, 34.1, 35.0, 39.6, 40.6, 39.1, 40.2,
      39.3, 40.7,
    ])

  private func json(_ numbers: any Encodable) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(numbers))
  }

  @Test(arguments: allModels)
  func aFolderWithAGapGivesAReportAndItsFiles(type: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      try withTemporaryFolder { folder in
        try Self.data.write(to: folder.appending(path: "data"))
        let report = try ExtremesCommand<M>().fit([
          "--data", folder.appending(path: "data").path, "--backend", "svi", "--steps", "40",
          "--draws", "20",
        ])
        let lines = report.table.split(separator: "\n").map(String.init)
        #expect(lines[0] == "\(M.name): 3 stations x 6 years (2014-2019)")
        #expect(lines[1] == "17 maxima used, 1 station-year missing")
        let model = try M(Self.data)
        for parameter in model.parameters {
          #expect(lines.contains { $0.hasPrefix("\(parameter.name) ") }, "\(parameter.name)")
        }
        #expect(
          report.files.map(\.name) == [
            "run.json", "results.json", "losses.csv", "draws.csv", "stations_posterior.csv",
            "quantities.csv", "stations.geojson", "posterior.nc", "checkpoint.json",
          ])
        let numbers = try json(report.numbers)
        for site in model.parameters.map(\.name) { #expect(numbers[site]?["mean"]?.double != nil) }
        for field in model.fields {
          let stations = try #require(numbers[field.site]).elements.compactMap {
            $0["station"]?.string
          }
          #expect(stations == ["a", "b", "c"])
        }
        #expect(numbers["truth"] == nil)
      }
    }
    try check(type)
  }

  /// The truth of the embedded example is beside the parameters that it is known of.
  @Test(arguments: allModels)
  func theEmbeddedExampleIsComparedWithItsTruth(type: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      let report = try ExtremesCommand<M>().fit(["--steps", "30", "--draws", "10"])
      let truth = try #require(try json(report.numbers)["truth"])
      for parameter in try M(Self.data).parameters {
        #expect((truth[parameter.name]?.double != nil) == (parameter.quantity != nil))
      }
      #expect(truth["mu_correlation"]?.double != nil)
      #expect(report.table.contains("correlation with the truth over the stations: mu(s) "))
    }
    try check(type)
  }

  @Test(arguments: modelsWithPriorFlags)
  func everyPriorIsAFlagThatIsChecked(type: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      let flags = M.Priors.published.values.flags
      #expect(!flags.isEmpty)
      for flag in flags {
        let given = try ExtremesOptions<M>.parse([flag.name, "1.5"]).priors.values
        #expect(given.flags.first { $0.name == flag.name }?.number == 1.5, "\(flag.name)")
        #expect(given.flags.count { $0.isChanged } == 1)
        let wrong = flag.mustBePositive ? "-1" : "inf"
        let error = #expect(throws: (any Error).self) {
          try ExtremesOptions<M>.parse([flag.name, wrong])
        }
        let message = error.map { ExtremesOptions<M>.message(for: $0) } ?? ""
        let need = flag.mustBePositive ? "-1.0, but must be positive" : "inf, but must be finite"
        #expect(message.hasPrefix("\(flag.name) is \(need)."), "\(message)")
      }
    }
    try check(type)
  }

  /// The flags of the priors are in the message, whatever the model calls them.
  @Test(arguments: [
    (GEVAdditive.self as any ExtremesModel.Type, "--prior-beta"),
    (GEVNonstationary.self, "--prior-beta0"), (GEVCopula.self, "--prior-c1"),
  ])
  func priorsOutOfReachOfTheDataAreNamed(
    type: any ExtremesModel.Type, flag: String
  ) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      let flags = try ExtremesOptions<M>.parse([flag, "1e6"]).priors.values
      let failure = ExtremesFailure.farPriors(flags, of: Self.data, left: .nothing)
      #expect(
        failure?.description
          == "the fit has no result with priors so far from the data: \(flag) is 1000000.0. The maxima "
          + "reach from 32.8 (station \"b\", 2017) to 40.7 (station \"c\", 2019); choose priors that "
          + "suit them, or leave these flags out. Nothing was written.")
    }
    try check(type)
  }

  @Test func aModelWithOneRateNamesOnePriorOfTheCovariate() {
    var data = Self.data
    data.covariate = [1940, 1955, 1970, 1990, 2000, 2010]
    let causes = StartFailureCause.causes(data, GEVAdditive.Priors.published.values)
    #expect(
      causes.first?.description
        == "The covariate is out of scale: column \"gmst\" reaches from 1940.0 to 2010.0, which the "
        + "prior of beta (mean 1.0) takes for a change of the maxima by 70.0. Choose a column with the "
        + "GMST anomaly in degrees Celsius by --gmst-column, or scale --prior-beta to this one.")
  }

  @Test func aProjectionIntoThePastIsRefused() {
    let error = #expect(throws: ExtremesFailure.self) {
      try ExtremesCommand<GEVCopula>().fit(["--projection-year", "2000", "--steps", "1"])
    }
    #expect(error == .projectionInThePast(year: 2000, lastYear: 2024))
  }

  /// What a model requires is a value: with more stations and years in it, the messages ask for these.
  @Test func theRequirementsOfAModelDecideWhatIsEnough() throws {
    func message(_ requirements: DataRequirements) throws -> String {
      var message = "none"
      try withTemporaryFolder { folder in
        try Self.data.write(to: folder)
        do throws(DataError) {
          _ = try StationMaxima(folder: folder, options: ReadingOptions(requirements: requirements))
        } catch {
          let sentence = "\(error)"
          message = sentence.split(separator: "maxima.csv: ").last.map(String.init) ?? sentence
        }
      }
      return message
    }
    #expect(try message(DataRequirements()) == "none")
    #expect(
      try message(DataRequirements(minimumStations: 4))
        == "only 3 stations have maxima to use; give at least 4 stations, since the model is one of "
        + "differences between places.")
    #expect(
      try message(DataRequirements(minimumYears: 7))
        == "only 6 years can be used (2014 to 2019); give at least 7 years with maxima and a GMST value."
    )
    #expect(
      DataRequirements(minimumStations: 1, minimumYears: 9).dataNeeded
        .contains("At least 1 station and 9 years."))
    for format in ["CSV", "NetCDF", "GHCN-Daily", "ECA&D", "Documentation/Data.md"] {
      #expect(DataRequirements().dataNeeded.contains(format))
    }
  }
}
