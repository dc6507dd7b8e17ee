import Foundation
import Inference
import PPL
import Plotting
import Preconditions
import Runs
import Tables

/// The figures of predictions of observations that are left out by importance weights: k-hats, and probability integral
/// transforms.
struct PredictionFigures {
  let observations: [ComparedObservation]
  let scores: [PredictionScore]
  let draws: Int

  /// The Pareto k-hat of each observation, with the threshold.
  func khats() throws -> CaptionedFigure? {
    let khats = scores.map { $0.khat ?? .infinity }
    let finite = khats.indices.filter { khats[$0].isFinite }
    guard !finite.isEmpty else { return nil }
    let threshold = ParetoSmoothing.threshold(draws: draws)
    var csv = CSVWriter(header: ["observation", "khat"])
    for (observation, khat) in zip(observations, khats) {
      csv.append([.text(observation.name), .number(khat)])
    }
    let above = khats.count { !($0 <= threshold) }
    let panel = PlotPanel(
      xAxis: "observation", yAxis: Axis("Pareto k-hat", including: 0),
      layers: [
        .points(x: finite.map(Double.init), y: finite.map { khats[$0] }, size: 3),
        .horizontal(at: threshold, color: .red, dash: .dashed),
      ])
    return CaptionedFigure(
      name: "khat", title: "Reliability of leaving out by weights",
      caption:
        "Pareto k-hat of the importance weights that leave out each observation, in the order of the data, from "
        + "\(counted(draws, "draw")); \(above) of \(khats.count) are above the dashed threshold "
        + String(format: "%.2f", threshold) + ", where the weights are not reliable.",
      content: NumberedFigure(
        figure: try PanelGrid(panels: [panel], width: 9, height: 3.6), csv: csv.text))
  }

  /// The histogram of the leave-one-out probability integral transforms, and the coverage of central intervals.
  ///
  /// - Returns: Nil for observations without an order.
  /// - Reference: Gelman et al. (2014), *Bayesian Data Analysis*, §6.3; Gneiting, Balabdaoui and Raftery (2007), *Probabilistic
  ///   forecasts, calibration and sharpness*, §3.1.
  func transforms() throws -> CaptionedFigure? {
    let values = scores.compactMap(\.pit).filter(\.isFinite)
    guard values.count >= 20 else { return nil }
    let bins = min(20, values.count / 10 + 2)
    let histogram = Histogram(values, bins: bins, over: 0...1)
    // The count in a bin of uniform numbers is binomial; its normal approximation.
    let (n, p) = (Double(values.count), 1 / Double(bins))
    let half = 1.645 * (n * p * (1 - p)).squareRoot() / (n * p)
    let levels = (1..<20).map { Double($0) / 20 }
    let covered = levels.map { level in
      Double(values.count { abs($0 - 0.5) <= level / 2 }) / n
    }
    let spread = levels.map { 1.645 * ($0 * (1 - $0) / n).squareRoot() }
    var csv = CSVWriter(header: ["kind", "x", "value"])
    for (bin, density) in histogram.densities.enumerated() {
      csv.append(["density", .number(histogram.edges[bin]), .number(density)])
    }
    for (level, share) in zip(levels, covered) {
      csv.append(["coverage", .number(level), .number(share)])
    }
    let panels = [
      PlotPanel(
        xAxis: Axis("predictive probability of a smaller value", .linear, limits: 0...1),
        yAxis: Axis("density", .linear, including: 0),
        layers: [
          .bars(edges: histogram.edges, heights: histogram.densities),
          .band(x: [0, 1], low: [1 - half, 1 - half], high: [1 + half, 1 + half], color: .grey),
          .horizontal(at: 1, dash: .dashed),
        ]),
      PlotPanel(
        xAxis: Axis("central interval", .linear, limits: 0...1),
        yAxis: Axis("share of observations inside", .linear, limits: 0...1),
        layers: [
          .band(
            x: levels, low: zip(levels, spread).map { max(0, $0 - $1) },
            high: zip(levels, spread).map { min(1, $0 + $1) }, color: .grey),
          .diagonal(), .points(x: levels, y: covered),
        ]),
    ]
    return CaptionedFigure(
      name: "loo-pit", title: "Calibration of predictions",
      caption:
        "Left: the probability of a smaller value under the predictive distribution of each of \(values.count) observations "
        + "given all others, which is uniform (dashed) for a calibrated model. Right: the share of observations inside their "
        + "central intervals. Grey: where 90 % of independent observations of a calibrated model would be; without a unit.",
      content: NumberedFigure(
        figure: try PanelGrid(panels: panels, columns: 2, width: 11, height: 4), csv: csv.text))
  }
}
