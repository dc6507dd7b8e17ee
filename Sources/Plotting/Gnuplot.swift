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
    /// The drawing in its format.
    let drawing: Data
    /// The drawing as text, for SVG.
    var svg: String { String(decoding: drawing, as: UTF8.self) }
    /// The messages of gnuplot, which may exist even if it drew the figure.
    let message: String
  }

  /// The output of gnuplot for a script that draws in a format, without the settings in the user's own files.
  func output(of script: String, as format: FigureFormat = .svg) throws(PlottingError) -> Output {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try Self.reporting {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return try run(script, in: folder)
    }
    guard output.status == 0, format.isComplete(output.drawing) else {
      let silence = "it ended with status \(output.status) and no message"
      throw .gnuplotFailed(message: output.message.isEmpty ? silence : output.message)
    }
    return output
  }

  /// Runs gnuplot on files in a temporary folder, because pipes could fill up or break.
  private func run(_ script: String, in folder: URL) throws -> Output {
    let files = ["script", "drawing", "messages"].map { folder.appending(path: $0) }
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
    let message = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    return Output(
      status: process.terminationStatus, drawing: try Data(contentsOf: files[1]),
      message: message.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func reporting<Value>(_ body: () throws -> Value) throws(PlottingError) -> Value {
    do {
      return try body()
    } catch {
      throw .gnuplotFailed(message: error.localizedDescription)
    }
  }
}
