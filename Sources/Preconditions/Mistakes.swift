import Synchronization

/// A mistake in code that cannot throw: shapes that do not go together, an index out of range, a tensor kept too long.
public struct Mistake: Error, Equatable, Sendable, CustomStringConvertible {
  /// The place, what it got, what it needs and the remedy.
  public let description: String

  /// A mistake that this sentence describes.
  public init(_ description: String) { self.description = description }
}

/// The first mistake of the code that runs under it.
///
/// A model is a closure that does not throw, and neither do the tensor operations in it. While a collector is in force,
/// `reportMistake(_:)` keeps the first sentence here and the code goes on with placeholders to its end, where its caller
/// throws. Without a collector a mistake ends the process with its sentence.
public final class MistakeCollector: Sendable {
  private let kept = Mutex<Mistake?>(nil)

  @TaskLocal static var current: MistakeCollector?

  /// A collector without a mistake.
  public init() {}

  /// The first mistake since the collector was made.
  public var first: Mistake? { kept.withLock(\.self) }

  /// Runs `body`, whose mistakes are kept here.
  public func collect<R>(_ body: () throws -> R) rethrows -> R {
    try Self.$current.withValue(self, operation: body)
  }

  fileprivate func keep(_ mistake: Mistake) {
    kept.withLock { $0 = $0 ?? mistake }
  }
}

/// Runs `body`, and throws its first mistake at its end.
///
/// - Throws: What `body` throws; else the first `Mistake` reported meanwhile.
public func catchingMistakes<R>(_ body: () throws -> R) throws -> R {
  let collector = MistakeCollector()
  let result = try collector.collect(body)
  if let mistake = collector.first { throw mistake }
  return result
}

/// Reports a mistake to the collector in force, after which the caller goes on with a placeholder; ends the process
/// with the sentence on standard error where there is none.
///
/// - Parameters:
///   - message: The place, what it got, what it needs and the remedy.
///   - file: The source file that the message names.
///   - line: The line of that file.
@inline(never)
public func reportMistake(_ message: String, file: StaticString = #fileID, line: UInt = #line) {
  guard let collector = MistakeCollector.current else {
    requirementFailed(message, file: file, line: line)
  }
  collector.keep(Mistake(message))
}

/// Reports a mistake, as `reportMistake(_:)` does, unless a condition holds.
///
/// - Parameters:
///   - condition: The requirement.
///   - message: The sentence; only evaluated if the condition does not hold.
///   - file: The source file that the message names.
///   - line: The line of that file.
/// - Returns: Whether the condition holds; the caller goes on with a placeholder if not.
@inlinable @inline(__always) @discardableResult
public func holds(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) -> Bool {
  if condition() { return true }
  reportMistake(message(), file: file, line: line)
  return false
}
