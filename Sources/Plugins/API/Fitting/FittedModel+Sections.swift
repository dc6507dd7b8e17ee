import Foundation
import Inference
import Plotting
import Runs

extension FittedModel {
  /// The section with the table of the posterior: each number with its unit, summary and convergence.
  ///
  /// - Parameter sites: The sites, in order; those of the default report if nil.
  /// - Throws: As `posterior(key:)`.
  public func posteriorSection(of sites: [String]? = nil) throws -> ReportSection {
    let posterior = try posterior()
    let names = sites ?? problem.reportedSites ?? posterior.draws.names
    let isPoint = fit.isPoint
    let hasUnits = names.contains { posterior.units[$0] != nil }
    let hasChains = posterior.hasMarkovChains && !isPoint
    let rows = try names.flatMap { site in
      zip(
        posterior.elementNames(of: site),
        try posterior.parameterSummaries(of: site, pool: context.pool)
      ).map { name, s in
        let numbers = isPoint ? [s.mean] : [s.mean, s.sd, s.q05, s.q50, s.q95]
        let chains =
          [s.rhat.map { String(format: "%.3f", $0) }]
          + [s.bulkESS, s.tailESS].map { $0.map { String(format: "%.0f", $0) } }
        return [name] + (hasUnits ? [posterior.units[site] ?? ""] : [])
          + numbers.map(reportNumber) + (hasChains ? chains.map { $0 ?? "" } : [])
      }
    }
    let header =
      ["number"] + (hasUnits ? ["unit"] : [])
      + (isPoint ? ["point"] : ["mean", "sd", "5 %", "50 %", "95 %"])
      + (hasChains ? ["R-hat", "ESS bulk", "ESS tail"] : [])
    return ReportSection(
      "Posterior",
      [
        .table(
          ReportTable("Posterior of each number", header: header, rows: rows)
            .first(200, allIn: RunFileName.results))
      ])
  }

  /// The figures of the model, drawn as SVG; without drawings where gnuplot is not installed.
  ///
  /// - Throws: What the model throws; `PlottingError` where gnuplot fails.
  func drawnFigures(_ figures: [CaptionedFigure]) throws -> [ReportFigure] {
    let canDraw = Gnuplot.isInstalled
    return try context.pool.mapParts(of: figures.count) { range in
      try figures[range].map { figure in
        ReportFigure(
          name: figure.name, title: figure.title, caption: figure.caption,
          svg: canDraw ? try figure.content.figure.svg() : nil)
      }
    }.flatMap(\.self)
  }

  /// The page of the fit, from its files and from what the model shows.
  ///
  /// - Parameters:
  ///   - files: The files of the run.
  ///   - figures: The drawn figures.
  ///   - printed: The printed report where the folder has none.
  func page(_ files: RunFiles, figures: [ReportFigure], printed: String?) throws -> ReportPage {
    RunPage(
      files: files, printed: printed, sections: try model.sections(self), figures: figures
    ).page
  }

  /// The files of `--report`: the page, and each figure with its numbers.
  ///
  /// - Parameter report: The printed report, whose files come before these.
  func pageFiles(_ report: RunReport) throws -> [OutputFile] {
    let figures = try model.figures(self)
    let drawn = try drawnFigures(figures)
    let folder = RunFileName.figures
    let pictures = zip(figures, drawn).flatMap { figure, drawn in
      [
        OutputFile("\(folder)/\(figure.name).csv", text: figure.content.csv),
        drawn.svg.map { OutputFile("\(folder)/\(figure.name).svg", text: $0) }
          ?? OutputFile("\(folder)/\(figure.name).gnuplot", text: figure.content.figure.script),
      ]
    }
    let captions =
      figures.isEmpty ? [] : [OutputFile.captions(figures.map(\.words), in: folder)]
    let page = OutputFile(
      RunFileName.report,
      writtenBy: { place in
        // The other files of the run, which are complete beside the page before it is made.
        let files = try RunFiles(place.deletingLastPathComponent())
        let html = try self.page(files, figures: drawn, printed: report.table).html
        try Data(html.utf8).write(to: place)
      })
    return pictures + captions + [page]
  }
}

extension RunReport {
  /// The report with a page made of its files, for models that fit by a method of their own.
  func withPageOfFiles() -> RunReport {
    guard !files.contains(where: { $0.name == RunFileName.report }) else { return self }
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

/// A number of a report with five significant digits.
func reportNumber(_ number: Double) -> String { String(format: "%.5g", number) }
