/// The exit statuses of the program.
enum ExitStatus {
  /// The data, the model or the output folder are at fault.
  static let fault: Int32 = 2
  /// A fit ended, and none of its last losses is finite, or not all of its draws are.
  static let nothingFinite: Int32 = 3
  /// The command line is at fault: `EX_USAGE`, as the argument parser has it.
  static let commandLine: Int32 = 64

  /// The statuses in words, for the help of the commands that fit and run.
  static let explanation = """
    Exit status: 0 when the run ended, whether or not a fit converged (the table and results.json say which); \
    \(fault) when the data, the model or the output folder are at fault; \(nothingFinite) when none of the last losses \
    is finite (numbers and files are written), or not every draw from the fit is; \(commandLine) when the command line is at fault; \
    130, 143 or 129 after Ctrl-C, SIGTERM or SIGHUP (what there was by then is printed and written).
    """
}
