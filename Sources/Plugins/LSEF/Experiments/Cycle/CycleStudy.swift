import Assimilation
import Inference
import PPL
import Plugins

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
  let threads: Threads
  let journal: Journal
  let control: RunControl

  typealias Scheme = CycleExperiment.Scheme
  typealias Summaries = [String: CycleSummary]

  private func worldKey(_ world: Int) -> RandomKey { key.foldIn(0).foldIn(UInt32(world)) }
  private func climateKey(_ regime: Int) -> RandomKey { key.foldIn(1).foldIn(UInt32(regime)) }

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

  func experiment(_ point: CyclePoint, meanCovariance: [Double]) -> CycleExperiment {
    CycleExperiment(
      design: design, regime: DSADM.Regime.all[point.regime], cycles: cycles, network: network,
      meanCovariance: meanCovariance)
  }

  /// A world, and the members of those filters there that have some; nil for the others.
  private struct Piece {
    let regime, world: Int
    let members: Int?

    var name: String {
      "regime \(regime), world \(world), "
        + (members.map { "ensemble size \($0)" } ?? "no ensemble")
    }
  }

  /// What filters did at all points, in as many worlds as are finished: for each point a list of worlds, each with the
  /// summaries of all filters by their names.
  func summaries(
    _ points: [CyclePoint], worlds: Int, settings: [CyclePoint: CycleSettings],
    meanCovariances: [Int: [Double]]
  ) throws -> [[Summaries]] {
    var pieces: [Piece] = []
    for regime in Set(points.map(\.regime)).sorted() {
      for world in 0..<worlds {
        let sizes = points.filter { $0.regime == regime }.map(\.members)
        pieces.append(Piece(regime: regime, world: world, members: nil))
        pieces += sizes.map { Piece(regime: regime, world: world, members: $0) }
      }
    }
    let results = try journal.results(
      of: pieces.map(\.name), "worlds", threads: threads, control: control
    ) { [pieces] k in
      let piece = pieces[k]
      let point = CyclePoint(regime: piece.regime, members: piece.members ?? 10)
      let schemes = Scheme.allCases.filter { $0.usesEnsemble == (piece.members != nil) }
      let experiment = experiment(point, meanCovariance: meanCovariances[piece.regime] ?? [])
      let world = try experiment.world(key: worldKey(piece.world))
      return Dictionary(
        uniqueKeysWithValues: try schemes.map { scheme in
          let run = try experiment.run(
            scheme, members: point.members, settings: settings[point]?[scheme], in: world,
            measuring: .all)
          return (scheme.rawValue, CycleSummary(run))
        })
    }
    let found = Dictionary(
      uniqueKeysWithValues: zip(pieces.map(\.name), results).compactMap { name, result in
        result.map { (name, $0) }
      })
    return points.map { point in
      (0..<worlds).compactMap { world in
        let alone = Piece(regime: point.regime, world: world, members: nil).name
        let together = Piece(regime: point.regime, world: world, members: point.members).name
        guard let first = found[alone], let second = found[together] else { return nil }
        return first.merging(second) { own, _ in own }
      }
    }
  }
}
