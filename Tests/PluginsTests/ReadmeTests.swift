import Distributions
import Foundation
import Inference
import PPL
import Testing

/// The tables of the page, by NUTS and by a mean-field guide; the code is the page's, one block for each.
private func eightSchoolsTables() throws -> [String] {
  var printed: [String] = []
  func print(_ text: some CustomStringConvertible) { printed.append("\(text)") }

  // [
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
  let chains = MCMC(WALNUTS())
  let draws = try chains.run(posterior, key: RandomKey(0)).posterior()
  print(SamplingDiagnosis(draws))
  print(try draws.table(of: ["mu", "tau", "theta"]))
  // ]

  // [
  let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
  let fit = try svi.run(steps: 5_000, key: RandomKey(0))
  print(ApproximationDiagnosis(try fit.importanceSample(key: RandomKey(1))))
  print(try fit.draws(2_000, key: RandomKey(1)).table(of: ["mu", "tau"]))
  // ]
  return printed
}

@Suite struct ReadmeTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The blocks of code that the page shows are those of `eightSchoolsTables`, and its output is what they print.
  @Test func theModelOfTheReadmeRunsAndPrintsItsTables() throws {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let blocks = source.matches(of: /[ ]{2}\/\/ \[\n((?s:.*?))  \/\/ \]\n/).map { match in
      match.1.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }
    #expect(blocks.count == 2)
    for code in blocks { #expect(readme.contains("\n\(code)```\n")) }
    let printed = try eightSchoolsTables()
    for pair in [printed.prefix(2), printed.suffix(2)] {
      #expect(readme.contains("```\n\(pair.joined(separator: "\n"))\n```\n"))
    }
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
