import Assimilation
import Foundation
import Testing

@Suite struct ObservationsCodableTests {
  @Test func storedObservationsAreTheSameAndAreCheckedAgain() throws {
    let y = try Observations(points: [3, 1], values: [0.1, -2], variances: [1, 0])
    let stored = try JSONEncoder().encode(y)
    #expect(try JSONDecoder().decode(Observations.self, from: stored) == y)
    let wrong = Data(#"{"points": [1], "values": [2], "variances": [-1]}"#.utf8)
    #expect(throws: AnalysisError.negative(what: "variances", index: [0], value: -1)) {
      try JSONDecoder().decode(Observations.self, from: wrong)
    }
  }
}
