import ArgumentParser
import Foundation

/// The data of one case, for programs in other languages.
struct ExportData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Writes the data of one case as JSON: for each array its shape and its numbers.")

  @Option(name: .customLong("case"), help: "The case.")
  var chosen: Case

  @Argument(help: "Where to write.")
  var file: String

  private struct Array: Encodable {
    let shape: [Int]
    let values: [Double]
  }

  func run() throws {
    let arrays = try chosen.problem().data.mapValues { Array(shape: $0.shape, values: $0.scalars) }
    try JSONEncoder().encode(arrays).write(to: URL(filePath: file))
  }
}
