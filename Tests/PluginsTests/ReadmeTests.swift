import Foundation
import Testing

@Suite struct ReadmeTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The model that the page shows is the program that `swift run eight-schools` compiles.
  @Test func theModelOfTheReadmeIsAProgramOfThisPackage() throws {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let program = try String(
      contentsOf: root.appending(path: "Models/EightSchools/main.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(program)```\n"))
  }

  @Test func everyFolderThatTheReadmeNamesExists() throws {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let named = readme.matches(of: /`((?:Sources|Models|Benchmarks|Documentation)[A-Za-z\/]*)`/)
      .map { String($0.1) }
    #expect(named.count > 5)
    for folder in named {
      #expect(
        FileManager.default.fileExists(atPath: root.appending(path: folder).path), "\(folder)")
    }
  }
}
