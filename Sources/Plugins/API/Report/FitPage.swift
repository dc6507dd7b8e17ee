import Foundation
import Parallel
import Plotting
import Runs

/// The figures and sections of a fit for the page of its run, as far as they could be made.
///
/// No failure is thrown: the results of a fit are worth more than their picture.
struct FitPage {
  /// The figures of the model; none where making them failed.
  private(set) var figures: [CaptionedFigure] = []
  /// The figures with their drawings, in the same order.
  private(set) var drawn: [ReportFigure] = []
  /// The sections of the model; none where making them failed.
  private(set) var sections: [ReportSection] = []
  /// What could not be made, with the reason, a sentence each.
  private(set) var problems: [String] = []

  /// The figures and sections of a fit.
  ///
  /// - Complexity: That of the figures of the model, and a run of gnuplot for each.
  init<M: FittableModel>(_ fitted: FittedModel<M>) {
    do { sections = try fitted.model.sections(fitted) } catch {
      problems.append("the sections of the model are not on the page: \(error)")
    }
    do { figures = try fitted.model.figures(fitted) } catch {
      problems.append("the figures are not on the page: \(error)")
    }
    drawn = Self.drawn(figures, fitted.context.pool)
    for (reason, figures) in Dictionary(grouping: drawn.filter { $0.problem != nil }, by: \.problem)
      .sorted(by: { $0.value[0].name < $1.value[0].name })
    {
      let names = figures.map { "\"\($0.name)\"" }.joined(separator: ", ")
      problems.append("not drawn: \(names): \(reason ?? "")")
    }
  }

  /// The figures drawn as SVG; without drawings where gnuplot is not installed or fails.
  private static func drawn(_ figures: [CaptionedFigure], _ pool: WorkPool) -> [ReportFigure] {
    let plain = figures.map {
      ReportFigure(name: $0.name, title: $0.title, caption: $0.caption, svg: nil)
    }
    guard Gnuplot.isInstalled else { return plain }
    @Sendable func withProblem(_ figure: ReportFigure, _ error: any Error) -> ReportFigure {
      var figure = figure
      figure.problem = "\(error)"
      return figure
    }
    do {
      return try pool.mapParts(of: figures.count) { range in
        range.map { index in
          var drawn = plain[index]
          do { drawn.svg = try figures[index].content.figure.svg() } catch {
            return withProblem(drawn, error)
          }
          return drawn
        }
      }.flatMap(\.self)
    } catch { return plain.map { withProblem($0, error) } }
  }

  /// The page of the run.
  ///
  /// - Parameters:
  ///   - files: The files of the run.
  ///   - printed: The printed report where the folder has none.
  func page(_ files: RunFiles, printed: String?) -> ReportPage {
    RunPage(
      files: files, printed: printed, sections: sections, problems: problems, figures: drawn
    ).page
  }
}

extension FittedModel {
  /// The files of `--report`: the page, and each figure with its numbers.
  ///
  /// A figure or section that could not be made is a warning, and a sentence on the page.
  ///
  /// - Parameter report: The printed report, whose files come before these.
  func pageFiles(_ report: RunReport) -> [OutputFile] {
    let shown = FitPage(self)
    for problem in shown.problems { context.control.warn("Warning: \(problem)") }
    let folder = RunFileName.figures
    let pictures = zip(shown.figures, shown.drawn).flatMap { figure, drawn in
      [
        OutputFile("\(folder)/\(figure.name).csv", text: figure.content.csv),
        drawn.svg.map { OutputFile("\(folder)/\(figure.name).svg", text: $0) }
          ?? OutputFile("\(folder)/\(figure.name).gnuplot", text: figure.content.figure.script),
      ]
    }
    let captions =
      shown.figures.isEmpty ? [] : [OutputFile.captions(shown.figures.map(\.words), in: folder)]
    let page = OutputFile(
      RunFileName.report,
      writtenBy: { place in
        // The other files of the run, which are complete beside the page before it is made.
        let files = try RunFiles(place.deletingLastPathComponent())
        let html = shown.page(files, printed: report.table).html
        try Data(html.utf8).write(to: place)
      })
    return pictures + captions + (report.hasRecord ? [page] : [])
  }
}

extension RunReport {
  /// Whether one of the files is the record of a run, without which there is no page.
  fileprivate var hasRecord: Bool { files.contains { RunFileName.records.contains($0.name) } }

  /// The report with a page made of its files, for models that fit by a method of their own and for tools.
  func withPageOfFiles() -> RunReport {
    guard !files.contains(where: { $0.name == RunFileName.report }), hasRecord else { return self }
    var report = self
    let table = table
    report.files.append(
      OutputFile(
        RunFileName.report,
        writtenBy: { place in
          let files = try RunFiles(place.deletingLastPathComponent())
          try Data(RunPage(files: files, printed: table).page.html.utf8).write(to: place)
        }))
    return report
  }
}
