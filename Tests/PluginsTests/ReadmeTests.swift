import Distributions
import Foundation
import Inference
import PPL
import Testing

private func eightSchoolsTable() throws -> String {
  let effects: Tensor = [28, 8, -3, 7, -1, 1, 18, 12]
  let errors: Tensor = [15, 10, 16, 11, 9, 11, 10, 18]

  let schools = Model { p in
    let mu = p.sample("mu", Normal(0, 5))
    let tau = p.sample("tau", HalfCauchy(5))
    p.plate("school", 8) { p in
      let z = p.sample("z", Normal(0, 1))
      let theta = p.deterministic("theta", mu + tau * z)
      p.sample("y", Normal(theta, errors))
    }
  }

  let posterior = schools.conditioned(on: ["y": effects])
  let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
  let draws = try svi.run(steps: 5_000, key: RandomKey(0)).draws(2_000, key: RandomKey(1))
  return try draws.table(of: ["mu", "tau", "theta"])
}

@Suite struct ReadmeTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The model that the page shows is the code of `eightSchoolsTable`, and its table is what that returns.
  @Test func theModelOfTheReadmeRunsAndPrintsItsTable() throws {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let body = try #require(source.firstMatch(of: /-> String {\n((?s:.*?))\n}\n/)).1
    let code = body.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
      .replacing(
        "return try draws.table(of: [\"mu\", \"tau\", \"theta\"])",
        with: "print(try draws.table(of: [\"mu\", \"tau\", \"theta\"]))")
    #expect(readme.contains("\n\(code)\n```\n"))
    #expect(readme.contains("```\n\(try eightSchoolsTable())\n```\n"))
  }

  @Test func everyFolderThatTheReadmeNamesExists() throws {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let named = readme.matches(
      of: /`((?:Sources|Models|Examples|Benchmarks|Documentation)[A-Za-z\/]*)`/
    )
    .map { String($0.1) }
    #expect(named.count > 5)
    for folder in named {
      #expect(
        FileManager.default.fileExists(atPath: root.appending(path: folder).path), "\(folder)")
    }
  }
}
