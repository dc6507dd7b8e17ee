import Autodiff
import LinearAlgebra

/// The errors of a fixed-interval smoother in a twin experiment.
public struct SmootherErrors: Sendable, Equatable {
  /// The root mean squared error of the filter's analyses over the domain, averaged over time; nil without counted times.
  public let analysisRMSE: TimeMean?
  /// The root mean squared error of smoothed states over the domain, averaged over time: `rmse.s` of DAPPER.
  public let smoothedRMSE: TimeMean?
}

extension TwinExperiment {
  /// The errors of a fixed-interval smoother.
  ///
  /// - Parameters:
  ///   - smoother: The smoother, whose filter starts from `initial`.
  ///   - burnIn: The number of analyses at the start that do not count in means.
  ///   - key: The random key of the initial ensemble, model errors and perturbations.
  /// - Throws: As the smoother's `smooth(_:times:with:from:key:)`.
  public func run(
    _ smoother: some Smoother, burnIn: Int = 0, key: RandomKey
  ) throws -> SmootherErrors {
    let states = try smoother.smooth(
      observations, times: times, with: model, from: initial, key: key)
    let errors = { (states: [FilterState]) in
      states.indices.dropFirst(burnIn).map {
        meanSquaredError(states[$0].estimate, Array(truth.row($0)), areas: areas).squareRoot()
      }
    }
    return SmootherErrors(
      analysisRMSE: TimeMean(errors(states.filtered)),
      smoothedRMSE: TimeMean(errors(states.smoothed)))
  }
}
