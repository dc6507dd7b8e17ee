import Assimilation
import PPL

/// A scheme of static analyses that is compared with the optimum, which knows the truth's covariance.
enum StaticScheme: String, Codable, CodingKeyRepresentable, CaseIterable, ComparedScheme {
  case lsef = "LSEF-B"
  /// The covariance from pseudo-inversion and the fit of a shape, without a network.
  case shape = "Shape-B"
  case hybrid = "Hybrid-B"
  case enkf = "EnKF-B"
  case mean = "Mean-B"

  static var compared: [StaticScheme] { allCases }

  var appearance: SchemeAppearance {
    switch self {
    case .lsef: .lsef
    case .shape: .shape
    case .hybrid: .hybrid
    case .enkf: .enkf
    case .mean: .mean
    }
  }
}

/// The errors and scores of all schemes at one point of the static experiments.
struct StaticScores: PointScores {
  let point: StaticPoint
  /// The number of replicates.
  let replicates: Int
  let tuning: LocalizationTuning
  /// The root mean squared error of the optimum.
  let optimum: Double
  /// The mean fraction of the entries of W that LSEF-B keeps; nil for a dense W.
  let density: Double?
  let results: [(scheme: StaticScheme, result: SchemeScore)]

  /// The score of a scheme by eq. (22), and as in the authors' plots; intervals are nil for a single replicate.
  struct SchemeScore: SchemeResult {
    let score: Double?
    let rmse: Double
    let low, high: Double?
    let asPlotted: AsPlotted

    private enum CodingKeys: String, CodingKey {
      case score, rmse, low, high
      case asPlotted = "as_plotted"
    }

    struct AsPlotted: Sendable, Encodable {
      let score: Double
      let low, high: Double?
    }
  }

  /// The scores of the errors of all replicates at a point.
  ///
  /// - Precondition: There is a replicate.
  init(
    _ point: StaticPoint, _ errors: [StaticStudy.Errors], tuning: LocalizationTuning, key: RandomKey
  ) throws {
    (self.point, replicates, self.tuning) = (point, errors.count, tuning)
    let truths = errors.map(\.truth)
    optimum = rootMean(truths)
    let densities = errors.compactMap(\.density)
    density = densities.isEmpty ? nil : densities.reduce(0, +) / Double(densities.count)
    results = try StaticScheme.compared.map { scheme in
      let own = errors.compactMap { $0.schemes[scheme] }
      let score = try Score(errors: own, optimum: truths, key: key)
      let plotted = try Score.asPlotted(errors: own, optimum: truths, key: key)
      return (
        scheme,
        SchemeScore(
          score: score.value, rmse: rootMean(own), low: score.low, high: score.high,
          asPlotted: .init(score: plotted.value, low: plotted.low, high: plotted.high))
      )
    }
  }

  /// The localization length with the least error, in the design's unit.
  var localization: Double { tuning.best }

  struct Numbers: Encodable, Sendable {
    let scores: [String: SchemeScore]
    let optimum: Optimum
    let replicates: Int
    let localization: Double
    let density: Double?

    struct Optimum: Encodable, Sendable { let rmse: Double }
  }

  var numbers: Numbers {
    Numbers(
      scores: byName, optimum: .init(rmse: optimum), replicates: replicates,
      localization: localization, density: density)
  }
}

private func rootMean(_ squares: [Double]) -> Double {
  (squares.reduce(0, +) / Double(squares.count)).squareRoot()
}
