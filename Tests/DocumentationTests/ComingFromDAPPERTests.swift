import Assimilation
import Autodiff
import Foundation
import Testing

/// The code of `ComingFromDAPPER` is this file's between the lines `// [` and `// ]`.
@Suite struct ComingFromDAPPERTests {
  @Test func theExperimentsOfThePageHaveThePublishedErrors() throws {
    var printed: [(error: Double, standardError: Double, spread: Double)] = []
    func print(_ name: String, _ error: Double, _ standardError: Double, _ spread: Double) {
      printed.append((error, standardError, spread))
    }

    // [
    let twin = try TwinExperiment(
      Lorenz63(),  // Dyn
      initial: .normal(mean: [1.509, -1.531, 25.46], variance: 2),  // X0
      observing: .every(25, points: [0, 1, 2], variance: 2),  // Obs, and dko of tseq
      steps: 25 * 564, key: RandomKey(3000))  // xx, yy
    // ]

    // [
    let filters: [any Filter] = [
      ETKF(members: 3, inflation: 1.3),
      ETKF(members: 10, inflation: 1.02, rotation: .random),
      EnKF(members: 100, inflation: 1.01),
    ]
    for filter in filters {
      let run = try twin.run(filter, burnIn: 64, key: RandomKey(1))
      guard let error = run.analysisRMSE, let spread = run.analysisSpread else { continue }
      print(filter.name, error.value, error.standardError ?? .nan, spread.value)  // rmse.a, rmv.a
    }
    // ]

    // As listed in `dapper/mods/Lorenz63/sakov2012.py`: within a tenth, and within three standard errors of 500 analyses.
    #expect(printed.count == 3)
    for (own, published) in zip(printed, [0.80, 0.60, 0.56]) {
      #expect(abs(own.error - published) < 0.1 * published + 3 * own.standardError)
    }

    let published = try TwinExperiment.sakovOliverBertino2012(cycles: 564, key: RandomKey(3000))
    #expect(published.truth == twin.truth && published.observations == twin.observations)
    try expectResumedBits(twin)
  }

  private func expectResumedBits(_ twin: TwinExperiment) throws {
    // [
    let filter = ETKF(members: 10, inflation: 1.02, rotation: .random)
    var checkpoint = try twin.start(filter, burnIn: 64, key: RandomKey(1))
    twin.advance(&checkpoint, filter, cycles: 200)
    let stored = try JSONEncoder().encode(checkpoint)

    var resumed = try JSONDecoder().decode(TwinCheckpoint.self, from: stored)
    twin.advance(&resumed, filter)
    // ]
    #expect(resumed.run == (try twin.run(filter, burnIn: 64, key: RandomKey(1))))
  }

  @Test func theCodeOfThePageIsThatOfThisFile() throws {
    let page = try Repository.text("Documentation/ComingFromDAPPER.md")
    let source = try Repository.text("Tests/DocumentationTests/ComingFromDAPPERTests.swift")
    let shown = blocks("swift", of: page)
    // Foundation is for the JSON of the page's last code.
    let imports = "import Assimilation\nimport Autodiff\nimport Foundation\n\n"
    #expect(shown.first?.hasPrefix(imports) == true)
    #expect(shown.map { $0.replacing(imports, with: "") } == snippets(of: source))
  }
}
