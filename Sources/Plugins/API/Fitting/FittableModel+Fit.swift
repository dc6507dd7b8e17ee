import Foundation
import Inference
import PPL
import Runs

extension FittableModel {
  /// All sites.
  public var reportedSites: [String]? { nil }

  /// The common fit: by the backend that `--backend` names, and a report of the posterior.
  ///
  /// A checkpoint is resumed if the model, its options and its data give the same run for one seed.
  public func fit(
    _ settings: FitOptions, _ options: Options, control: RunControl
  ) throws -> RunReport {
    let posterior = try prepared(options, data: settings.dataFolder)
    let content = try fingerprint(of: posterior)
    let problem = InferenceProblem(
      control.interruptible(posterior),
      conditions: [try .init(content: "the data, the options or the model", content)])
    let run = try FitRun(problem, settings, control: control)
    return try report(run, settings, content: content)
  }

  private func report(_ run: FitRun, _ settings: FitOptions, content: String) throws -> RunReport {
    let draws = try run.draws(key: RandomKey(settings.seed &+ 1))
    let run = run.judged(by: draws)
    let sites = reportedSites ?? draws.names
    let table = try draws.table(of: sites)
    let numbers = PosteriorNumbers(draws, sites: sites, course: run.course)
    let record = try RunRecord(
      model: name, seed: settings.seed, steps: run.history.count,
      learningRate: settings.learningRate, inference: settings.inference.record,
      draws: settings.draws, data: settings.data,
      content: sha256(of: Array(content.utf8), of: "the data"), seconds: run.seconds)
    return RunReport(
      table: (["\(name): \(summary)", "", table, ""] + run.courseLines)
        .joined(separator: "\n"),
      numbers: numbers,
      files: [
        OutputFile("run.json", json: record), OutputFile("results.json", json: numbers),
        run.lossesFile, OutputFile("draws.csv", draws: draws, sites: draws.names), run.checkpoint,
      ], profile: run.profile, failure: run.failure)
  }
}

/// All that a model given data is, as one run shows it: every site with its value and its log density.
private func fingerprint(of posterior: Model<Void>) throws -> String {
  try posterior.seeded(by: RandomKey(0)).trace().map { site in
    let numbers = [site.value, site.logProb()].map { $0.map { "\($0.shape)\($0.scalars)" } ?? "" }
    return ([site.name, "\(site.kind)", "\(site.isObserved)"] + numbers).joined(separator: " ")
  }.joined(separator: "\n")
}

/// What `--json` writes for the common fit; the names are for programs and stay.
private struct PosteriorNumbers: Encodable, Sendable {
  /// By the name of each number: `mu`, `theta[0]`.
  let posterior: [String: Summary]
  let converged: Bool
  let verdict: String
  let losses: FitCourse.Losses
  let steps: FitCourse.Steps
  let seconds: Double

  init(_ draws: Draws, sites: [String], course: FitCourse) {
    let named = sites.flatMap { zip(draws.elementNames(of: $0), draws.summaries(of: $0)) }
    posterior = Dictionary(named, uniquingKeysWith: { $1 })
    (converged, verdict) = (course.converged, course.verdict)
    (losses, steps, seconds) = (course.losses, course.steps, course.seconds)
  }
}

/// `run.json` of the common fit: what was run, on what.
private struct RunRecord: Encodable, Sendable {
  let program = "ppl \(PPLVersion.current)"
  let model: String
  let seed: UInt64
  let steps: Int
  let learningRate: Double
  /// The flags of inference that are not as usual; not there if all are.
  let inference: [String: String]?
  let draws: Int
  /// The data folder; not there for the embedded example.
  let data: String?
  /// SHA-256 of the model with its options and its data.
  let content: String
  let seconds: Double
}
