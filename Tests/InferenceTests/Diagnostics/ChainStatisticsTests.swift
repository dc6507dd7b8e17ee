import Inference
import TestSupport
import Testing

/// Convergence statistics against ArviZ (`Tests/Reference/make_diagnostics.py`).
struct ChainStatisticsTests {
  @Test func theyAreThoseOfArviZ() throws {
    let cases = try #require(Reference.json("diagnostics.json")["cases"]).elements
    #expect(cases.count == 8)
    for one in cases {
      let name = one["name"]?.string ?? ""
      let chains = try #require(one["chains"]).elements.map(\.doubles)
      let found = ChainStatistics(chains)
      func expect(_ value: Double, _ key: String) {
        // The file has all digits; sums in another order differ in the last few.
        #expect(
          abs(value / (one[key]?.double ?? .nan) - 1) < 1e-10, "\(name): \(key) is \(value)")
      }
      expect(found.rhat, "rhat")
      expect(found.bulkESS, "ess_bulk")
      expect(found.tailESS, "ess_tail")
      expect(found.meanESS, "ess_mean")
      expect(found.standardErrorOfMean, "mcse_mean")
      expect(ChainStatistics.quantileESS(0.3, of: chains), "ess_quantile_0.3")
      let fractions = try #require(one["bfmi"]).doubles
      expectClose(energyBFMI(chains), fractions, relative: 1e-10)
    }
  }

  @Test func drawsThatAreFewOrNotFiniteHaveNoStatistics() {
    for chains in [[[1, 2, 3]], [[1, 2, .nan, 3, 4, 5]], []] as [[[Double]]] {
      let found = ChainStatistics(chains)
      #expect(found.rhat.isNaN && found.bulkESS.isNaN && found.standardErrorOfMean.isNaN)
    }
    #expect(ChainStatistics([[2, 2, 2, 2, 2]]).isConstant)
  }
}
