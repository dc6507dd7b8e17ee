import Foundation

/// A stream of numbers to a pipe, a device or an open descriptor, whose waits end at an interruption.
struct NumbersStream: ~Copyable {
  private let path: String
  private let handle: FileHandle
  private let control: RunControl

  /// The length of one wait, milliseconds, after which an interruption is noticed.
  private static let wait: Int32 = 100
  /// The number of waits in which a reader must take something from a pipe once the run is interrupted.
  private static let patience = 10

  /// Opens a path; a named pipe without a reader is waited for.
  ///
  /// - Throws: `OutputError.noReader` if the run is interrupted before there is a reader.
  init(opening path: String, _ control: RunControl) throws {
    var isTold = false
    while true {
      // Without O_NONBLOCK, opening a named pipe would block until it has a reader.
      let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        self.init(descriptor, path, control)
        return
      }
      guard errno == ENXIO, Self.isNamedPipe(path) else { throw Self.lastError }
      guard control.shouldContinue else { throw OutputError.noReader(path: path) }
      if !isTold {
        control.warn(
          "\(path): waiting for a program that reads from this pipe; Ctrl-C ends the wait.")
      }
      isTold = true
      _ = poll(nil, 0, Self.wait)
    }
  }

  /// Copies a descriptor that is open already.
  init(copying descriptor: Int32, _ path: String, _ control: RunControl) throws {
    let copy = dup(descriptor)
    guard copy >= 0 else { throw Self.lastError }
    self.init(copy, path, control)
  }

  private init(_ descriptor: Int32, _ path: String, _ control: RunControl) {
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    (self.path, self.control) = (path, control)
  }

  /// Writes all bytes, and closes the stream.
  consuming func write(_ bytes: Data) throws {
    // SIGPIPE is ignored, so that a reader that has ended is an error with a message.
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    var rest = bytes[...]
    // The number of waits since the interruption, and since the reader last took something.
    var waits = 0
    while !rest.isEmpty {
      var state = pollfd(fd: handle.fileDescriptor, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&state, 1, Self.wait)
      guard ready > 0 else {
        // A signal also ends a wait.
        if ready < 0, errno != EINTR { throw Self.lastError }
        if !control.shouldContinue { waits += 1 }
        if waits >= Self.patience { throw OutputError.noReader(path: path) }
        continue
      }
      // A writable pipe accepts PIPE_BUF bytes without blocking.
      try handle.write(contentsOf: rest.prefix(4096))
      rest = rest.dropFirst(4096)
      waits = 0
    }
    try handle.close()
  }

  private static func isNamedPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  private static var lastError: POSIXError {
    POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }
}
