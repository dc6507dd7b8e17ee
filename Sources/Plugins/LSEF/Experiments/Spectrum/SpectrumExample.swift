import PPL
import Parallel
import SpectrumEstimator

/// The source of the pairs if no data are given.
enum SpectrumExample: Sendable {
  case sample(SpectrumSample)
  case cycle(CycleTraining)

  /// The number of truths, or of analyses.
  var replicates: Int {
    switch self {
    case .sample(let sample): sample.replicates
    case .cycle(let training): training.cycles
    }
  }

  var members: Int {
    switch self {
    case .sample(let sample): sample.members
    case .cycle(let training): training.members
    }
  }

  func pairs(key: RandomKey, threads: WorkPool) throws -> SpectrumPairs {
    switch self {
    case .sample(let sample): try sample.pairs(key: key, threads: threads)
    case .cycle(let training): try training.pairs(key: key)
    }
  }

  /// The description of the source.
  func source(preset: String) -> String {
    switch self {
    case .sample: "\(replicates) \(preset) truths seen through ensembles of \(members)"
    case .cycle: "\(replicates) analyses of an EnKF of \(members) in regime 3"
    }
  }
}
