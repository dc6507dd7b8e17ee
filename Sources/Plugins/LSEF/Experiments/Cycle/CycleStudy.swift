import Assimilation
import Inference
import PPL
import Parallel
import Plugins
import Preconditions

/// The experiment of figures 5 and 6: filters in worlds of their own, each against the exact filter there.
///
/// A world has one key whatever the regime and the number of members, and all filters meet its truth and observations.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6; `lsef.md` 10 and 11.
struct CycleStudy: Sendable {
  let design: CycleDesign
  /// How many analyses a world has, and how many the mean covariance is taken over.
  let cycles, climateCycles: Int
  let network: SpectrumNetwork
  let key: RandomKey
  let threads: WorkPool
  let journal: Journal
  let control: RunControl
  /// Made once for all pieces that meet in one.
  let sharedWorlds: SharedWorlds

  init(
    design: CycleDesign, cycles: Int, climateCycles: Int, network: SpectrumNetwork, key: RandomKey,
    threads: WorkPool, journal: Journal, control: RunControl
  ) {
    (self.design, self.cycles, self.climateCycles) = (design, cycles, climateCycles)
    (self.network, self.key, self.threads) = (network, key, threads)
    (self.journal, self.control) = (journal, control)
    sharedWorlds = SharedWorlds(capacity: max(threads.threads, CycleTuning.worlds))
  }

  /// Ranks, scores and innovations cost as much as a filter, and say the same of one analysis in five.
  static let measuredEvery = 5

  typealias Scheme = CycleExperiment.Scheme
  typealias Settings = CycleExperiment.Settings
  /// Of all filters in one world.
  typealias Summaries = [Scheme: CycleSummary]

  private func worldKey(_ world: Int) -> RandomKey { key.foldIn(0).foldIn(UInt32(world)) }
  private func climateKey(_ regime: Int) -> RandomKey { key.foldIn(1).foldIn(UInt32(regime)) }
  /// Of the bootstrap of scores.
  var scoreKey: RandomKey { key.foldIn(2) }
  /// Of the worlds that filters are tuned in.
  func tuningKey(_ world: Int) -> RandomKey { key.foldIn(3).foldIn(UInt32(world)) }
  /// Of the world that is drawn over space and time.
  var pictureKey: RandomKey { key.foldIn(5) }

  /// The mean covariance of each regime, by its lags.
  ///
  /// - Returns: Nothing if the user interrupted it.
  func meanCovariances(_ regimes: [Int]) throws -> [Int: [Double]]? {
    let names = regimes.map { "mean covariance, regime \($0)" }
    let found = try journal.results(
      of: names, "mean covariance", threads: threads, control: control
    ) { k in
      try design.meanCovariance(
        regime: DSADM.Regime.all[regimes[k]], cycles: climateCycles, key: climateKey(regimes[k]))
    }
    let all = found.compactMap(\.self)
    guard all.count == regimes.count else { return nil }
    return Dictionary(uniqueKeysWithValues: zip(regimes, all))
  }

  /// - Precondition: There is a mean covariance of the point's regime.
  func experiment(_ point: CyclePoint, _ meanCovariances: [Int: [Double]]) -> CycleExperiment {
    guard let lags = meanCovariances[point.regime] else {
      requirementFailed("CycleStudy: no mean covariance of regime \(point.regime).")
    }
    return CycleExperiment(
      design: design, regime: DSADM.Regime.all[point.regime], cycles: cycles, network: network,
      meanCovariance: lags)
  }

  /// The filters with members in a world, or those without, which are the same at all points of a regime.
  private struct Piece {
    let world: Int
    let point: CyclePoint
    let hasEnsemble: Bool

    var schemes: [Scheme] { Scheme.allCases.filter { $0.usesEnsemble == hasEnsemble } }
    var name: String {
      "world \(world), " + (hasEnsemble ? point.label : "regime \(point.regime), no ensemble")
    }
  }

  /// What filters did at all points, in as many worlds as are finished.
  ///
  /// - Parameters:
  ///   - settings: Of those filters that are not set as published.
  /// - Returns: For each point a list of worlds.
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
    let results = try journal.results(
      of: pieces.map(\.name), "worlds", threads: threads, control: control
    ) { [pieces] k in
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
