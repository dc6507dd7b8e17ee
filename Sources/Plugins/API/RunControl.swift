import Inference

/// How a fit or an experiment shows its progress and is stopped from outside.
public struct RunControl: Sendable {
  /// How the work shows how far it is.
  public let progress: ProgressDisplay
  private let isCancelled: @Sendable () -> Bool

  /// A control that asks `isCancelled` after every step or piece.
  public init(progress: ProgressDisplay, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    (self.progress, self.isCancelled) = (progress, isCancelled)
  }

  /// Whether to go on; false once the user has interrupted.
  public var goesOn: Bool { !isCancelled() }
}
