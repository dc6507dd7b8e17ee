import Inference
import Runs

/// What `--json` writes; the names are for programs and stay.
struct GEVMultiplicativeNumbers: Encodable, Sendable {
  struct Station: Encodable, Sendable {
    let station: String
    let mean, sd, q05, q95: Double
  }
  struct Range: Encodable, Sendable { let min, max: Double }
  struct Shift: Encodable, Sendable { let mean, min, max, plugin: Double }
  /// What the embedded example was drawn with, and how well its fields were found.
  struct Truth: Encodable, Sendable {
    let mu0, beta0, sigma, xi, beta_min, beta_max, mu_correlation, beta_correlation: Double
  }
  struct Records: Encodable, Sendable {
    let stations, years, first_year, last_year, projection_year, used, missing, dropped: Int
  }

  let mu0, beta0, sigma, xi: Summary
  let beta_field, mu_field: [Station]
  let beta_field_range: Range
  let return_level_shift_100: Shift
  /// Not there for data of one's own.
  let truth: Truth?
  let records: Records
  let seconds: Double
}

/// `run.json`: what was run, on what.
struct RunRecord: Encodable, Sendable {
  let program = "ppl \(PPLVersion.current)"
  let model: String
  let seed: UInt64
  /// The number of steps; not there for a backend without steps.
  let steps: Int?
  let learningRate: Double?
  /// The flags of inference that are not as usual; not there if all are.
  let inference: [String: String]?
  /// All flags with their values.
  let options: [String: String]
  let draws: Int
  let priors: GEVMultiplicative.Priors
  let projectionYear: Int
  let data: DataRecord
  let isEmbeddedExample: Bool
  let seconds: Double
}
