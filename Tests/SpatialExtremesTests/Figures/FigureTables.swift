import Plugins
import Runs
import Testing

/// A suite that reads the tables of figures.
protocol FigureTables {}

extension FigureTables {
  /// The rows of a table, by the names of their columns.
  func rows(_ figure: CaptionedFigure) throws -> [[String: String]] {
    let lines = figure.content.csv.split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let header = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  func numbers(_ rows: [[String: String]], _ column: String) -> [Double] {
    rows.map { Double($0[column] ?? "") ?? .nan }
  }

  func named(
    _ name: String, _ figures: [CaptionedFigure]
  ) throws -> CaptionedFigure { try #require(figures.first { $0.name == name }, "\(name)") }
}
