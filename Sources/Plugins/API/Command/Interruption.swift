import Dispatch
import Foundation
import Synchronization

/// Ctrl-C once: the work ends after its present step and what is done is kept. Twice: the process ends.
final class Interruption: Sendable {
  private let requested = Atomic(false)
  private let source: any DispatchSourceSignal

  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler { [weak self] in
      self?.requested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    source.resume()
  }

  deinit {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }

  var isRequested: Bool { requested.load(ordering: .relaxed) }
}
