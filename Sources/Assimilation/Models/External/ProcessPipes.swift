import Foundation

/// A process with pipes to its standard input and from its standard output and error, read and written with a time limit.
///
/// The process leads a group of its own, so that an interruption at the terminal reaches this program alone.
struct ProcessPipes: Sendable {
  /// The reason why a process cannot be started.
  struct NotStarted: Error { let reason: String }

  /// The end of an exchange.
  enum End: Sendable, Equatable {
    case complete
    /// The time limit has passed.
    case late
    /// The process closed its output; the words say whether it ended, and how.
    case closed(how: String)
  }

  private let process: pid_t
  private let input, output, errors: Int32
  /// The last bytes of standard error.
  private var tail: [UInt8] = []

  /// Starts a command, which is looked up in `PATH` if it has no slash.
  init(starting command: [String]) throws(NotStarted) {
    var ends: [Int32] = []
    for _ in 0..<3 {
      var pair: [Int32] = [0, 0]
      guard pipe(&pair) == 0 else {
        let reason = String(cString: strerror(errno))
        for end in ends { _ = Foundation.close(end) }
        throw NotStarted(reason: reason)
      }
      // A process with the pipe of another would keep it open.
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      ends += pair
    }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (end, place) in [(ends[0], 0), (ends[3], 1), (ends[5], 2)] as [(Int32, Int32)] {
      posix_spawn_file_actions_adddup2(&actions, end, place)
    }
    // Threads of a pool block signals, which a process would inherit.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
    let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
    var words = command.map { strdup($0) } + [nil]
    var environment = variables.map { strdup($0) } + [nil]
    defer { for word in words + environment { free(word) } }
    var id = pid_t()
    let status = posix_spawnp(&id, command[0], &actions, &attributes, &words, &environment)
    for end in [ends[0], ends[3], ends[5]] { _ = Foundation.close(end) }
    (process, input, output, errors) = (id, ends[1], ends[2], ends[4])
    guard status == 0 else {
      for end in [input, output, errors] { _ = Foundation.close(end) }
      throw NotStarted(reason: String(cString: strerror(status)))
    }
    for end in [input, output, errors] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  /// Sends bytes while it receives others, and keeps the end of standard error.
  ///
  /// - Returns: The received bytes, fewer than `count` if the exchange is not complete.
  mutating func exchange(
    sending request: [UInt8], receiving count: Int, until deadline: ContinuousClock.Instant
  ) -> (bytes: [UInt8], end: End) {
    var (sent, bytes) = (0, [UInt8]())
    bytes.reserveCapacity(count)
    var isReading = true
    while sent < request.count || bytes.count < count {
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      guard left > 0 else { return (bytes, .late) }
      // A negative descriptor is left out.
      var ends = [
        pollfd(fd: sent < request.count ? input : -1, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: bytes.count < count ? output : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors, events: Int16(isReading ? POLLIN : 0), revents: 0),
      ]
      if !isReading { ends[2].fd = -1 }
      _ = poll(&ends, 3, Int32(min(max(left, 1), 60_000)))
      if ends[2].revents != 0 { isReading = readErrors() }
      if ends[1].revents != 0 {
        guard let part = Self.read(output, atMost: count - bytes.count) else {
          return (bytes, .closed(how: howItEnded()))
        }
        bytes += part
      }
      if ends[0].revents != 0 {
        let written = Self.ignoringBrokenPipe {
          request[sent...].withUnsafeBytes { write(input, $0.baseAddress, min($0.count, 1 << 16)) }
        }
        // What a process that no longer reads has written, if anything, is still read.
        let isBroken = written < 0 && errno != EAGAIN && errno != EINTR
        sent = isBroken ? request.count : sent + max(0, written)
      }
    }
    _ = readErrors()
    return (bytes, .complete)
  }

  /// The last lines of standard error, at most eight.
  var lastLines: [String] {
    String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(8)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Ends the process, which has a second to end by itself unless it is killed.
  func close(killing: Bool) {
    _ = Foundation.close(input)
    if killing || waited(1_000) == nil {
      _ = kill(-process, SIGKILL)
      _ = waited(1_000)
    }
    for end in [output, errors] { _ = Foundation.close(end) }
  }

  /// Waits for the end of the process, and says how it ended.
  private mutating func howItEnded() -> String {
    let status = waited(1_000)
    _ = readErrors()
    guard let status else { return "closed its standard output" }
    let signal = status & 0x7f
    return signal == 0
      ? "ended with status \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
  }

  /// The status of the process once it has ended; nil if it has not after this many milliseconds.
  private func waited(_ milliseconds: Int) -> Int32? {
    for _ in 0..<milliseconds {
      var status: Int32 = 0
      // The status of a process whose end was waited for before is unknown.
      if waitpid(process, &status, WNOHANG) != 0 { return status }
      usleep(1_000)
    }
    return nil
  }

  /// Reads what there is on standard error; false at its end.
  private mutating func readErrors() -> Bool {
    guard let part = Self.read(errors, atMost: 1 << 16) else { return false }
    tail = (tail + part).suffix(4_096)
    return true
  }

  /// The bytes that can be read now, perhaps none; nil at the end.
  private static func read(_ end: Int32, atMost count: Int) -> [UInt8]? {
    var isOpen = true
    let bytes = [UInt8](unsafeUninitializedCapacity: min(count, 1 << 20)) { buffer, filled in
      let size = Foundation.read(end, buffer.baseAddress, buffer.count)
      filled = max(0, size)
      isOpen = size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR))
    }
    return isOpen ? bytes : nil
  }

  /// Writes without the signal of a broken pipe, which would end this program; the thread's own signals stay as they are.
  private static func ignoringBrokenPipe(_ write: () -> Int) -> Int {
    var (pipe, before) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let written = write()
    let failure = errno
    var now = timespec()
    if written < 0, failure == EPIPE { _ = sigtimedwait(&pipe, nil, &now) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    errno = failure
    return written
  }
}
