import Assimilation
import PPL
import Preconditions

/// The comparison of filters on one model and observation network: training, tuning, and runs in several worlds.
struct ModelStudy: Sendable {
  let own: ModelCase
  /// The stride between observed points.
  let stride: Int
  let members: Int
  let schemes: [ModelScheme]
  /// The numbers of analyses that count, in a world and in a trial.
  let cycles, trialCycles: Int
  /// The number of analyses before those that count.
  let burnIn: Int
  /// The number of analyses in each run of the training.
  let trainingCycles: Int
  let run: StudyRun

  typealias Settings = ModelScheme.Settings

  /// The number of worlds of each trial.
  static let trialWorlds = 2

  /// The outcome of a filter in one world.
  struct Outcome: Sendable, Codable, Equatable {
    /// The root mean squared error of analyses over the points, averaged over time; nil for a filter that failed.
    var rmse: Double?
    var spread: Double?
    var failure: String?
  }

  /// The results of a scheme: its tuned settings and its outcome in each world.
  struct SchemeOutcome: Sendable {
    let scheme: ModelScheme
    /// The tuned settings; nil for a scheme that failed with all candidates.
    let settings: Settings?
    let worlds: [Outcome]
  }

  private var label: String { "\(own.name), every \(stride), \(members) members" }

  private func key(_ purpose: UInt32) -> RandomKey { run.key.foldIn(purpose) }

  /// The training on this model, network of observations and ensemble size.
  ///
  /// - Returns: Nil if the user interrupted it.
  func trained() throws -> ModelTraining.Result? {
    var training = ModelTraining(own, observing: stride, members: members)
    (training.cycles, training.burnIn) = (trainingCycles, min(50, trainingCycles / 4))
    return try run.allResults(of: ["training, \(label)"], "training") { [training] _ in
      try training.run(key: key(1))
    }?.first
  }

  /// The outcomes of all schemes.
  ///
  /// - Returns: Nil if the user interrupted it.
  func outcomes(worlds: Int, trained: ModelTraining.Result) throws -> [SchemeOutcome]? {
    var tuned: [ModelScheme: Settings] = [:]
    var length = own.lengths[1]
    // The DEnKF first, whose length the hybrids use.
    let needsLength = schemes.contains(.hybridB) || schemes.contains(.lsefHybrid)
    for scheme in [.enKF] + ModelScheme.allCases.filter({ $0 != .enKF })
    where schemes.contains(scheme) || (scheme == .enKF && needsLength) {
      let candidates = scheme.candidates(lengths: own.lengths, length: length)
      guard let errors = try trials(scheme, candidates, trained) else { return nil }
      let best = zip(candidates, errors).compactMap { own, error in error.map { (own, $0) } }
        .min { $0.1 < $1.1 }?.0
      tuned[scheme] = best
      if scheme == .enKF, let own = best?.length { length = own }
    }
    let pieces = (0..<worlds).flatMap { world in schemes.map { (world: world, scheme: $0) } }
    let found = try run.allResults(
      of: pieces.map { "world \($0.world), \($0.scheme.rawValue), \(label)" }, "worlds"
    ) { [tuned] k in
      let (world, scheme) = pieces[k]
      guard let settings = tuned[scheme] else {
        return Outcome(failure: "it failed with all settings of the tuning")
      }
      return try outcome(
        scheme, settings, trained, cycles: cycles, key: key(2).foldIn(UInt32(world)))
    }
    guard let found else { return nil }
    return schemes.map { scheme in
      SchemeOutcome(
        scheme: scheme, settings: tuned[scheme],
        worlds: zip(pieces, found).filter { $0.0.scheme == scheme }.map(\.1))
    }
  }

  /// The mean error of each candidate over the worlds of the tuning; nil if it failed in one.
  private func trials(
    _ scheme: ModelScheme, _ candidates: [Settings], _ trained: ModelTraining.Result
  ) throws -> [Double?]? {
    let names = candidates.indices.map { "trial \($0) of \(scheme.rawValue), \(label)" }
    let outcomes = try run.allResults(of: names, "tuning \(scheme.rawValue)") { k in
      try (0..<Self.trialWorlds).map { world in
        try outcome(
          scheme, candidates[k], trained, cycles: trialCycles,
          key: key(3).foldIn(UInt32(world)))
      }
    }
    return outcomes?.map { worlds in
      let errors = worlds.compactMap(\.rmse)
      return errors.count == worlds.count ? errors.reduce(0, +) / Double(errors.count) : nil
    }
  }

  /// The outcome of a filter in the world of a key.
  private func outcome(
    _ scheme: ModelScheme, _ settings: Settings, _ trained: ModelTraining.Result, cycles: Int,
    key: RandomKey
  ) throws -> Outcome {
    let keys = key.split()
    let twin = try own.twin(observing: stride, cycles: burnIn + cycles, key: keys.0)
    let filter = try scheme.filter(settings, members: members, of: own, trained: trained)
    let run = try twin.run(
      filter, burnIn: burnIn, measuring: [], bound: 1.65 * deviation(of: twin), key: keys.1)
    guard run.failure == nil else { return Outcome(failure: run.failure?.description) }
    return Outcome(rmse: run.analysisRMSE?.value, spread: run.analysisSpread?.value)
  }

  /// The standard deviation of the truth over points and times.
  private func deviation(of twin: TwinExperiment) -> Double {
    let numbers = twin.truth.scalars
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
      .squareRoot()
  }
}
