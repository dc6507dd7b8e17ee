import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Summaries of parameters with their convergence statistics.
struct ParameterSummaryTests {
  private let x = RandomKey(0).normal([200, 3])

  @Test func chainsHaveStatisticsAndIndependentDrawsHaveNone() throws {
    let draws = Draws(count: 200, sites: [("x", x), ("one", .ones([200]))])
    let chains = try Inference.Posterior(draws, chains: 2, origin: .init(method: "test"))
    let found = try chains.parameterSummaries(of: "x")
    let (plain, statistics) = (chains.summaries(of: "x"), chains.chainStatistics(of: "x"))
    for i in 0..<3 {
      #expect(found[i].mean == plain[i].mean && found[i].sd == plain[i].sd)
      #expect(found[i].q05 == plain[i].q05 && found[i].q95 == plain[i].q95)
      #expect(found[i].q50 == x[.all, .at(i)].quantile(0.5, along: 0).scalar)
      #expect(found[i].rhat == statistics[i].rhat && found[i].bulkESS == statistics[i].bulkESS)
      #expect(found[i].tailESS == statistics[i].tailESS)
    }
    #expect(try chains.parameterSummaries(of: "x", pool: .serial) == found)
    // A number that never moves has none.
    #expect(try chains.parameterSummaries(of: "one")[0].rhat == nil)
    let single = try Inference.Posterior(draws, origin: .init(method: "test"))
    #expect(!single.hasMarkovChains)
    let text = try JSONEncoder().encode(try single.parameterSummaries(of: "one")[0])
    #expect(
      try JSONDecoder().decode([String: Double].self, from: text)
        == ["mean": 1, "sd": 0, "q05": 1, "q50": 1, "q95": 1])
    #expect(throws: InferenceError.self) { try single.parameterSummaries(of: .zeros([3])) }
  }
}
