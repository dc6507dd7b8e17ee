import CommandTestSupport
import Foundation
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// Runs a command that is not of one model.
func means(_ arguments: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(MeansPlugin())
  return command(arguments, registry)
}

private func text(_ folder: URL, _ name: String) throws -> String {
  try String(contentsOf: folder.appending(path: name), encoding: .utf8)
}

/// The page of a run by `--report` and by `ppl report`.
@Suite struct ReportTests {
  private let nuts = ["--backend", "nuts", "--chains", "2", "--warmup", "20", "--draws", "10"]

  @Test func aModelOfAStrangerHasAPageWithoutALineOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let result = means("fit", nuts + ["--report", "--output", run.path])
      #expect(result.status == 0, "\(result.errors)")
      let page = try text(run, "report.html")
      #expect(page.contains("<h2 id=\"s1\">Summary</h2>"))
      #expect(page.contains("Posterior of each number</caption>"))
      #expect(page.contains("ppl fit means --backend nuts --chains 2"))
      for line in try text(run, "summary.txt").split(separator: "\n") {
        #expect(page.contains(HTMLText.escaped(String(line))), "\(line)")
      }
      let record = try #require(RecordValue(contentsOf: run.appending(path: "run.json")))
      #expect(record["files"]?.elements.contains(.text("report.html")) == true)
      // Rebuilt from the files it is the same, byte for byte.
      let other = folder.appending(path: "page.html")
      let again = means(["report", run.path, "--output", other.path])
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.output == "wrote \(other.relativePath)")
      #expect(try text(folder, "page.html") == page)
    }
  }

  @Test func theReportChangesNoDigitOfTheOtherFiles() throws {
    try withTemporaryFolder { folder in
      let (a, b) = (folder.appending(path: "a"), folder.appending(path: "b"))
      #expect(means("fit", nuts + ["--output", a.path]).status == 0)
      #expect(means("fit", nuts + ["--report", "--output", b.path]).status == 0)
      for name in try names(in: a) where name != "run.json" {
        let difference = RunDifference(name, in: a, and: b).difference
        #expect(difference == nil, "\(name): \(difference ?? "")")
      }
    }
  }

  @Test func aRunOfStationsHasItsTablesInThePrintedWords() throws {
    let rows = [
      "station,lon,lat,name", "0016A,1.18,41.15,Reus <Aeropuerto>", "0076,2.07,41.29,A & 'B'",
      "3195,-3.68,40.41,Madrid", "",
    ]
    try withData(["stations.csv": rows.joined(separator: "\n")]) { folder in
      let result = fit(folder, to: "run", "--steps", "30", "--report")
      #expect(result.status == 0, "\(result.errors)")
      let page = try text(folder.appending(path: "run"), "report.html")
      for title in ["Data and quality", "Parameters", "Stations", "How to repeat this run"] {
        #expect(page.contains(">\(title)</h2>"), "\(title)")
      }
      #expect(page.contains("Reus &lt;Aeropuerto&gt;") && page.contains("A &amp; &#39;B&#39;"))
      #expect(!page.contains("<Aeropuerto>"))
      #expect(page.contains("17 maxima used, 1 station-year missing"))
    }
  }

  @Test(arguments: [
    (
      ["report", "nowhere"],
      "nowhere is not the folder of a run: it has neither run.json nor predict.json; give the folder of --output."
    ),
    (
      ["rerun", "nowhere"],
      "nowhere is not the folder of a run: it has neither run.json nor predict.json; give the folder of --output."
    ),
  ])
  func aFolderWithoutARunIsRefused(arguments: [String], message: String) {
    let result = ppl(arguments)
    #expect(result.status == 2)
    #expect(result.errors == "Error: \(message)")
  }

  @Test func reportNeedsAFolder() {
    let result = means("fit", ["--report"])
    #expect(result.status == 64)
    #expect(
      result.errors.contains("--report needs --output, the folder for the page and its figures."))
  }

  @Test func thePageReplacesNoFileOfTheRunAndIsNoPDF() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      #expect(means("fit", nuts + ["--output", run.path]).status == 0)
      let before = try text(run, "results.json")
      let over = run.appending(path: "results.json").path
      let result = means(["report", run.path, "--output", over])
      #expect(result.status == 2)
      #expect(
        result.errors == "Error: --output is \(over), a file of the run; name another file.")
      #expect(try text(run, "results.json") == before)
      let pdf = means(["report", run.path, "--output", "page.pdf"])
      #expect(
        pdf.errors
          == "Error: --output is page.pdf, but the report is a page in HTML; give --pdf to have it as PDF beside that."
      )
      #expect(means(["report", run.path, "--output="]).status == 64)
    }
  }

  @Test func withoutABrowserThePDFIsRefusedWithTheRemedy() throws {
    do {
      _ = try PagePrinter(searchPath: "/nowhere")
      Issue.record("found a printer")
    } catch {
      #expect(
        "\(error)"
          == "--pdf needs Chromium or LibreOffice, and neither is in the search path; install one (apt install chromium), "
          + "or print the page from a browser.")
    }
  }

  @Test func aPrinterThatMakesNoFileIsNamed() throws {
    try withTemporaryFolder { folder in
      let program = folder.appending(path: "chromium")
      try Data("#!/bin/sh\necho no display >&2\n".utf8).write(to: program)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: program.path)
      let printer = try PagePrinter(searchPath: folder.path)
      let page = folder.appending(path: "a.html")
      try Data("<p>a</p>".utf8).write(to: page)
      #expect(throws: ReportError.notPrinted(program: program.path, message: "no display")) {
        try printer.print(page, to: folder.appending(path: "a.pdf"))
      }
      #expect(
        "\(ReportError.notPrinted(program: "P", message: "M"))"
          == "--pdf: P made no PDF (M); leave out --pdf, and print the page from a browser.")
    }
  }

  @Test func filesAreAPageForAnyOtherCommand() throws {
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write(
        [
          OutputFile("summary.txt", text: "Study of <filters>\n\nscheme   score\nA        0.1\n"),
          OutputFile("scores.csv", text: "scheme,score\nA,0.1\n"),
          OutputFile("figure2.csv", text: "x\n1\n"),
          OutputFile("figure2.svg", text: "<svg width='2' height='1'><g/></svg>"),
          .captions([FigureCaption(name: "figure2", title: "Scores", caption: "Zero is best.")]),
          OutputFile("run.json", json: ["seed": 3]),
        ], command: RecordedCommand(["run", "study", "--seed", "3"]))
      let page = RunPage(files: try RunFiles(folder)).page.html
      #expect(page.contains("<h1>study</h1>") && page.contains("Study of &lt;filters&gt;"))
      #expect(page.contains("scores.csv</caption>") && !page.contains("figure2.csv</caption>"))
      #expect(page.contains("<strong>Scores</strong> Zero is best.</figcaption>"))
      #expect(page.contains("ppl run study --seed 3"))
    }
  }
}
