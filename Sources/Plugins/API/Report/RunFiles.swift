import Foundation
import Runs

/// The files in the folder of a run, for reports and repetitions of any command.
struct RunFiles {
  /// The folder of the run.
  let folder: URL
  /// The content of `run.json`, or of `predict.json` for a prediction.
  let record: RecordValue
  /// The content of `results.json`; nil where there is none.
  let results: RecordValue?
  /// The printed report; nil for runs of earlier versions.
  let summary: String?

  /// The files of a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - path: The folder as it was typed.
  /// - Throws: `ReportError` for a folder without a run.
  init(_ folder: URL, path: String? = nil) throws(ReportError) {
    let records = RunFileName.records.lazy.compactMap {
      RecordValue(contentsOf: folder.appending(path: $0))
    }
    guard let record = records.first else { throw .noRun(path: path ?? folder.relativePath) }
    (self.folder, self.record) = (folder, record)
    results = RecordValue(contentsOf: folder.appending(path: RunFileName.results))
    summary = Self.text(folder.appending(path: RunFileName.summary))
  }

  /// The names of the files of the run, in the order in which they were written.
  var names: [String] { record["files"]?.elements.compactMap(\.string) ?? [] }

  /// The words of the command after the name of the program; those of a fit of an earlier version from its settings.
  var command: [String] {
    if let words = record["command"]?.elements.compactMap(\.string), !words.isEmpty {
      return words
    }
    guard let model = record["model"]?.string,
      let arguments = record["arguments"]?.elements.compactMap(\.string)
    else { return [] }
    return ["fit", model] + arguments
      + (data.isEmpty ? [] : ["--data"] + data)
  }

  /// The paths of the data of a fit; none for an embedded example.
  var data: [String] {
    guard let paths = record["data_folder"] else { return [] }
    return paths.string.map { [$0] } ?? paths.elements.compactMap(\.string)
  }

  /// Whether the run is a fit of a model, which is restored; the record of any other command may name a model, too.
  var isOfFit: Bool {
    guard record["model"] != nil, record["files"] == nil || names.contains(RunFileName.run) else {
      return false
    }
    return command.first.map { $0 == "fit" } ?? true
  }

  /// The folder in which the command was typed; nil for runs of earlier versions.
  var workingFolder: String? { record["working_folder"]?.string }

  /// A text file of the folder; nil where there is none.
  func text(_ name: String) -> String? { Self.text(folder.appending(path: name)) }

  private static func text(_ url: URL) -> String? {
    (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The figures that the folder holds, with the titles and captions of `captions.json`.
  var figures: [ReportFigure] {
    let folders = ["", RunFileName.figures + "/"]
    return folders.flatMap { folder -> [ReportFigure] in
      let words = captions(folder + RunFileName.captions)
      let captioned = words.map { words in
        ReportFigure(
          name: folder + words.name, title: words.title, caption: words.caption,
          svg: text("\(folder)\(words.name).svg"))
      }
      let known = Set(captioned.map(\.name))
      let others = names.filter { name in
        name.hasSuffix(".svg") && Self.folder(of: name) == folder
          && !known.contains(String(name.dropLast(4)))
      }
      return captioned
        + others.map { name in
          let stem = String(name.dropLast(4))
          let last = stem.split(separator: "/").last.map(String.init) ?? stem
          return ReportFigure(
            name: stem, title: last, caption: "Numbers: \(stem).csv.", svg: text(name))
        }
    }
  }

  /// The titles and captions of a file; none where it is missing.
  private func captions(_ name: String) -> [FigureCaption] {
    struct Captions: Decodable { let figures: [FigureCaption] }
    guard let text = text(name) else { return [] }
    let found = try? JSONDecoder().decode(Captions.self, from: Data(text.utf8))
    return found?.figures ?? []
  }

  private static func folder(of name: String) -> String {
    name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
  }
}

/// An error of `ppl report` and `ppl rerun`.
enum ReportError: PluginError, Equatable {
  case noRun(path: String)
  case noCommand(path: String)
  case absent(path: String, run: String)
  case overRunFile(path: String)
  case noPrinter
  case notPrinted(program: String, message: String)
  case notHTML(path: String)

  var description: String {
    switch self {
    case .noRun(let path):
      "\(path) is not the folder of a run: it has neither \(RunFileName.run) nor \(RunFileName.prediction); "
        + "give the folder of --output."
    case .noCommand(let path):
      "\(RunFileName.run) in \(path) does not name the command of the run, as those of earlier versions; run it again with "
        + "--output."
    case .absent(let path, let run):
      "the run in \(run) was made from \(path), which is not there; put it back there, or run the command again with the "
        + "paths as they are now."
    case .overRunFile(let path):
      "--output is \(path), a file of the run; name another file."
    case .noPrinter:
      "--pdf needs Chromium or LibreOffice, and neither is in the search path; install one (apt install chromium), or print "
        + "the page from a browser."
    case .notPrinted(let program, let message):
      "--pdf: \(program) made no PDF (\(message)); leave out --pdf, and print the page from a browser."
    case .notHTML(let path):
      "--output is \(path), but the report is a page in HTML; give --pdf to have it as PDF beside that."
    }
  }
}
