import Distributions
import Inference
import PPL
import Testing

/// The article `GettingStarted`: its code is this file's between the lines `// [` and `// ]`, its output what that prints.
@Suite struct TutorialTests {
  // [
  func spring(loads: Tensor) -> Model<Tensor> {
    Model { p in
      let rest = p.sample("rest", Normal(0, 50))  // cm
      let stretch = p.sample("stretch", HalfNormal(10))  // cm per 100 g
      let noise = p.sample("noise", HalfNormal(1))  // cm
      return p.plate("reading", loads.count) { p in
        p.sample("length", Normal(rest + stretch * loads, noise))
      }
    }
  }
  // ]

  @Test func theTutorialPrintsWhatItSays() throws {
    let article = try Repository.text("Sources/PPL/PPL.docc/GettingStarted.md")
    var printed: [String] = []
    func print(_ value: some CustomStringConvertible) { printed.append(value.description) }

    // [
    let loads: Tensor = [0, 1, 2, 3, 4, 5, 6, 7]  // 100 g
    let model = spring(loads: loads)
    print(try model.run(key: RandomKey(1)))
    // ]

    // [
    let lengths: Tensor = [10.2, 11.9, 14.1, 15.8, 18.3, 19.9, 22.2, 23.8]  // cm
    let posterior = model.conditioned(on: ["length": lengths])
    // ]

    // [
    do {
      _ = try model.conditioned(on: ["lenght": lengths]).run(key: RandomKey(1))
    } catch let error as ModelError {
      print(error)
    }
    // ]

    // [
    let optimizer = Adam(learningRate: .cosine(from: 0.1, steps: 10_000))
    let svi = SVI(posterior, guide: AutoMultivariateNormal(posterior), optimizer: optimizer)
    let fit = try svi.run(steps: 10_000, key: RandomKey(0))
    let draws = try fit.draws(4_000, key: RandomKey(1))
    print(draws.table())
    // ]

    // [
    let further = spring(loads: [8, 10, 12])
    let ahead = try Predictive(further, given: draws)(key: RandomKey(2))
    print(try ahead.table(of: ["length"]))
    // ]

    #expect(blocks("text", of: article) == printed.map(\.withoutTrailingSpace))
    // Least squares: 10.083 cm and 1.983 cm for 100 g. The priors are wide beside the data, and half a posterior
    // deviation is what the noise of the last steps may leave.
    #expect(abs(draws["rest"].mean().scalar - 10.083) < 0.07)
    #expect(abs(draws["stretch"].mean().scalar - 1.983) < 0.02)
  }

  @Test func theCodeOfTheTutorialIsThatOfThisFile() throws {
    let article = try Repository.text("Sources/PPL/PPL.docc/GettingStarted.md")
    let source = try Repository.text("Tests/DocumentationTests/TutorialTests.swift")
    // The first block of the article holds the imports.
    let shown = blocks("swift", of: article)
    #expect(shown.first == "import Distributions\nimport Inference\nimport PPL")
    #expect(Array(shown.dropFirst()) == snippets(of: source))
  }
}

extension String {
  /// As Markdown keeps it: no space at the ends of lines, no empty line at the end.
  fileprivate var withoutTrailingSpace: String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.reversed().drop { $0 == " " }.reversed()) }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
