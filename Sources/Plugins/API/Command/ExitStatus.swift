/// The exit statuses of the program.
enum ExitStatus {
  /// The status of invalid data, an invalid model or an unusable output folder.
  static let fault: Int32 = 2
  /// The status of a completed fit whose last losses are all infinite, or with a draw that is not finite.
  static let nothingFinite: Int32 = 3
  /// The status of an invalid command line: `EX_USAGE`, as in the argument parser.
  static let commandLine: Int32 = 64

  /// The description of all statuses, for the help of the commands that fit and run.
  static let explanation = """
    Exit status: 0 when the run ended, whether or not a fit converged (the table and results.json say which); \
    \(fault) when the data, the model or the output folder are at fault; \(nothingFinite) when none of the last losses \
    is finite (numbers and files are written), or not every draw from the fit is; \(commandLine) when the command line is at fault; \
    130, 143 or 129 after Ctrl-C, SIGTERM or SIGHUP (what there was by then is printed and written).
    """
}
