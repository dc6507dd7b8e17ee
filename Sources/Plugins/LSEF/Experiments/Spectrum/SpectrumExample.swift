import PPL
import Parallel
import SpectrumEstimator

/// The source of the pairs if no data are given.
enum SpectrumExample: Sendable {
  case sample(SpectrumSample)
  case cycle(CycleTraining)
  case fitted(FittedTruth)

  /// The number of truths, or of analyses.
  var replicates: Int {
    switch self {
    case .sample(let sample): sample.replicates
    case .cycle(let training): training.cycles
    case .fitted(let fitted): fitted.sample.replicates
    }
  }

  var members: Int {
    switch self {
    case .sample(let sample): sample.members
    case .cycle(let training): training.members
    case .fitted(let fitted): fitted.sample.members
    }
  }

  func pairs(key: RandomKey, pool: WorkPool) throws -> SpectrumPairs {
    switch self {
    case .sample(let sample): try sample.pairs(key: key, pool: pool)
    case .cycle(let training): try training.pairs(key: key)
    case .fitted(let fitted): try fitted.pairs(key: key, pool: pool)
    }
  }

  /// The description of the source.
  func source(preset: String) -> String {
    switch self {
    case .sample: "\(replicates) \(preset) truths seen through ensembles of \(members)"
    case .fitted(let fitted):
      "\(replicates) truths of a model fitted to \(fitted.enKF.cycles) analyses of an EnKF of \(members) in regime 3"
    case .cycle: "\(replicates) analyses of an EnKF of \(members) in regime 3"
    }
  }
}
