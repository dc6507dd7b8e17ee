import Foundation
import PPL
import Plotting
import SpectralFields
import TestSupport
import Testing

@testable import LSEF

@Suite struct RealizationsFigureTests {
  let sphere = Sphere(latitudes: 11, maximumWavenumber: 9)

  private func map(_ ratios: [Double], key: UInt64 = 8) throws -> SphereMap {
    let drawn = try realizationsFigure(on: sphere, scaleRatios: ratios, key: RandomKey(key))
    return try #require(drawn.figure as? SphereMap)
  }

  @Test func fieldsLieOnTheirLatitudes() {
    let rows = sphere.latitudeRows(of: (0..<sphere.pointCount).map(Double.init))
    #expect(rows.map(\.count) == Array(repeating: 20, count: 11))
    #expect(Set(rows[0]) == [0] && Set(rows[10]) == [Double(sphere.pointCount - 1)])
    #expect(rows[1][0] == 1 && rows[1][19] == 20 && rows[2][0] == 21)
  }

  @Test func theFieldIsThatOfTheConvolutionModel() throws {
    var truth = ParametricTruth.sphere(sphere)
    truth.parameters.scaleRatio = 3
    let keys = RandomKey(8).split(2)
    let model = try ConvolutionModel(truth.spectra(key: keys[0]), on: sphere)
    let expected = model.bandLimitedSample(count: 1, key: keys[1]).scalars
    #expect(try map([1, 3]).panels[1].values == sphere.latitudeRows(of: expected))
  }

  @Test func panelsDifferByTheLengthOfNonStationarityAlone() throws {
    let panels = try map([1, 3, 3]).panels
    #expect(panels.map(\.title) == ["μ_NSL = 1", "μ_NSL = 3", "μ_NSL = 3"])
    #expect(panels[1] == panels[2] && panels[0].values != panels[1].values)
    #expect(try map([3]).panels[0] == panels[1])
    #expect(try map([3], key: 9).panels[0] != panels[1])
  }

  /// Over keys, the mean square of the field over the mean of S² is 1, whatever the parameters.
  @Test func fieldsHaveTheVarianceOfTheirDeviations() throws {
    let areas = sphere.cellAreas
    func mean(_ field: [Double]) -> Double {
      zip(field, areas).reduce(0) { $0 + $1.0 * $1.1 } / (4 * .pi)
    }
    let (draws, ratios) = (100, [1.0, 3.0])
    for ratio in ratios {
      var truth = ParametricTruth.sphere(sphere)
      truth.parameters.scaleRatio = ratio
      let quotients = try (0..<draws).map { draw in
        let key = RandomKey(UInt64(draw))
        let rows = try map([ratio], key: UInt64(draw)).panels[0].values
        let field = zip(sphere.rings, rows).flatMap { Array($1.prefix($0.count)) }
        let deviation = truth.parameterFields(key: key.split(2)[0]).row(0)
        return mean(field.map { $0 * $0 }) / mean(deviation.map { $0 * $0 })
      }
      let average = quotients.reduce(0, +) / Double(draws)
      let spread = quotients.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(draws - 1)
      // Three standard errors.
      #expect(abs(average - 1) < 3 * (spread / Double(draws)).squareRoot())
    }
  }

  @Test func theTableHasEachPointOnce() throws {
    let csv = try realizationsFigure(on: sphere, key: RandomKey(8)).csv
    let lines = csv.split(separator: "\n")
    #expect(lines.count == 1 + 2 * sphere.pointCount)
    #expect(lines[0] == "mu_nsl,latitude,longitude,value")
    #expect(lines[1].hasPrefix("1.0,90.0,0.0,") && lines[3].hasPrefix("1.0,72.0,18.0,"))
    #expect(lines[lines.count - 1].hasPrefix("3.0,-90.0,0.0,"))
  }

  @Test func aFieldOfAnotherGridIsRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Sphere(latitudes: 11, maximumWavenumber: 9).latitudeRows(of: [1, 2])
    }
    expectMessage("latitudeRows(of:): 2 numbers on 182 points.", of: exit)
  }

  @Test func eachPanelHasAColourScaleOfItsOwnAndTitlesOfItsAxes() throws {
    let map = try map([1, 3])
    #expect(map.hasOwnScales)
    #expect(map.script.components(separatedBy: "set cbrange").count == 3)
    #expect(map.script.contains("set xlabel 'longitude'"))
    #expect(map.script.contains("set ylabel 'latitude'"))
  }

  @Test func noRatioIsAnError() {
    #expect(throws: PlottingError.tooFew(what: "panels", given: 0, needed: 1)) {
      try realizationsFigure(on: sphere, scaleRatios: [], key: RandomKey(1))
    }
  }
}
