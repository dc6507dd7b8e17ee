import Foundation
import PPL
import Parallel
import Runs

/// The source of a model's data: a folder, or the settings of a simulated example.
public struct DataSource: Sendable {
  /// The folder with the data, or its first file, as it was typed; nil for the model's embedded example.
  public var path: String? { paths.first }
  /// The paths of `--data` as they were typed: a folder, or files and folders; empty for the model's embedded example.
  public let paths: [String]
  /// The key of random numbers, from `--seed`.
  public let key: RandomKey
  /// The threads that share the work.
  public let pool: WorkPool
  /// The memory that the method of the fit needs besides that of the model.
  public let memory: MethodMemory
  /// The number of fits that run at once, each in memory of its own: several panels of a calibration.
  public internal(set) var fitsAtOnce = 1
  /// Whether the model is only described, for which the smallest example is enough.
  public let isForDescription: Bool
  /// The function that shows the user a warning, such as one about the data.
  public let warn: @Sendable (String) -> Void

  /// The folder with the data; nil for the model's embedded example.
  public var folder: URL? { path.map { URL(filePath: $0, directoryHint: .isDirectory) } }

  /// The data of a fit.
  init(_ context: FitContext) {
    (paths, key, pool) = (context.settings.data, context.key, context.pool)
    memory = context.memory
    (isForDescription, warn) = (false, context.control.warn)
  }

  /// The data whose design is simulated.
  init(simulating path: String?, key: RandomKey, warn: @escaping @Sendable (String) -> Void) {
    (paths, self.key, pool, memory) = (path.map { [$0] } ?? [], key, .serial, MethodMemory())
    (isForDescription, self.warn) = (false, warn)
  }

  /// The data of a model that is described, without warnings.
  init(describing paths: [String]) {
    (self.paths, key, pool, memory) = (paths, RandomKey(0), .serial, MethodMemory())
    (isForDescription, warn) = (true, { _ in })
  }
}
