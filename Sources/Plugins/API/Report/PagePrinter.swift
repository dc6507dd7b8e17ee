import Foundation
import Runs

/// A program that prints a page as PDF: Chromium or LibreOffice of the search path.
struct PagePrinter {
  private let path: String
  private let isBrowser: Bool

  private static let browsers = ["chromium", "chromium-browser", "google-chrome"]
  private static let offices = ["soffice", "libreoffice"]

  /// The first of these programs in a search path.
  ///
  /// - Parameter searchPath: The folders, separated by colons; by default those of the variable `PATH`.
  /// - Throws: `ReportError.noPrinter` if none is there.
  init(
    searchPath: String? = ProcessInfo.processInfo.environment["PATH"]
  ) throws(ReportError) {
    let folders = (searchPath ?? "").split(separator: ":")
    let found = (Self.browsers + Self.offices).lazy.flatMap { name in
      folders.map { (name, URL(filePath: String($0)).appending(path: name).path) }
    }.first { FileManager.default.isExecutableFile(atPath: $1) }
    guard let (name, path) = found else { throw .noPrinter }
    (self.path, isBrowser) = (path, Self.browsers.contains(name))
  }

  /// Prints a page.
  ///
  /// - Parameters:
  ///   - page: The page, a file.
  ///   - file: The file of the PDF, which is replaced.
  /// - Throws: `ReportError.notPrinted` where the program makes no file.
  func print(_ page: URL, to file: URL) throws(ReportError) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ppl-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let made = folder.appending(
        path: page.deletingPathExtension().appendingPathExtension("pdf").lastPathComponent)
      let source = page.absoluteURL
      let messages = try run(
        isBrowser
          ? [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            "--user-data-dir=\(folder.appending(path: "profile").path)",
            "--print-to-pdf=\(made.path)", source.absoluteString,
          ]
          : [
            "-env:UserInstallation=\(folder.appending(path: "profile").absoluteString)",
            "--headless", "--convert-to", "pdf", "--outdir", folder.path, source.path,
          ], in: folder)
      guard let pdf = try? Data(contentsOf: made), pdf.starts(with: Data("%PDF".utf8)) else {
        throw ReportError.notPrinted(program: path, message: messages)
      }
      try pdf.write(to: file, options: .atomic)
    } catch let error as ReportError {
      throw error
    } catch {
      throw .notPrinted(program: path, message: "\(FileProblem(error))")
    }
  }

  /// The last line that the program printed.
  private func run(_ arguments: [String], in folder: URL) throws -> String {
    let log = folder.appending(path: "messages")
    try Data().write(to: log)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    let lines = String(decoding: try Data(contentsOf: log), as: UTF8.self)
      .split(separator: "\n")
    return lines.last.map(String.init) ?? "status \(process.terminationStatus) and no message"
  }
}
