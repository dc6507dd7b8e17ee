import PPL
import Parallel
import Plugins
import Runs

/// The run of a study: its random key, its threads, its journal and the control of the user.
struct StudyRun: Sendable {
  let key: RandomKey
  let threads: WorkPool
  let journal: Journal
  let control: RunControl

  /// The run of a study under these options.
  ///
  /// - Parameters:
  ///   - options: The options of every run.
  ///   - conditions: The options that determine the results, besides the seed.
  ///   - control: The progress display and the interruption of the run.
  /// - Throws: As `Journal`.
  init(
    _ options: RunOptions, conditions: [CheckpointFile.Condition], control: RunControl
  ) throws {
    key = RandomKey(options.seed)
    (threads, self.control) = (options.sharedThreads, control)
    journal = try options.journal(conditions)
  }

  /// The error of a run that the user interrupted before its first result.
  var interruption: Interrupted { Interrupted(keptIn: journal) }

  /// The results of pieces of work; nil for pieces that an interruption left out.
  ///
  /// - Throws: As `Journal.results`.
  func results<R: Codable & Sendable>(
    of pieces: [String], _ title: String, _ body: @Sendable (Int) throws -> R
  ) throws -> [R?] {
    try journal.results(of: pieces, title, pool: threads, control: control, body)
  }

  /// The results of all pieces of work; nil if the user interrupted the run.
  ///
  /// - Throws: As `Journal.results`.
  func allResults<R: Codable & Sendable>(
    of pieces: [String], _ title: String, _ body: @Sendable (Int) throws -> R
  ) throws -> [R]? {
    let found = try results(of: pieces, title, body)
    let finished = found.compactMap(\.self)
    return finished.count == found.count ? finished : nil
  }
}
