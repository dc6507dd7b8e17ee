import Assimilation
import PPL

/// The tuning of `--tune`: the settings of each filter with the least error in separate worlds, with the same number of
/// trials for each.
///
/// The settings are localization length and inflation for EnKF and Hybrid-B, weight against the mean covariance and inflation
/// for LSEF and Shape, and the factor of the covariance for Mean-B.
struct CycleTuning: Sendable {
  let study: CycleStudy

  typealias Scheme = CycleExperiment.Scheme
  typealias Settings = CycleExperiment.Settings

  static let schemes: [Scheme] = [.enKF, .hybridB, .lsef, .shape, .meanB]

  /// The number of worlds of each trial, and the largest number of analyses in each.
  static let worlds = 4
  static let cycles = 500

  private static let lengths = [0.5, 0.7, 1, 1.4, 2]
  private static let inflations = [1.0, 1.01, 1.02, 1.05, 1.1]
  private static let weights = [0.6, 0.7, 0.8, 0.9, 1]
  private static let factors = (0..<25).map { 0.4 + 0.05 * Double($0) }

  /// The candidate settings: five by five, or twenty-five.
  static func candidates(_ scheme: Scheme) -> [Settings] {
    switch scheme {
    case .kf: []
    case .enKF, .hybridB:
      lengths.flatMap { factor in
        inflations.map { Settings(localizationFactor: factor, inflation: $0) }
      }
    case .lsef, .shape:
      weights.flatMap { weight in
        inflations.map { Settings(inflation: $0, ensembleWeight: weight) }
      }
    case .meanB: factors.map { Settings(covarianceFactor: $0) }
    }
  }

  /// The settings at an end of the range of candidates, beyond which others may be better. No inflation and a weight of 1 are
  /// natural ends.
  static func ends(_ settings: Settings) -> [String] {
    let isEnd = { (value: Double?, ends: [Double?]) in value != nil && ends.contains(value) }
    return [
      ("localization length", isEnd(settings.localizationFactor, [lengths.first, lengths.last])),
      ("inflation", isEnd(settings.inflation, [inflations.last])),
      ("weight", isEnd(settings.ensembleWeight, [weights.first])),
      ("covariance", isEnd(settings.covarianceFactor, [factors.first, factors.last])),
    ].compactMap { name, isEnd in isEnd ? name : nil }
  }

  /// The error of a trial; nil for a filter that failed.
  private struct Trial: Codable {
    let error: Double?
  }

  /// The best settings of each filter at each point; none for a filter that failed with all candidates.
  ///
  /// - Returns: Nil if the user interrupted it.
  func settings(
    _ points: [CyclePoint], meanCovariances: [Int: [Double]]
  ) throws -> [CycleCase: Settings]? {
    var settings: [CycleCase: Settings] = [:]
    for point in points {
      for scheme in Self.schemes {
        let own = CycleCase(scheme, at: point)
        guard settings[own] == nil else { continue }
        guard let errors = try errors(own, at: point, meanCovariances) else { return nil }
        settings[own] = Self.best(Self.candidates(scheme), errors)
      }
    }
    return settings
  }

  /// The error of each candidate; nil if it failed.
  private func errors(
    _ own: CycleCase, at point: CyclePoint, _ meanCovariances: [Int: [Double]]
  ) throws -> [Double?]? {
    let candidates = Self.candidates(own.scheme)
    var experiment = study.experiment(point, meanCovariances)
    experiment.cycles = min(Self.cycles, study.cycles)
    let trials = try study.run.allResults(
      of: candidates.indices.map { "trial \($0) of \(own.label)" }, "tuning \(own.label)"
    ) { [experiment] k in
      let errors = try (0..<Self.worlds).compactMap { world in
        let run = try experiment.run(
          own.scheme, members: point.members, settings: candidates[k],
          in: study.sharedWorlds(study.tuningKey(world), of: experiment))
        return run.failure == nil ? run.meanSquaredForecastError : nil
      }
      let isWhole = errors.count == Self.worlds
      return Trial(error: isWhole ? errors.reduce(0, +) / Double(errors.count) : nil)
    }
    return trials?.map(\.error)
  }

  /// The first of the candidates with the least error.
  static func best(_ candidates: [Settings], _ errors: [Double?]) -> Settings? {
    zip(candidates, errors).compactMap { candidate, error in error.map { (candidate, $0) } }
      .min { $0.1 < $1.1 }?.0
  }
}
