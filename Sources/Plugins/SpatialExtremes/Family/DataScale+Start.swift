import Foundation
import PPL

extension DataScale {
  /// The parameters that a fit starts from, the logarithm of the scale among them.
  struct Start: Sendable, Equatable {
    let location, logScale, shape: Double
  }

  /// The start by the L-moments of a Gumbel distribution, whose support has no end, so that maxima in any unit have a finite
  /// density there.
  ///
  /// - Parameters:
  ///   - maxima: The maxima of each station without those that are missing.
  ///   - varies: Whether the location varies over the map, so that the spread is that about the means of the stations.
  ///   - mean: The mean of the maxima.
  ///   - within: Their spread, which is taken for fewer than four maxima, or some that are all equal.
  static func start(_ maxima: [[Double]], varies: Bool, mean: Double, within: Double) -> Start {
    let sample =
      varies
      ? maxima.flatMap { values in
        let own = values.reduce(0, +) / Double(max(values.count, 1))
        return values.map { $0 - own + mean }
      } : maxima.flatMap(\.self)
    guard let gumbel = try? LMoments(sample).gumbel() else {
      return Start(
        location: mean - 0.45 * within, logScale: log(within * 6.squareRoot() / .pi), shape: 0)
    }
    return Start(
      location: gumbel.location.scalar, logScale: log(gumbel.scale.scalar), shape: 0)
  }

  /// The start of each station by its own L-moments, with the shape drawn towards 0 until its maxima are inside the support;
  /// the start of all stations where one has too few maxima.
  func startsOfStations(_ usual: Start) -> [Start] {
    maxima.map { values in
      guard let gev = try? LMoments(values).gev(containing: values) else { return usual }
      return Start(
        location: gev.location.scalar, logScale: log(gev.scale.scalar), shape: gev.shape.scalar)
    }
  }
}
