import Foundation
import Inference
import PPL
import Parallel
import Plotting
import Preconditions
import Runs
import Tables

/// The figures of the numbers of a posterior: intervals of all sites, and the prior against the posterior.
struct PosteriorFigures {
  let posterior: Posterior
  let sites: [String]?
  let isPoint: Bool

  /// The interval plot of all sites: posterior means and 90 % intervals, a panel for the scalars and for each site of several
  /// elements.
  func forest() throws -> CaptionedFigure? {
    let (mostPanels, mostRows) = (6, 40)
    let names = (sites ?? posterior.draws.names).filter { posterior.draws.find($0) != nil }
    let scalars = names.filter { posterior.draws[$0].rank == 1 }
    let fields = names.filter { posterior.draws[$0].rank > 1 }
    var csv = CSVWriter(header: ["number", "unit", "mean", "q05", "q95"])
    var (panels, most): ([PlotPanel], Int) = ([], 1)
    for group in ([scalars] + fields.map { [$0] }).filter({ !$0.isEmpty }) {
      let rows = group.flatMap { site in
        zip(posterior.elementNames(of: site), posterior.summaries(of: site)).map {
          (site, $0.0, $0.1)
        }
      }.filter { [$0.2.mean, $0.2.q05, $0.2.q95].allSatisfy(\.isFinite) }
      for (site, name, s) in rows {
        csv.append([
          .text(name), .text(posterior.units[site] ?? ""), .number(s.mean), .number(s.q05),
          .number(s.q95),
        ])
      }
      guard panels.count < mostPanels, !rows.isEmpty else { continue }
      let shown = rows.prefix(mostRows)
      most = max(most, shown.count)
      let isScalars = group == scalars
      let sizes = shown.map { abs($0.2.mean) }.filter { $0 > 0 }
      // Scalars of several orders of magnitude are told apart on an axis that is logarithmic beyond the smallest.
      let isWide = isScalars && (sizes.max() ?? 1) > 30 * (sizes.min() ?? 1)
      let unit = posterior.units[group[0]].map { $0.isEmpty ? "" : ", \($0)" } ?? ""
      let places = shown.indices.map { Double(shown.count - 1 - $0) }
      panels.append(
        PlotPanel(
          title: isScalars ? "numbers" : "\(group[0])\(unit)",
          xAxis: Axis("", isWide ? .symlog(threshold: 1) : .linear),
          yAxis: Axis(
            "", .linear, limits: -0.7...(Double(shown.count) - 0.3), ticks: places,
            tickLabels: shown.map { short($0.1, of: $0.0, isScalars: isScalars) }),
          layers: [
            .polylines(
              zip(shown, places).map { row, y in
                [SIMD2(row.2.q05, y), SIMD2(row.2.q95, y)]
              }, color: .palette(0), width: 2),
            .points(x: shown.map(\.2.mean), y: places, color: .palette(0)),
          ]))
    }
    guard !panels.isEmpty else { return nil }
    let columns = min(3, panels.count)
    let interval = isPoint ? "Values of the fit to a point" : "Posterior means and 90 % intervals"
    return CaptionedFigure(
      name: "forest", title: "Intervals of all sites",
      caption:
        "\(interval), from \(counted(posterior.draws.count, "draw")): numbers in one panel, and each site of several elements "
        + "in another, in the unit of the site; at most \(mostRows) elements of \(mostPanels) sites are drawn, and the table has "
        + "all.",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: columns, width: 4.2 * Double(columns),
          height: max(3, 0.9 + 0.17 * Double(most)) * Double((panels.count + columns - 1) / columns)
        ), csv: csv.text))
  }

  private func short(_ name: String, of site: String, isScalars: Bool) -> String {
    guard !isScalars, name.hasPrefix(site + "["), name.hasSuffix("]") else { return name }
    return String(name.dropFirst(site.count + 1).dropLast())
  }

  /// The densities of the main numbers by the prior and by the posterior.
  ///
  /// - Parameters:
  ///   - model: The model given its data.
  ///   - key: The key of the draws of the prior.
  ///   - pool: The threads that share them.
  /// - Returns: Nil for a point, and for a prior that cannot be drawn from.
  func priorAndPosterior(
    _ model: Model<Void>, key: RandomKey, pool: WorkPool
  ) throws -> CaptionedFigure? {
    let numbers = MainNumbers(posterior, of: sites, limit: 9).numbers
    guard !isPoint, !numbers.isEmpty else { return nil }
    // Few draws of the posterior need no finer prior beside them.
    let count = min(2000, 20 * posterior.draws.count)
    let wanted = Set(numbers.map(\.site))
    // A prior without a sampler, or a site that the model of the data alone has, leaves no figure.
    guard
      let prior = try? Predictive(model.unconditioned(), draws: count)(
        key: key, sites: wanted, pool: pool)
    else { return nil }
    var csv = CSVWriter(header: ["number", "value", "prior_density", "posterior_density"])
    let panels = numbers.compactMap { number -> PlotPanel? in
      guard let all = prior.find(number.site)?.scalars else { return nil }
      let elements = all.count / count
      let before = (0..<count).map { all[$0 * elements + number.element] }
      let after = number.draws
      guard before.allSatisfy(\.isFinite) else { return nil }
      let range = widened(
        min(quantile(before, 0.01), after.min() ?? 0),
        max(quantile(before, 0.99), after.max() ?? 1))
      let (a, b) = (
        Histogram(before, bins: 60, over: range), Histogram(after, bins: 60, over: range)
      )
      let middles = zip(a.edges, a.edges.dropFirst()).map { ($0 + $1) / 2 }
      for (k, x) in middles.enumerated() {
        csv.append([
          .text(number.label), .number(x), .number(a.densities[k]), .number(b.densities[k]),
        ])
      }
      return PlotPanel(
        xAxis: Axis(number.label), yAxis: Axis("density", including: 0),
        layers: [
          .bars("posterior", edges: b.edges, heights: b.densities),
          .line("prior", x: middles, y: a.densities, color: .palette(1)),
        ], legend: .topRight)
    }
    guard !panels.isEmpty else { return nil }
    return CaptionedFigure(
      name: "prior-posterior", title: "Prior and posterior",
      caption:
        "Densities of the main numbers by the prior (\(count) draws) and by the posterior "
        + "(\(counted(posterior.draws.count, "draw"))), in 60 bins. Where both agree the data say nothing of the number.",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: 3, width: 12,
          height: 3 * Double((panels.count + 2) / 3)), csv: csv.text))
  }
}
