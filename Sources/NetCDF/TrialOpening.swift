import CNetCDF
import Foundation

extension Library {
  /// Whether a child process dies of a signal while it opens a file as this one would.
  ///
  /// HDF5 1.10.8 frees memory that it never wrote where the list of links of a group cannot be read, which one wrong bit
  /// is enough for; a process cannot catch that. The child is a copy of this one, with the same memory, so that it meets
  /// the same fault. It calls nothing but C and ends without handlers. Where no process can be made, the file counts
  /// as sound.
  ///
  /// - Complexity: A copy of the page tables, and the header is read twice.
  static func crashes(opening path: String) -> Bool {
    typealias Fork = @convention(c) () -> pid_t
    // The function is looked up, since it is hidden from Swift on some systems.
    guard let symbol = dlsym(nil, "fork") else { return false }
    let child = unsafeBitCast(symbol, to: Fork.self)()
    guard child >= 0 else { return false }
    if child == 0 { openAndExit(path) }
    var status: CInt = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return false }
    }
    let signal = status & 0x7f
    return [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL].contains(signal)
  }

  /// Opens a file, counts the attributes of its variables, which reads them, and ends the process.
  private static func openAndExit(_ path: String) -> Never {
    for number in [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL] { signal(number, SIG_DFL) }
    // Neither a message of the C library nor a dump of the memory.
    let null = open("/dev/null", O_WRONLY)
    if null >= 0 { dup2(null, 2) }
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    #if os(Linux)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    #else
      setrlimit(RLIMIT_CORE, &limit)
    #endif
    var (id, count, variables): (CInt, CInt, CInt) = (0, 0, 0)
    if nc_open(path, NC_NOWRITE, &id) == NC_NOERR {
      nc_inq_natts(id, &count)
      nc_inq_nvars(id, &variables)
      for variable in 0..<max(variables, 0) { nc_inq_varnatts(id, variable, &count) }
      nc_close(id)
    }
    _exit(0)
  }
}
