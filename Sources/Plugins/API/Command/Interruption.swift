import Dispatch
import Foundation
import Synchronization

/// Ctrl-C once: the work ends after its present step and what is done is kept. Twice: the process ends.
struct Interruption: ~Copyable {
  /// Set by the signal, read by the work.
  final class Request: Sendable {
    private let isMade = Atomic(false)
    func make() { isMade.store(true, ordering: .relaxed) }
    var exists: Bool { isMade.load(ordering: .relaxed) }
  }

  let request = Request()
  private let source: any DispatchSourceSignal

  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler { [request] in
      request.make()
      signal(SIGINT, SIG_DFL)
    }
    source.resume()
  }

  deinit {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
