import Dispatch
import Foundation
import Preconditions
import Synchronization

/// A pool of threads for independent pieces of work. Results do not depend on the number of threads.
///
///     let ahead = try fit.predictions(model, 600, key: key, pool: WorkPool(threads: 2))
///
/// Results are placed by the index of their piece, never by the order in which they arrive.
public struct WorkPool: Sendable, Equatable {
  /// The largest number of threads at once. Results do not depend on it.
  public let threads: Int

  /// A pool of at most `threads` threads, a positive number; `validate()` throws for another.
  public init(threads: Int) { self.threads = threads }

  /// A pool of the calling thread alone.
  public static let serial = WorkPool(threads: 1)

  /// A pool of one thread for each core of the machine.
  public static var automatic: WorkPool {
    WorkPool(threads: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// An error of a pool that cannot do any work.
  public struct NoThreads: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of threads that was asked for.
    public let threads: Int

    public var description: String {
      "WorkPool: the number of threads is \(threads), but must be positive."
    }
  }

  /// Checks the number of threads.
  ///
  /// - Throws: `NoThreads` unless it is positive.
  public func validate() throws(NoThreads) {
    if threads < 1 { throw NoThreads(threads: threads) }
  }

  /// Calls `body` once for each of at most `threads` contiguous parts of `0..<count`, several at a time.
  ///
  /// - Parameters:
  ///   - count: The number of pieces.
  ///   - body: The work, given the index of a part and the pieces in it. The sizes of two parts differ by one at most.
  public func forEachPart(
    of count: Int, _ body: @Sendable (_ part: Int, _ pieces: Range<Int>) -> Void
  ) {
    do { try validate() } catch { requirementFailed("\(error)") }
    let parts = min(threads, count)
    guard parts > 1 else { return body(0, 0..<count) }
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(part, (part * count / parts)..<((part + 1) * count / parts))
    }
  }

  /// Calls `body` once for each number of `0..<count`, in any order, several at a time: for pieces of unequal length.
  public func forEach(_ count: Int, _ body: @Sendable (_ piece: Int) -> Void) {
    let next = Atomic(0)
    forEachPart(of: min(threads, count)) { _, _ in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if piece >= count { return }
        body(piece)
      }
    }
  }

  /// The results of `body` for each of at most `threads` contiguous parts of `0..<count`, in order.
  ///
  /// - Throws: `NoThreads` from `validate()`; the error of the first part in order that has one.
  public func mapParts<R: Sendable>(
    of count: Int, _ body: @Sendable (_ pieces: Range<Int>) throws -> R
  ) throws -> [R] {
    try validate()
    let slots = (0..<max(1, min(threads, count))).map { _ in Slot<R>() }
    forEachPart(of: count) { part, pieces in
      let result = Result { try body(pieces) }
      slots[part].result.withLock { $0 = result }
    }
    return try slots.compactMap { try $0.result.withLock(\.self)?.get() }
  }

  /// The result of one part. No thread ever waits for the mutex: it shows the compiler that one thread at a time has a slot.
  private final class Slot<R: Sendable>: Sendable {
    let result = Mutex<Result<R, any Error>?>(nil)
  }
}
