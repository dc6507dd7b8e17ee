import Assimilation
import PPL
import Preconditions
import SpectralFields
import SpectrumEstimator

/// The study of Figures 5 and 6: filters in several worlds, compared with the exact filter in each.
///
/// The key of a world is the same for all regimes and ensemble sizes, and all filters have its truth and observations.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6; `lsef.md` 10 and 11.
struct CycleStudy: Sendable {
  let design: CycleDesign
  /// The number of analyses in a world, and the number over which the mean covariance is averaged.
  let cycles, climateCycles: Int
  let network: SpectrumNetwork
  /// The band set of the network and of Shape.
  let filters: BandSet
  let run: StudyRun
  /// The worlds shared by the pieces of the study.
  let sharedWorlds: SharedWorlds

  init(
    design: CycleDesign, cycles: Int, climateCycles: Int, network: SpectrumNetwork,
    filters: BandSet = .a, run: StudyRun
  ) {
    (self.design, self.cycles, self.climateCycles) = (design, cycles, climateCycles)
    (self.network, self.filters, self.run) = (network, filters, run)
    sharedWorlds = SharedWorlds(capacity: max(run.pool.threads, CycleTuning.worlds))
  }

  /// The stride between analyses whose ranks, scores and innovations are measured, at about the cost of a filter.
  static let measuredEvery = 5

  typealias Scheme = CycleExperiment.Scheme
  typealias Settings = CycleExperiment.Settings
  /// The summaries of all filters in one world.
  typealias Summaries = [Scheme: CycleSummary]

  private func worldKey(_ world: Int) -> RandomKey { run.key.foldIn(0).foldIn(UInt32(world)) }
  private func climateKey(_ regime: Int) -> RandomKey { run.key.foldIn(1).foldIn(UInt32(regime)) }
  /// The key of the bootstrap of scores.
  var scoreKey: RandomKey { run.key.foldIn(2) }
  /// The key of a world for tuning.
  func tuningKey(_ world: Int) -> RandomKey { run.key.foldIn(3).foldIn(UInt32(world)) }
  /// The key of the world of the space-time figure.
  var pictureKey: RandomKey { run.key.foldIn(5) }

  /// The mean covariance of each regime, by its lags.
  ///
  /// - Returns: Nil if the user interrupted it.
  func meanCovariances(_ regimes: [Int]) throws -> [Int: [Double]]? {
    let names = regimes.map { "mean covariance, regime \($0)" }
    let found = try run.allResults(of: names, "mean covariance") { k in
      try design.meanCovariance(
        regime: DSADM.Regime.all[regimes[k]], cycles: climateCycles, key: climateKey(regimes[k]))
    }
    return found.map { Dictionary(uniqueKeysWithValues: zip(regimes, $0)) }
  }

  /// The experiment at a point, with the mean covariance of its regime.
  ///
  /// - Precondition: There is a mean covariance of the point's regime.
  func experiment(_ point: CyclePoint, _ meanCovariances: [Int: [Double]]) -> CycleExperiment {
    guard let lags = meanCovariances[point.regime] else {
      requirementFailed("CycleStudy: no mean covariance of regime \(point.regime).")
    }
    var experiment = CycleExperiment(
      design: design, regime: DSADM.Regime.all[point.regime], cycles: cycles, network: network,
      meanCovariance: lags)
    experiment.filters = filters
    return experiment
  }

  /// A piece of work: the filters with an ensemble in a world, or the filters without, which are the same at all points of a
  /// regime.
  private struct Piece {
    let world: Int
    let point: CyclePoint
    let hasEnsemble: Bool

    var schemes: [Scheme] { Scheme.allCases.filter { $0.usesEnsemble == hasEnsemble } }
    var name: String {
      "world \(world), " + (hasEnsemble ? point.label : "regime \(point.regime), no ensemble")
    }
  }

  /// The summaries of all filters at all points, in the finished worlds.
  ///
  /// - Parameters:
  ///   - settings: The settings of the filters that differ from the published ones.
  /// - Returns: The worlds of each point.
  func summaries(
    _ points: [CyclePoint], worlds: Int, settings: [CycleCase: Settings],
    meanCovariances: [Int: [Double]]
  ) throws -> [[Summaries]] {
    var pieces: [Piece] = []
    for world in 0..<worlds {
      for (k, point) in points.enumerated() {
        if !points[..<k].contains(where: { $0.regime == point.regime }) {
          pieces.append(Piece(world: world, point: point, hasEnsemble: false))
        }
        pieces.append(Piece(world: world, point: point, hasEnsemble: true))
      }
    }
    let results = try run.results(of: pieces.map(\.name), "worlds") { [pieces] k in
      let piece = pieces[k]
      let experiment = experiment(piece.point, meanCovariances)
      let world = try sharedWorlds(worldKey(piece.world), of: experiment)
      return Dictionary(
        uniqueKeysWithValues: try piece.schemes.map { scheme in
          let run = try experiment.run(
            scheme, members: piece.point.members,
            settings: settings[CycleCase(scheme, at: piece.point)], in: world, measuring: .all,
            every: Self.measuredEvery)
          return (scheme, CycleSummary(run))
        })
    }
    let found = Dictionary(
      uniqueKeysWithValues: zip(pieces.map(\.name), results).compactMap { name, result in
        result.map { (name, $0) }
      })
    return points.map { point in
      (0..<worlds).compactMap { world in
        let names = [false, true].map {
          Piece(world: world, point: point, hasEnsemble: $0).name
        }
        guard let without = found[names[0]], let with = found[names[1]] else { return nil }
        return without.merging(with) { own, _ in own }
      }
    }
  }
}
