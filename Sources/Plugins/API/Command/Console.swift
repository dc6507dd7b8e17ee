import Foundation

/// The streams that a command prints to.
package struct Console: Sendable {
  var print: @Sendable (String) -> Void
  var printError: @Sendable (String) -> Void

  package init(
    print: @escaping @Sendable (String) -> Void, printError: @escaping @Sendable (String) -> Void
  ) {
    (self.print, self.printError) = (print, printError)
  }

  package static let standard = Console(
    print: { text in
      if !write(text, to: .standardOutput) {
        _ = write(
          "Error: standard output cannot be written; make room, or print elsewhere.",
          to: .standardError)
        exit(ExitStatus.fault)
      }
    },
    // Nothing can be reported where standard error cannot be written.
    printError: { _ = write($0, to: .standardError) })

  private static func write(_ text: String, to handle: FileHandle) -> Bool {
    (try? handle.write(contentsOf: Data((text + "\n").utf8))) != nil
  }
}
