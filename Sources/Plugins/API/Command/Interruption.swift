import Dispatch
import Foundation
import Synchronization

/// The handling of Ctrl-C, SIGTERM and SIGHUP: the first ends the work after its current step, a second one the process.
///
/// SIGHUP stays ignored under `nohup`.
struct Interruption: ~Copyable {
  /// The request to stop, set by the signal handler and read by the work.
  final class Request: Sendable {
    private let number = Atomic<Int32>(0)
    func make(by signal: Int32) {
      _ = number.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
    }
    var exists: Bool { number.load(ordering: .relaxed) != 0 }
    /// The exit status of a program that was ended by the signal, so that scripts do not take the run for a complete one.
    var exitStatus: Int32 { 128 + (exists ? number.load(ordering: .relaxed) : SIGINT) }
  }

  let request = Request()
  private let sources: [any DispatchSourceSignal]

  init() {
    let signals = [SIGINT, SIGTERM, SIGHUP].filter { $0 != SIGHUP || !isIgnored($0) }
    for number in signals { signal(number, SIG_IGN) }
    sources = signals.map { [request] number in
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        request.make(by: number)
        for number in signals { signal(number, SIG_DFL) }
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources {
      signal(Int32(source.handle), SIG_DFL)
      source.cancel()
    }
  }
}

/// Whether the process was started with a signal ignored: by its bit of `SigIgn` in `/proc/self/status`.
private func isIgnored(_ number: Int32) -> Bool {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
  let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingPrefix("\t"), radix: 16) } ?? 0
  return mask >> UInt64(number - 1) & 1 == 1
}
