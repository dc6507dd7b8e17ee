import Assimilation
import PPL

/// What a point of a study gave: the errors and scores of all schemes.
struct StaticScores: Sendable {
  let point: StaticPoint
  let replicates: Int
  let tuning: LocalizationTuning
  let optimum: Double
  let schemes: [(scheme: StaticScheme, score: SchemeScore)]

  /// The score of a scheme: eq. (22), and as the authors' plots have it.
  struct SchemeScore: Sendable, Encodable {
    let score, rmse: Double
    /// Of the score, from 5 % to 95 %; nil for a single replicate.
    let low, high: Double?
    let asPlotted: AsPlotted

    struct AsPlotted: Sendable, Encodable {
      let score: Double
      let low, high: Double?
    }
  }

  /// - Precondition: There is a replicate.
  init(
    _ point: StaticPoint, _ errors: [StaticStudy.Errors], tuning: LocalizationTuning, key: RandomKey
  ) throws {
    (self.point, replicates, self.tuning) = (point, errors.count, tuning)
    let truths = errors.map(\.truth)
    optimum = rootMean(truths)
    schemes = try StaticScheme.allCases.map { scheme in
      let own = errors.compactMap { $0.schemes[scheme] }
      let score = try Score(errors: own, optimum: truths, key: key)
      let plotted = try Score.asPlotted(errors: own, optimum: truths, key: key)
      return (
        scheme,
        SchemeScore(
          score: score.value, rmse: rootMean(own), low: score.interval?.lowerBound,
          high: score.interval?.upperBound,
          asPlotted: .init(
            score: plotted.value, low: plotted.interval?.lowerBound,
            high: plotted.interval?.upperBound))
      )
    }
  }

  /// The length with the least error, in the design's unit.
  var localization: Double { tuning.best }

  /// As `--json` has them: by scheme.
  var byName: [String: SchemeScore] {
    Dictionary(uniqueKeysWithValues: schemes.map { ($0.scheme.rawValue, $0.score) })
  }
}

private func rootMean(_ squares: [Double]) -> Double {
  (squares.reduce(0, +) / Double(squares.count)).squareRoot()
}
