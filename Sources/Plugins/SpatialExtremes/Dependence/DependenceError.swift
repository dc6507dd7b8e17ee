import Foundation
import Inference
import Plugins

/// A treatment of dependence that is not possible.
struct DependenceError: PluginError, Equatable {
  let description: String

  /// An error with a reason and a remedy in words, without full stops.
  init(_ method: DependenceMethod, _ reason: String, remedy: String) {
    description = "--dependence \(method.rawValue) is not possible: \(reason); \(remedy)."
  }

  /// The reason why the draws of a fit that was interrupted are those of independent stations, without a full stop.
  static let interruption =
    "the run was interrupted before they were widened (ppl fit --resume makes up for that)"

  /// The reason why draws cannot be widened in words, without a full stop; nil for any other error.
  static func reason(_ error: any Error) -> String? {
    switch error {
    case PosteriorAdjustmentError.tooFewClusters(let count, let needed):
      "there are \(count) years, but the covariance of their scores needs at least \(needed)"
    case MaximumLikelihoodError.tooFewClusters(let count, let parameters):
      "there are \(count) years for \(parameters) parameters, but there must be more years"
    case PosteriorAdjustmentError.tooFewRefits(let converged, let count):
      "only \(converged) of \(count) refits to resampled years found a mode"
    case PosteriorAdjustmentError.noMode: "no mode of the posterior was found"
    case PosteriorAdjustmentError.tooLarge(let count, let limit):
      "the posterior has \(count) unconstrained numbers, but at most \(limit) can be adjusted"
    case let error as PosteriorAdjustmentError: "\(error)".trimmingCharacters(in: ["."])
    case let error as MaximumLikelihoodError: "\(error)".trimmingCharacters(in: ["."])
    default: nil
    }
  }
}
