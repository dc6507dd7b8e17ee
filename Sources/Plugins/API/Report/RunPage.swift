import Foundation
import Runs
import Tables

/// The page of a run: what its files tell, and the sections and figures of its model.
struct RunPage {
  let files: RunFiles
  /// The printed report where the folder has none.
  var printed: String?
  /// The sections of the model between the verdict and the figures.
  var sections: [ReportSection] = []
  /// What could not be shown, with the reason, a sentence each.
  var problems: [String] = []
  /// The figures; those of the folder if nil.
  var figures: [ReportFigure]?

  /// The page of the run.
  var page: ReportPage {
    ReportPage(
      title: title,
      sections: [summary, verdict, notShown].compactMap(\.self)
        + (sections.isEmpty ? tables : sections)
        + [figureSection, printedSection].compactMap(\.self)
        + [RepeatSection(files: files).section],
      footer: "Made by ppl \(PPLVersion.current). " + date)
  }

  private var date: String { files.record["date"]?.string.map { "Run of \($0)." } ?? "" }

  private var text: String? { files.summary ?? printed }

  // MARK: What was run

  private var title: String {
    let words = files.command
    let second = words.count > 1 ? words[1] : nil
    let name = files.record["model"]?.string ?? second ?? files.folder.lastPathComponent
    switch words.first {
    case "calibrate": return "Calibration of \(name)"
    case "compare": return "Comparison of fits"
    case "predict": return "Predictions by \(name)"
    default: return name
    }
  }

  private var paragraphs: [[String]] {
    (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty).map { $0.map(String.init) }
  }

  private var summary: ReportSection? {
    guard let first = paragraphs.first else { return nil }
    // A printed table has columns, a heading has sentences.
    // The sections of a model have the other lines about its data.
    let lines = first.filter { !$0.contains("   ") }.prefix(sections.isEmpty ? first.count : 1)
    var blocks: [ReportBlock] = lines.map { .paragraph($0) }
    if let how { blocks.append(.paragraph(how)) }
    return blocks.isEmpty ? nil : ReportSection("Summary", blocks)
  }

  /// How a model was fitted, a sentence; nil for other commands.
  private var how: String? {
    let record = files.record
    guard files.command.first == "fit", let seed = record["seed"]?.plainText else { return nil }
    let backend = record["options"]?["backend"]?.string.map { " by \($0)" } ?? ""
    let chains = record["inference"]?["chains"]?.plainText.map { " of each of \($0) chains" }
    let draws = record["draws"]?.plainText.map { ", \($0) draws" + (chains ?? "") } ?? ""
    let data =
      files.data.isEmpty
      ? " to its example" : " to the data in \(files.data.joined(separator: ", "))"
    return "Fitted\(data)\(backend), seed \(seed)\(draws)."
  }

  // MARK: Verdict

  private var verdict: ReportSection? {
    guard let verdict = files.results?["verdict"]?.string else { return nil }
    var blocks: [ReportBlock] = [
      .verdict(verdict, isGood: files.results?["converged"]?.isTrue ?? false)
    ]
    if let course = paragraphs.last(where: { $0.contains(verdict) }) {
      let others = course.filter { $0 != verdict }
      if !others.isEmpty { blocks.append(.list(others)) }
    }
    let rows = (files.results?["diagnostics"]?.members ?? []).compactMap { name, value in
      Self.diagnostics[name].flatMap { words in value.plainText.map { [words, $0] } }
    }
    if !rows.isEmpty {
      blocks.append(.table(ReportTable("Diagnostics", header: ["number", "value"], rows: rows)))
    }
    return ReportSection("Verdict", blocks)
  }

  private static let diagnostics = [
    "rhat_max": "largest R-hat (at most 1.01)", "ess_bulk_min": "least bulk effective sample size",
    "ess_tail_min": "least tail effective sample size", "divergences": "divergent transitions",
    "ebfmi_min": "least energy fraction of missing information", "khat": "Pareto k-hat",
    "khat_se": "standard error of k-hat", "elbo": "evidence lower bound, nats",
    "elbo_se": "standard error of the bound, nats", "log_evidence": "log evidence, nats",
    "importance_efficiency": "effective share of draws",
    "impossible_share": "share of draws without a density",
    "effective_points": "effective points of the hyperparameters",
  ]

  private var notShown: ReportSection? {
    problems.isEmpty ? nil : ReportSection("Not shown", [.list(problems)])
  }

  // MARK: Tables, figures, printed text

  /// The first rows of the tables of the folder, without draws and without the numbers of figures.
  private var tables: [ReportSection] {
    let drawn = Set((figures ?? files.figures).map(\.name))
    let hidden = [RunFileName.draws, RunFileName.losses, "levels_draws.csv"]
    let found = files.names.compactMap { name -> ReportBlock? in
      guard name.hasSuffix(".csv"), !hidden.contains(name),
        !drawn.contains(String(name.dropLast(4))),
        let text = files.text(name), let table = ReportTable(csv: text, named: name)
      else { return nil }
      return .table(table.first(20, allIn: name))
    }
    return found.isEmpty ? [] : [ReportSection("Tables", found)]
  }

  private var figureSection: ReportSection? {
    let shown = figures ?? files.figures
    return shown.isEmpty ? nil : ReportSection("Figures", shown.map { .figure($0) })
  }

  private var printedSection: ReportSection? {
    text.map { ReportSection("As it was printed", [.printed($0)]) }
  }
}

extension ReportTable {
  /// The table of comma-separated text; nil for text that is no table, or has no row.
  init?(csv text: String, named name: String) {
    guard let table = try? CSVTable(parsing: text, file: name), !table.rows.isEmpty else {
      return nil
    }
    self.init(
      name, header: table.header.map(\.name),
      rows: table.rows.map { row in
        table.header.map { column in
          let cell = table.text(row, column)
          guard let number = Double(cell), cell.count > 10 else { return cell }
          return String(format: "%.6g", number)
        }
      })
  }
}
