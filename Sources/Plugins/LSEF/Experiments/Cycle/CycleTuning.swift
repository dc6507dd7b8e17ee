import Assimilation
import PPL
import Plugins

/// `--tune`: the settings of each filter that leave the least error in worlds that are not scored; as many trials for each.
///
/// EnKF and Hybrid-B are tried with localization lengths and inflations, LSEF with weights against the mean covariance and
/// inflations, Mean-B with factors of its covariance.
struct CycleTuning: Sendable {
  let study: CycleStudy

  typealias Scheme = CycleExperiment.Scheme
  typealias Settings = CycleExperiment.Settings

  static let schemes: [Scheme] = [.enKF, .hybridB, .lsef, .meanB]

  /// How many analyses each trial has, at most.
  static let cycles = 1_000

  /// Five by five, or twenty-five.
  static func candidates(_ scheme: Scheme) -> [Settings] {
    let inflations = [1.0, 1.01, 1.02, 1.05, 1.1]
    switch scheme {
    case .kf: return []
    case .enKF, .hybridB:
      return [0.5, 0.7, 1, 1.4, 2].flatMap { factor in
        inflations.map { Settings(localizationFactor: factor, inflation: $0) }
      }
    case .lsef:
      return [0.6, 0.7, 0.8, 0.9, 1].flatMap { weight in
        inflations.map { Settings(inflation: $0, ensembleWeight: weight) }
      }
    case .meanB:
      return (0..<25).map { Settings(covarianceFactor: 0.4 + 0.05 * Double($0)) }
    }
  }

  /// The best settings of each filter at each point.
  ///
  /// - Returns: Nothing if the user interrupted it.
  func settings(
    _ points: [CyclePoint], meanCovariances: [Int: [Double]]
  ) throws -> [CyclePoint: CycleSettings]? {
    var trials: [(point: CyclePoint, scheme: Scheme, settings: Settings, name: String)] = []
    for point in points {
      for scheme in Self.schemes {
        for (k, settings) in Self.candidates(scheme).enumerated() {
          trials.append(
            (point, scheme, settings, "trial \(k) of \(scheme.rawValue), \(point.label)"))
        }
      }
    }
    let key = study.key.foldIn(3)
    let errors = try study.journal.results(
      of: trials.map(\.name), "trials", threads: study.threads, control: study.control
    ) { [trials] k in
      let trial = trials[k]
      var experiment = study.experiment(
        trial.point, meanCovariance: meanCovariances[trial.point.regime] ?? [])
      experiment.cycles = min(Self.cycles, study.cycles)
      let run = try experiment.run(
        trial.scheme, members: trial.point.members, settings: trial.settings,
        in: experiment.world(key: key), measuring: [])
      return run.failure == nil ? run.meanSquaredForecastError ?? .infinity : Double.infinity
    }
    guard errors.allSatisfy({ $0 != nil }) else { return nil }
    var best: [CyclePoint: [Scheme: (error: Double, settings: Settings)]] = [:]
    for (trial, error) in zip(trials, errors.compactMap(\.self)) {
      let least = best[trial.point]?[trial.scheme]?.error ?? .infinity
      if error < least { best[trial.point, default: [:]][trial.scheme] = (error, trial.settings) }
    }
    return best.mapValues { $0.mapValues(\.settings) }
  }
}

typealias CycleSettings = [CycleExperiment.Scheme: CycleExperiment.Settings]
