import ArgumentParser
import Assimilation
import Foundation
import LinearAlgebra
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

@testable import LSEF

struct ModelCommandTests {
  private func report(_ flags: String..., run: [String] = []) throws -> RunReport {
    try ModelCommand(trainingCycles: 12).run(
      RunOptions.parse(run),
      ModelCommand.Options.parse(
        ["--burn-in", "2", "--cycles", "6", "--trial-cycles", "2"] + flags),
      control: RunControl(progress: .silent))
  }

  private struct Numbers: Decodable {
    struct Point: Decodable {
      struct Filter: Decodable {
        let filter: String
        let rmse, score, low: Double?
        let failures: Int
      }
      let members: Int
      let filters: [Filter]
    }
    let model: String
    let points: [Point]
  }

  @Test func allFiltersAreComparedWithTheLETKFAndThreadsDecideNoDigit() throws {
    let first = try report("--worlds", "2", run: ["--threads", "1"])
    let numbers: Numbers = try first.reported()
    #expect(numbers.model == "lorenz-96" && numbers.points.map(\.members) == [10])
    let filters = numbers.points[0].filters
    #expect(filters.map(\.filter) == ModelScheme.allCases.map(\.rawValue))
    for own in filters where own.failures == 0 {
      // Observations have errors of 1, and the climate a deviation of 3.6.
      let rmse = try #require(own.rmse)
      #expect(rmse > 0.05 && rmse < 2, "\(own.filter): \(rmse)")
      let (score, low) = (try #require(own.score), try #require(own.low))
      #expect(low <= score + 1e-12)
    }
    #expect(filters[0].score == 0)
    #expect(
      first.table.hasPrefix(
        "Lorenz-96, 40 points, all observed, error variance 1; 2 worlds of 6 analyses; seed 0\n"))
    #expect(first.table == (try report("--worlds", "2", run: ["--threads", "3"])).table)
  }

  @Test func everyModelHasAStartOnItsAttractor() throws {
    for own in ModelCase.all where own.name != "lorenz-2005-iii" {
      let state = own.start(key: RandomKey(1))
      let mean = state.reduce(0, +) / Double(state.count)
      let deviation =
        (state.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(state.count)).squareRoot()
      #expect(deviation > 0.8 && deviation < 8, "\(own.name): \(deviation)")
      #expect(own.lengths.count == 4 && own.lengths == own.lengths.sorted())
      for length in own.lengths {
        try Taper.gaspariCohn(length).checkIsCovariance(on: own.ring)
      }
    }
  }

  @Test func everyFilterHasSixteenTrials() {
    for scheme in ModelScheme.allCases {
      let candidates = scheme.candidates(lengths: [3, 5, 7, 10], length: 5)
      #expect(candidates.count == 16)
      #expect(Set(candidates.map(\.description)).count == 16)
    }
  }

  /// Fields that are drawn from a known mixture: the likelihood prefers the covariance that made them.
  @Test func theLikelihoodPrefersTheCovarianceOfTheInnovations() throws {
    let bank = FilterBank.circle(points: 16)
    let network = exampleNetwork(bank)
    let prior = try ScaleHybridPrior(network, bank: bank)
    let innovations = try (0..<40).map { k in
      let keys = RandomKey(UInt64(k)).split(3)
      let members = Matrix(rows: 4, columns: 16, keys[0].normal([4, 16]).scalars)
      let B = try prior.estimated(from: members).block(
        rows: Array(0..<16), columns: Array(0..<16))
      var C = B
      C.addToDiagonal(Array(repeating: 0.1, count: 16))
      let factor = try CholeskyFactor(factoring: C).lowerTriangle
      let values = factor.multiplied(by: keys[1].normal([16]).scalars)
      let observations = try Observations(
        points: Array(0..<16), values: values, variance: 0.1)
      return HybridLikelihood.Innovation(members, Array(repeating: 0, count: 16), observations)
    }
    let likelihood = try HybridLikelihood(
      innovations, network: network, bank: bank, taper: .gaspariCohn(3))
    let compared = try likelihood.compared()
    #expect(compared.lsef < compared.localized - 0.1)
    let (weights, factor) = try likelihood.maximum(from: ScaleWeights(level: 1), 0.5)
    // Towards LSEF alone, with the factor that made the fields.
    #expect(weights.level < -1 && factor > 0.7 && factor < 1.4, "\(weights), \(factor)")
  }

  @Test func mistakesAreNamed() {
    func expectRefusal(_ flags: [String], _ message: String) {
      let error = #expect(throws: (any Error).self) { try ModelCommand.Options.parse(flags) }
      #expect(error.map { ModelCommand.Options.message(for: $0) } == message)
    }
    expectRefusal(
      ["--model", "lorenz"],
      "--model is lorenz, but must be lorenz-96, lorenz-96-960, lorenz-2005-ii, lorenz-2005-iii-240, lorenz-2005-iii or kuramoto-sivashinsky."
    )
    expectRefusal(["--observe", "0"], "--observe is 0, but must be from 1 to 20.")
    for members in ["2", "ten", "5,5", ""] {
      expectRefusal(
        ["--members", members],
        "--members is \(members), but must be different numbers from 3 to 1000, separated by commas, such as 5,10,20."
      )
    }
    expectRefusal(
      ["--schemes", "letkf,enkf"],
      "--schemes has enkf, but knows letkf, denkf, hybrid-b, lsef, lsef-hybrid, lsef-control only.")
    expectRefusal(["--schemes", ","], "--schemes is empty; leave it out for all.")
    expectRefusal(["--worlds", "0"], "--worlds is 0, but must be from 1 to 10000.")
    expectRefusal(["--cycles", "0"], "--cycles is 0, but must be from 1 to 100000.")
    expectRefusal(["--burn-in", "-1"], "--burn-in is -1, but must be from 0 to 100000.")
    expectRefusal(
      ["--trial-cycles", "0"], "--trial-cycles is 0, but must be from 1 to 100000.")
  }
}
