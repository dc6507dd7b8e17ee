import CommandTestSupport
import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// Surfaces between the stations, and the unit of figures.
@Suite struct SurfaceTests: FigureTables {
  private typealias Command = ExtremesCommand<GEVByFormula>

  private func figures(
    _ folder: PredictionFolder, _ flags: [String]
  ) throws -> ExtremesFigures<GEVByFormula> {
    try ExtremesFigures(
      Command().fitted(
        [
          "--data", folder.path("data"), "--backend", "svi", "--steps", "20", "--draws", "6",
          "--dependence", "independent",
        ] + flags))
  }

  private let field = [
    "--location", "1 + gmst + field", "--log-scale", "1", "--shape", "1",
  ]

  /// The mean of the square is the square of the mean and the variance, so that both are of the same draws.
  @Test func theMeanOfAQuantityIsThatOfItsDraws() throws {
    try PredictionFolder.with { folder in
      let own = try figures(folder, field)
      let model = own.model
      let found = try own.surfaces { draws, places in
        let values = try model.maps(draws, at: places)[0].values
        return [values, values * values]
      }
      let surfaces = try #require(found)
      let expected = zip(surfaces[0].mean, surfaces[0].sd).map { $0 * $0 + $1 * $1 }
      expectClose(surfaces[1].mean, expected, relative: 1e-9)
      #expect(surfaces[0].sd.contains { $0 > 0.01 })
      #expect(own.surfaceWords.contains("means over 6 draws of the fields given those at the sta"))
    }
  }

  @Test func theTableOfLevelsHasTheCellsOfEachPicture() throws {
    try PredictionFolder.with { folder in
      let own = try figures(folder, field)
      let grid = try #require(own.map.grid)
      let cells = try rows(own.levels()).filter { $0["kind"] == "cell" }
      for year in ["2012", "2050"] {
        for period in ["25.0", "100.0"] {
          let part = cells.filter { $0["year"] == year && $0["period"] == period }
          #expect(numbers(part, "lon") == grid.cells.map { grid.x[$0.column] })
          #expect(numbers(part, "lat") == grid.cells.map { grid.y[$0.row] })
          #expect(numbers(part, "sd").allSatisfy { $0 > 0 } && part[0]["unit"] == "°C")
        }
      }
      #expect(cells.count == 4 * grid.cells.count)
    }
  }

  @Test func figuresAreInTheUnitOfTheReport() throws {
    try PredictionFolder.with { folder in
      let own = try figures(
        folder,
        [
          "--location", "1 + gmst", "--log-scale", "1", "--shape", "1", "--unit", "C",
          "--convert-to", "F",
        ])
      #expect(own.unit == "°F")
      let levels = try rows(own.levels())
      #expect(levels.allSatisfy { $0["unit"] == "°F" })
      let series = try #require(try own.fieldsAndSeries())
      #expect(series.caption.contains("Series in °F"))
    }
  }
}
