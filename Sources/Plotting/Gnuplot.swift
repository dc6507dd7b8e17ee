import Foundation

/// The installed gnuplot program, which draws figures.
public struct Gnuplot: Sendable, Equatable {
  /// The path of the executable file.
  public let path: String

  /// The first gnuplot of a search path.
  ///
  /// - Parameter searchPath: The folders, separated by colons; by default those of the variable `PATH`.
  /// - Throws: `PlottingError.gnuplotMissing` if no folder contains gnuplot.
  public init(searchPath: String? = ProcessInfo.processInfo.environment["PATH"])
    throws(PlottingError)
  {
    let folders = (searchPath ?? "").split(separator: ":")
    let places = folders.map { URL(filePath: String($0)).appending(path: "gnuplot").path }
    guard let found = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw .gnuplotMissing
    }
    path = found
  }

  /// Whether gnuplot is installed, so that figures can be drawn.
  public static var isInstalled: Bool { (try? Gnuplot()) != nil }

  /// The output of gnuplot for a script.
  struct Output {
    let status: Int32
    /// The drawing as SVG.
    let svg: String
    /// The messages of gnuplot, which may exist even if it drew the figure.
    let message: String
  }

  /// The output of gnuplot for this script, without the settings in the user's own files.
  func output(of script: String) throws(PlottingError) -> Output {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try Self.reporting {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return try run(script, in: folder)
    }
    guard output.status == 0, output.svg.contains("</svg>") else {
      let silence = "it ended with status \(output.status) and no message"
      throw .gnuplotFailed(message: output.message.isEmpty ? silence : output.message)
    }
    return output
  }

  /// Runs gnuplot on files in a temporary folder, because pipes could fill up or break.
  private func run(_ script: String, in folder: URL) throws -> Output {
    let files = ["script", "svg", "messages"].map { folder.appending(path: $0) }
    for (file, text) in zip(files, [script, "", ""]) {
      try Data(text.utf8).write(to: file)
    }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["--default-settings"]
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Output(
      status: process.terminationStatus, svg: texts[1],
      message: texts[2].trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func reporting<Value>(_ body: () throws -> Value) throws(PlottingError) -> Value {
    do {
      return try body()
    } catch {
      throw .gnuplotFailed(message: error.localizedDescription)
    }
  }
}
