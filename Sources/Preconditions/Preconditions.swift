// Preconditions: messages about mistakes in a program that no error can report, in debug and in release builds.
//
// Swift's own `precondition` drops its message in a release build: the process ends with "Illegal instruction" and no
// message, in the build that people run. These functions print their sentence to standard error in every
// build. Where an API can throw, it throws a typed error instead.

/// Ends the process with a message on standard error, in every build, unless a condition holds.
///
///     require(count > 0, "Draws: the number is \(count), but must be positive.")
///
/// - Parameters:
///   - condition: The requirement.
///   - message: The place, what it got, what it needs and the remedy; only evaluated if the condition does not hold.
///   - file: The source file that the message names.
///   - line: The line of that file.
/// - Complexity: That of the condition.
@inlinable @inline(__always)
public func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  guard condition() else { requirementFailed(message(), file: file, line: line) }
}

/// Ends the process with a message on standard error, in every build.
///
/// - Parameters:
///   - message: The place, what it got, what it needs and the remedy.
///   - file: The source file that the message names.
///   - line: The line of that file.
@inline(never)
public func requirementFailed(
  _ message: String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  // A mistake that was kept comes first: what happens now may only follow from it.
  let earlier = MistakeCollector.current?.first.map { "\($0) After that: " } ?? ""
  fatalError(earlier + message, file: file, line: line)
}

/// The body of a declaration that is unavailable, which no program that compiles calls.
package func unavailable() -> Never { requirementFailed("This declaration is unavailable.") }
