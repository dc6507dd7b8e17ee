import ArgumentParser

/// A flag that has no effect under the values of other flags, and is refused where it is given.
///
///     public var unreadFlags: [UnreadFlag] {
///       rule == .grid ? [UnreadFlag("--points", by: "--rule grid, which has its own")] : []
///     }
public struct UnreadFlag: Sendable, Equatable, CustomStringConvertible {
  /// The flag, such as `--points`.
  public let name: String
  /// The text of the value, which the message shows; nil for none.
  public let value: String?
  /// The part of the program that does not read the flag, and why.
  public let reader: String
  /// The remedy in words, without a full stop.
  public let remedy: String

  /// A flag that is not read.
  ///
  /// - Parameters:
  ///   - name: The flag, such as `--points`.
  ///   - value: The text of its value, where the message should show it.
  ///   - reader: What does not read it, and why: `--exploration quadrature, whose points are those of a grid`.
  ///   - remedy: The remedy in words, without a full stop.
  public init(
    _ name: String, _ value: String? = nil, by reader: String, remedy: String = "leave it out"
  ) {
    (self.name, self.value, self.reader, self.remedy) = (name, value, reader, remedy)
  }

  public var description: String {
    "\(name)\(value.map { " \($0)" } ?? "") does not apply to \(reader); \(remedy)."
  }

  /// Whether a command line gives the flag.
  func isGiven(in arguments: [String]) -> Bool {
    arguments.contains { $0 == name || $0.hasPrefix("\(name)=") }
  }
}

extension ParsableArguments {
  /// The flags without effect of these options and of their groups.
  var allUnreadFlags: [UnreadFlag] {
    groups.flatMap { ($0 as? any AnnotatedFlags)?.unreadFlags ?? [] }
  }
}
