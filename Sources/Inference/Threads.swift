import Dispatch
import Foundation
import Preconditions
import Synchronization

/// How many threads independent work may use. It decides how long the work takes, and no digit of what comes out.
///
///     let ahead = try fit.predictions(model, 600, key: key, threads: Threads(2))
public struct Threads: Sendable, Equatable {
  /// How many there may be at once.
  public let count: Int

  /// At most so many at once, a positive number; what throws refuses another by `validate()`.
  public init(_ count: Int) { self.count = count }

  /// Checks the number.
  ///
  /// - Throws: `InferenceError.argument` unless it is positive.
  public func validate() throws(InferenceError) {
    try demand(count > 0, of: "Threads", "the number is \(count)", "must be positive")
  }

  /// The calling thread alone.
  public static let one = Threads(1)

  /// As many as the machine has cores.
  public static var automatic: Threads { Threads(ProcessInfo.processInfo.activeProcessorCount) }

  /// Calls `body` once for each of at most `count` contiguous parts of `0..<total`, several at a time.
  package func split(_ total: Int, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void) {
    require(count > 0, "Threads: the number is \(count), but must be positive.")
    let parts = min(count, total)
    guard parts > 1 else { return body(0, 0..<total) }
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(part, (part * total / parts)..<((part + 1) * total / parts))
    }
  }

  /// Calls `body` with each number of `0..<total`, in any order, several at a time: for pieces of unequal length.
  package func forEach(_ total: Int, _ body: @Sendable (Int) -> Void) {
    require(count > 0, "Threads: the number is \(count), but must be positive.")
    let next = Atomic(0)
    split(min(count, total)) { _, _ in
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if place >= total { return }
        body(place)
      }
    }
  }

  /// The results of `body` for each of at most `count` contiguous parts of `0..<total`, in order.
  ///
  /// - Parameters:
  ///   - total: The number of pieces of work.
  ///   - body: Called once for each part, several at a time.
  /// - Returns: One result for each part; none of them depends on `count` if `body` does not.
  /// - Throws: `InferenceError.argument` from `validate()`; the error of the first part that has one, whichever came first in time.
  public func map<R: Sendable>(
    _ total: Int, _ body: @Sendable (Range<Int>) throws -> R
  ) throws -> [R] {
    try validate()
    let places = (0..<max(1, min(count, total))).map { _ in Place<R>() }
    split(total) { part, range in
      let result = Result { try body(range) }
      places[part].result.withLock { $0 = result }
    }
    return try places.compactMap { try $0.result.withLock(\.self)?.get() }
  }

  /// Where one part leaves its result. Nobody ever waits for the mutex: it shows the compiler that a place is one
  /// thread's at a time.
  private final class Place<R: Sendable>: Sendable {
    let result = Mutex<Result<R, any Error>?>(nil)
  }
}
