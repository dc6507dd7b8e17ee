import ArgumentParser
import CommandTestSupport
import Foundation
import Inference
import Plotting
import Runs
import TestSupport
import Testing

@testable import Plugins

/// A page whose figures or sections fail.
private enum Fault: String, CaseIterable, Error, CustomStringConvertible {
  case drawing, figures, sections
  var description: String { "the \(rawValue) cannot be made" }
}

/// A figure at which gnuplot ends with a message and status 1.
private struct Undrawable: Figure {
  let script = "no command of gnuplot\n"
}

/// The mean of two numbers, with a fault in its page.
private struct FaultyPage: FittableModel {
  let fault: Fault
  var name: String { "means" }
  var summary: String { base.summary }
  var dataNeeded: String { base.dataNeeded }
  private let base = MeanOfTwo()

  init(fault: Fault) { self.fault = fault }

  func problem(_ options: MeanOfTwo.Options, _ dataset: Void) -> InferenceProblem {
    base.problem(options, dataset)
  }

  func figures(_ fitted: FittedModel<Self>) throws -> [CaptionedFigure] {
    if fault == .figures { throw fault }
    guard fault == .drawing else { return [] }
    return [
      CaptionedFigure(
        name: "bad", title: "A bad figure", caption: "It cannot be drawn.",
        content: NumberedFigure(figure: Undrawable(), csv: "x\n1\n"))
    ]
  }

  func sections(_ fitted: FittedModel<Self>) throws -> [ReportSection] {
    if fault == .sections { throw fault }
    return [try fitted.posteriorSection()]
  }
}

private struct FaultyPlugin: Plugin {
  let name = "faulty", summary = "A faulty page."
  let models: [any FittableModel]
}

/// Reports whose page cannot be made in full: the results are written all the same.
@Suite(.enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"))
struct FailedPageTests {
  private func run(_ arguments: [String], _ fault: Fault) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(FaultyPlugin(models: [FaultyPage(fault: fault)]))
    return command(arguments, registry)
  }

  @Test(arguments: Fault.allCases)
  private func aFailedPageLosesNoResult(fault: Fault) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      let flags = ["--backend", "svi", "--steps", "20", "--draws", "10", "--report"]
      let result = run(["fit", "means", "--output", path] + flags, fault)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("mean"))
      let reason = fault == .drawing ? "not drawn: \"bad\": " : "\(fault)"
      #expect(result.errors.contains("Warning: ") && result.errors.contains(reason))
      let files = try names(in: folder.appending(path: "run"))
      for name in [
        "run.json", "results.json", "draws.csv", "checkpoint.json", "posterior.nc", "summary.txt",
        "report.html",
      ] {
        #expect(files.contains(name), "\(name)")
      }
      let page = try String(contentsOfFile: path + "/report.html", encoding: .utf8)
      #expect(page.contains(HTMLText.escaped(reason)))
      if fault == .drawing {
        #expect(page.contains("It cannot be drawn.</figcaption>") && page.contains("Not drawn: "))
        let script = try String(contentsOfFile: path + "/figures/bad.gnuplot", encoding: .utf8)
        #expect(script == Undrawable().script)
      }
      #expect(page.contains("Posterior of each number</caption>") == (fault != .sections))
      // The page of the restored fit tells the same.
      let again = run(["report", path], fault)
      #expect(again.status == 0 && again.errors.contains(reason), "\(again.errors)")
      #expect(try String(contentsOfFile: path + "/report.html", encoding: .utf8) == page)
    }
  }

  @Test func aFitThatCannotBeRestoredIsNoPageOfItsFiles() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run").path
      let fit = ["fit", "means", "--backend", "laplace", "--draws", "10", "--output", path]
      #expect(means(fit).status == 0)
      let stranger = run(["report", path, "--output", path + "/page.html"], .drawing)
      #expect(stranger.status == 0, "\(stranger.errors)")
      let unknown = command(["report", path], PluginRegistry())
      #expect(unknown.status != 0 && unknown.errors.contains("no model is named \"means\""))
      try FileManager.default.removeItem(atPath: path + "/checkpoint.json")
      let result = means(["report", path])
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: the run in \(path) has no checkpoint.json, from which its draws are restored; fit again with --output."
      )
      #expect(!FileManager.default.fileExists(atPath: path + "/report.html"))
    }
  }
}
