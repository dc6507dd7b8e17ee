import Foundation
import Inference
import Plugins
import Preconditions
import Runs

extension ExtremesCommand {
  /// The sections of the report page: the results in the printed words, data and quality, parameters, fields, return levels and
  /// dependence.
  public func sections(_ fitted: FittedModel<Self>) throws -> [ReportSection] {
    try ExtremesReport(summary: ExtremesSummary(fitted), fitted: fitted).sections
  }
}

extension ExtremesReport {
  var sections: [ReportSection] {
    let data = fitted.dataset.data
    return [
      ReportSection("Results in words", fieldLines.map { .paragraph($0) }), quality(data),
      ReportSection(
        "Parameters", [.table(ReportTable("Parameters of the model", parameterTable))]),
      ReportSection("Stations", [.table(levelTable(data)), .table(fieldTable(data))]),
    ]
      + (summary.dependence.map { dependence in
        [
          ReportSection(
            "Dependence of stations within a year", dependence.lines.map { .paragraph($0) })
        ]
      } ?? [])
  }

  // MARK: Data

  private func quality(_ data: StationMaxima) -> ReportSection {
    let record = data.record
    var blocks: [ReportBlock] = heading.split(separator: "\n").map { .paragraph(String($0)) }
    blocks.append(.table(completenessTable(data)))
    let findings = record.findings.map { finding in
      [
        finding.check.rawValue, "\(finding.severity)" + (finding.isAllowed ? " (allowed)" : ""),
        finding.station ?? "", finding.year.map { "\($0)" } ?? "", finding.error.found,
        finding.error.remedy,
      ]
    }
    blocks.append(
      findings.isEmpty
        ? .paragraph("The checks of the data found nothing.")
        : .table(
          ReportTable(
            "Findings of the checks",
            header: ["check", "severity", "station", "year", "found", "remedy"], rows: findings
          ).first(50, allIn: RunFileName.run)))
    if !record.dropped.isEmpty {
      let rows = record.dropped.map { dropped in
        [
          dropped.file, "\(dropped.line)", dropped.station ?? "",
          dropped.year.map { "\($0)" } ?? "", dropped.reason.rawValue,
        ]
      }
      blocks.append(
        .table(
          ReportTable(
            "Records that were left out", header: ["file", "line", "station", "year", "reason"],
            rows: rows
          ).first(20, allIn: RunFileName.run)))
    }
    return ReportSection("Data and quality", blocks)
  }

  /// The number of used and missing years of each station, with their range.
  private func completenessTable(_ data: StationMaxima) -> ReportTable {
    let years = data.years.count
    let rows = data.stations.enumerated().map { index, station in
      let values = (0..<years).map { data.maxima[index * years + $0] }
      let known = zip(data.years, values).filter { $1 != nil }
      let numbers = known.compactMap(\.1)
      let sign: Double = fitted.options.minima ? -1 : 1
      let ends = [numbers.min(), numbers.max()].compactMap { $0.map { sign * $0 } }.sorted()
      return [
        station.id, station.name ?? "", "\(known.count)", "\(years - known.count)",
        "\(known.first?.0 ?? 0)", "\(known.last?.0 ?? 0)",
      ] + ends.map(reportNumber)
    }
    return ReportTable(
      "Years of each station",
      header: [
        "station", "name", "used", "missing", "first", "last", "least \(summary.unit)",
        "largest \(summary.unit)",
      ], rows: rows
    ).first(200, allIn: "the data")
  }

  // MARK: Stations

  private func levelTable(_ data: StationMaxima) -> ReportTable {
    let quantities = [
      ("in \(summary.lastYear)", summary.levelNow),
      ("in \(summary.projectionYear)", summary.levelThen), ("shift", summary.shift),
    ]
    return stationTable(
      "\(ExtremesSummary<M>.returnPeriod)-year return level, \(summary.unit)", data, quantities)
  }

  private func fieldTable(_ data: StationMaxima) -> ReportTable {
    stationTable(
      "Fields of the model at the stations", data,
      zip(summary.model.fields, summary.fields).map { field, values in
        (field.name + (field.unit.isEmpty ? "" : ", \(field.unit)"), values)
      })
  }

  /// A table with a row for each station: mean and 90 % interval of each quantity.
  private func stationTable(
    _ caption: String, _ data: StationMaxima, _ quantities: [(name: String, values: [Summary])]
  ) -> ReportTable {
    let isPoint = fitted.fit.isPoint
    let rows = data.stations.enumerated().map { index, station in
      [
        station.id, station.name ?? "", String(format: "%.3f", station.longitude),
        String(format: "%.3f", station.latitude), station.elevation.map(reportNumber) ?? "",
      ]
        + quantities.flatMap { _, values in
          let s = values[index]
          return [String(format: "%.3f", s.mean)]
            + (isPoint ? [] : [String(format: "%.3f to %.3f", s.q05, s.q95)])
        }
    }
    return ReportTable(
      caption,
      header: ["station", "name"] + data.axes.headings + ["elevation m"]
        + quantities.flatMap { [$0.name] + (isPoint ? [] : ["5 % to 95 %"]) }, rows: rows
    ).first(500, allIn: "stations_posterior.csv")
  }
}

/// A number of a report with five significant digits.
private func reportNumber(_ number: Double) -> String { String(format: "%.5g", number) }
