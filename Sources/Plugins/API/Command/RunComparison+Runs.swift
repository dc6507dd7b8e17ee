import Foundation
import Inference
import PPL
import Parallel
import Runs

extension RunComparison {
  /// Scores the runs.
  ///
  /// - Parameters:
  ///   - paths: The folders of the runs.
  ///   - options: The flags.
  ///   - registry: The models and backends.
  ///   - control: The progress, and the end of the work once the user interrupts it.
  /// - Throws: `ComparisonError` for runs of other observations; `PredictionError` for a folder without a fit; `Interrupted`
  ///   where folds are left.
  init(
    _ paths: [String], _ options: ComparisonOptions, _ registry: PluginRegistry,
    _ control: RunControl
  ) throws {
    let stored = try paths.map { try StoredRun(path: $0) }
    let opened = try stored.map {
      try $0.compared(registry, data: options.data, threads: options.threads)
    }
    let observations = opened[0].observations
    let orders = try opened.indices.map { index in
      try Self.order(
        of: opened[index].observations, as: opened[0].observations, paths[index], paths[0])
    }
    let names = Self.names(of: paths)
    guard let rule = options.folds else {
      let runs = try zip(opened, names).enumerated().map { index, run in
        let (scores, draws) = try run.0.leaveOneOut()
        return RunScores(
          name: run.1, model: run.0.model, scores: orders[index].map { scores[$0] },
          summaries: [], unconvergedFolds: 0, draws: draws,
          remarks: run.0.remarks(isRefitted: false))
      }
      self.init(observations: observations, runs: runs, folds: nil)
      return
    }
    let parts = try rule.folds(observations, key: RandomKey(options.seed))
    let found = try Self.folds(parts, opened, orders, names, options, control)
    let runs = opened.indices.map { index in
      let own = found[(index * parts.count)..<((index + 1) * parts.count)]
      var scores = Array<PredictionScore?>(repeating: nil, count: observations.count)
      for (part, fold) in zip(parts, own) {
        for (place, score) in zip(part, fold.scores) { scores[place] = score }
      }
      return RunScores(
        name: names[index], model: opened[index].model, scores: scores.compactMap(\.self),
        summaries: own.flatMap(\.summaries),
        unconvergedFolds: own.count { !$0.isConverged }, draws: nil,
        remarks: opened[index].remarks(isRefitted: true))
    }
    self.init(observations: observations, runs: runs, folds: rule)
  }

  /// The scores of each fold by each run, the first run's folds first.
  private static func folds(
    _ parts: [[Int]], _ runs: [any ComparedRun], _ orders: [[Int]], _ names: [String],
    _ options: ComparisonOptions, _ control: RunControl
  ) throws -> [FoldScores] {
    let conditions = zip(runs, names).flatMap { run, name in
      run.conditions.map { CheckpointFile.Condition("\(name) \($0.name)", $0.value) }
    }
    let journal = try Journal(
      in: options.outputFolder,
      conditions: [.init("the runs", names.joined(separator: ", "))] + options.flagValues.conditions
        + conditions,
      resuming: options.resume, interval: .seconds(options.checkpointInterval))
    let pieces = names.flatMap { name in parts.indices.map { "\(name), fold \($0)" } }
    let found = try journal.results(of: pieces, "folds", pool: options.pool, control: control) {
      piece in
      let (run, fold) = (piece / parts.count, piece % parts.count)
      // In the order of the run's own data, and back.
      let own = parts[fold].map { orders[run][$0] }
      let ascending = own.indices.sorted { own[$0] < own[$1] }
      let result = try runs[run].fold(
        leavingOut: ascending.map { own[$0] }, control: RunControl(progress: .silent))
      var scores = result.scores
      for (place, index) in ascending.enumerated() { scores[index] = result.scores[place] }
      return FoldScores(
        scores: scores, summaries: result.summaries, isConverged: result.isConverged)
    }
    let finished = found.compactMap(\.self)
    guard finished.count == pieces.count else { throw Interrupted(keptIn: journal) }
    return finished
  }

  /// The places of some observations among those of a run, by name.
  private static func order(
    of own: [ComparedObservation], as first: [ComparedObservation], _ path: String,
    _ firstPath: String
  ) throws(ComparisonError) -> [Int] {
    func differ(_ sentence: String) -> ComparisonError {
      ComparisonError(
        "the runs in \(firstPath) and \(path) have other observations: \(sentence); compare fits to the same data."
      )
    }
    let places = Dictionary(own.enumerated().map { ($1.name, $0) }) { $1 }
    var order: [Int] = []
    for observation in first {
      guard let place = places[observation.name] else {
        throw differ("\(observation.name) is in the first one only")
      }
      guard own[place].value == observation.value else {
        throw differ("\(observation.name) is \(observation.value) and \(own[place].value)")
      }
      order.append(place)
    }
    if own.count > first.count {
      let known = Set(first.map(\.name))
      let other = own.first { !known.contains($0.name) }?.name ?? ""
      throw differ("\(other) is in the second one only")
    }
    return order
  }

  /// The last parts of paths, or the paths where those are not unique.
  private static func names(of paths: [String]) -> [String] {
    let names = paths.map { URL(filePath: $0).standardizedFileURL.lastPathComponent }
    return Set(names).count == names.count ? names : paths
  }
}
