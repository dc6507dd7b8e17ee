import Foundation
import Plugins

/// The score of one scheme in the JSON of an experiment.
struct ReportedScore: Decodable {
  let score, rmse: Double
  let low, high: Double?
}

/// The sweep of an experiment in its JSON.
struct ReportedSweep<Value: Decodable>: Decodable {
  struct Point: Decodable {
    let value: Value
    let scores: [String: ReportedScore]
  }
  let parameter: String
  let points: [Point]
}

extension RunReport {
  /// What `--json` would hold, read back.
  func reported<Numbers: Decodable>() throws -> Numbers {
    try JSONDecoder().decode(Numbers.self, from: JSONEncoder().encode(self.numbers))
  }
}
