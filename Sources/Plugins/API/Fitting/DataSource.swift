import Foundation
import PPL
import Parallel
import Runs

/// The source of a model's data: a folder, or the settings of a simulated example.
public struct DataSource: Sendable {
  /// The folder with the data, as it was typed; nil for the model's embedded example.
  public let path: String?
  /// The key of random numbers, from `--seed`.
  public let key: RandomKey
  /// The threads that share the work.
  public let pool: WorkPool
  /// The number of chains of the fit that take steps at once, each in memory of its own; 1 for a fit without chains.
  public let chainsAtOnce: Int
  /// Whether the model is only described, for which the smallest example is enough.
  public let isForDescription: Bool
  /// The function that shows the user a warning, such as one about the data.
  public let warn: @Sendable (String) -> Void

  /// The folder with the data; nil for the model's embedded example.
  public var folder: URL? { path.map { URL(filePath: $0, directoryHint: .isDirectory) } }

  /// The data of a fit.
  init(_ context: FitContext) {
    (path, key, pool) = (context.settings.data, context.key, context.pool)
    let chains = context.flags.first { $0.name == "--chains" }?.value.flatMap(Int.init) ?? 1
    chainsAtOnce = min(chains, pool.threads)
    (isForDescription, warn) = (false, context.control.warn)
  }

  /// The data of a model that is described, without warnings.
  init(describing path: String?) {
    (self.path, key, pool, chainsAtOnce) = (path, RandomKey(0), .serial, 1)
    (isForDescription, warn) = (true, { _ in })
  }
}
