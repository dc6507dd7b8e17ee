import Foundation
import Preconditions
import Runs

extension PredictionReport {
  /// The largest number of rows that a table shows, beyond which it shows ranges over the places.
  private static var mostRows: Int { 60 }

  /// The text for standard output.
  var table: String {
    let sections = [climates, levels, events, joint, designLife, notes]
    return ([heading] + sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") })
      .joined(separator: "\n\n")
  }

  private var notes: [String] {
    [numbers.note, numbers.places.axes.noGeoJSON].compactMap(\.self)
  }

  private var heading: String {
    "\(M.name), fit in \(run): predictions at \(counted(numbers.places.count, "place")) from "
      + counted(numbers.drawCount, "draw")
  }

  private var climates: [String] {
    var table = TextTable([.leading(), .trailing(), .leading()], gap: 2)
    table.append(["climate", "GMST, °C", "from"])
    for climate in numbers.climates {
      table.append([climate.label, text(climate.gmst), climate.source])
    }
    if let baseline = numbers.baseline {
      table.append(["baseline \(baseline.label)", text(baseline.gmst), baseline.source])
    }
    return table.lines
  }

  private var levels: [String] {
    let rows = numbers.levels.map { level in
      Row(
        labels: ["\(shortNumber(level.period)) years", level.climate.label], numbers: level.numbers)
    }
    return section("return levels, \(numbers.unit)", ["period", "climate"], rows)
  }

  private var events: [String] {
    let rows = numbers.events.flatMap { event -> [Row] in
      let labels = [shortNumber(event.value), event.climate.label]
      let found: [(String, [PredictedNumber]?)] = [
        ("probability", event.numbers.probability), ("return period", event.numbers.returnPeriod),
        ("probability ratio", event.numbers.ratio), ("change in intensity", event.numbers.change),
      ]
      return found.compactMap { name, values in
        values.map { Row(labels: labels + [name], numbers: $0) }
      }
    }
    let all = rows.flatMap(\.numbers)
    let bounds = all.contains { $0.infiniteShare > 0 && $0.undefinedShare == 0 }
    let undefined = all.map(\.undefinedShare).max() ?? 0
    return section("events, \(numbers.unit)", ["event", "climate", ""], rows)
      + (bounds
        ? ["inf: some draws rule the event out; 5 % is then the one-sided 95 % lower bound"] : [])
      + (undefined > 0
        ? [
          String(
            format:
              "left out: up to %.1f %% of the draws, in which the event is certain, or impossible in both climates, so that ",
            100 * undefined)
            + "a ratio or change is not defined; numbers of these rows are of the other draws, without a bound"
        ] : [])
  }

  private var joint: [String] {
    let rows = numbers.joint.flatMap { joint in
      [("all", joint.all), ("any", joint.any)].map { name, number in
        (
          [
            "\(name) \(numbers.isOfMinima ? "below" : "above") \(shortNumber(joint.value))",
            joint.climate.label,
          ],
          number
        )
      }
    }
    guard let first = numbers.joint.first else { return [] }
    var table = TextTable([.leading(), .leading()] + statistics, gap: 1)
    table.append(["places in a year", "climate"] + Self.titles)
    for (labels, number) in rows { table.append(labels + cells(number)) }
    return table.lines + [
      first.simulationErrors.map { _ in
        let errors = numbers.joint.compactMap(\.simulationErrors).flatMap { [$0.all, $0.any] }
        return
          "shares of \(JointExceedance<M>.years) years for each draw, simulated from the model's dependence: means with a "
          + String(format: "Monte Carlo standard error of at most %.1g; ", errors.max() ?? 0)
          + "sd and quantiles hold this error of a single draw, too"
      }
        ?? "independent given the parameters, which stations of a year are not: --dependence copula in the fit gives joint probabilities"
    ]
  }

  private var designLife: [String] {
    let rows = numbers.designLife.map { design in
      Row(labels: ["\(design.span)", "\(design.risk)"], numbers: design.numbers)
    }
    return section("design-life levels, \(numbers.unit)", ["years", "risk"], rows)
  }

  // MARK: Tables

  private struct Row {
    let labels: [String]
    let numbers: [PredictedNumber]
  }

  private static var titles: [String] { ["mean", "sd", "5 %", "50 %", "95 %", "plug-in"] }

  private var statistics: [TextTable.Column] { Self.titles.map { _ in .trailing(10) } }

  /// A row for each place, or ranges over the places where these are many.
  private func section(_ title: String, _ labels: [String], _ rows: [Row]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let names = numbers.places.names
    let labelColumns = labels.map { _ in TextTable.Column.leading() }
    guard rows.count * names.count > Self.mostRows else {
      var table = TextTable([.leading()] + labelColumns + statistics, gap: 1)
      table.append(["place"] + labels + Self.titles)
      for row in rows {
        for (name, number) in zip(names, row.numbers) {
          table.append([name] + row.labels + cells(number))
        }
      }
      return [title] + table.lines
    }
    var table = TextTable(
      labelColumns + [.trailing(10), .trailing(10), .trailing(10), .trailing(10)], gap: 1)
    table.append(labels + ["mean", "lowest", "highest", "mean sd"])
    for row in rows {
      let means = row.numbers.map(\.mean)
      let deviations = row.numbers.compactMap(\.sd)
      table.append(
        row.labels + [
          text(means.reduce(0, +) / Double(means.count)), text(means.min()), text(means.max()),
          // A place with an infinite mean has no deviation, and no mean of them is that of all places.
          text(
            deviations.count < means.count
              ? nil : deviations.reduce(0, +) / Double(deviations.count)),
        ])
    }
    return ["\(title): posterior means over \(counted(names.count, "place")); --output has each"]
      + table.lines
  }

  private func cells(_ number: PredictedNumber) -> [String] {
    [number.mean, number.sd, number.q05, number.q50, number.q95, number.plugin].map(text)
  }

  private func text(_ value: Double?) -> String {
    guard let value else { return "" }
    if value.isNaN { return "undefined" }
    if value != 0, value.isFinite, abs(value) < 1e-3 || abs(value) >= 1e6 {
      return String(format: "%.3g", value)
    }
    return String(format: "%.4f", value)
  }
}
