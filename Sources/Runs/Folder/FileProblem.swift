import Foundation

/// A problem with a file or a folder that the operating system reports, and its remedy.
public struct FileProblem: Equatable, Sendable, CustomStringConvertible {
  /// The problem in words, as in "the disk is full".
  public let description: String
  /// The remedy, without a full stop; nil where it depends on what was to be done.
  public let remedy: String?

  init(_ description: String, remedy: String? = nil) {
    (self.description, self.remedy) = (description, remedy)
  }

  /// The problem of an error number of the operating system, such as `ENOSPC`.
  ///
  /// Numbers without a remedy of their own have the system's words.
  public init(code: Int32) {
    let permit = "choose another folder, or change its permissions"
    self =
      switch code {
      case ENOSPC: Self("the disk is full", remedy: "make room on it")
      case EDQUOT:
        Self("the disk quota is used up", remedy: "remove files of yours, or ask for more")
      case EFBIG:
        Self("the file is larger than is allowed here", remedy: "raise the limit (ulimit -f)")
      case EROFS: Self("the disk is mounted read-only", remedy: "choose a folder on another disk")
      case EIO: Self("the disk reports an error", remedy: "choose a folder on another disk")
      case EACCES, EPERM: Self(Self.words(code), remedy: permit)
      case EBUSY, ETXTBSY:
        Self("it is in use", remedy: "end the program that uses it, or choose another place")
      case EBADF:
        Self(
          "no file is open for writing under this number",
          remedy: "open one in the shell, as in 9>numbers.json for /dev/fd/9, or name a file")
      case ENXIO:
        Self("it is a socket or a device that nothing answers for", remedy: "name a file")
      case ENAMETOOLONG: Self("the name is too long", remedy: "choose a shorter one")
      case EMFILE, ENFILE:
        Self("too many files are open", remedy: "close other programs, or raise ulimit -n")
      case EPIPE: Self("the program that read from it has ended", remedy: "keep it running")
      default: Self(Self.words(code))
      }
  }

  /// The problem that an error of Foundation or of the operating system reports.
  public init(_ error: any Error) {
    switch error as? OutputError {
    case .notOpened(_, let problem), .notWritable(_, let problem): self = problem
    default:
      if let code = Self.code(of: error) {
        self.init(code: code)
      } else {
        self.init(error is CocoaError ? error.localizedDescription : "\(error)")
      }
    }
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// The error number, of the error or of the one that it was made from.
  private static func code(of error: any Error) -> Int32? {
    let general = error as NSError
    if let underlying = general.userInfo[NSUnderlyingErrorKey] as? any Error,
      let code = code(of: underlying)
    {
      return code
    }
    if general.domain == NSPOSIXErrorDomain { return Int32(exactly: general.code) }
    // Foundation gives some errors of files without the number they were made from.
    return switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    case .fileWriteNoPermission, .fileReadNoPermission: EACCES
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileWriteFileExists: EEXIST
    default: nil
    }
  }
}
