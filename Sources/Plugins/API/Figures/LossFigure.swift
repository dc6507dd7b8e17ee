import Inference
import Plotting
import Runs
import Tables

/// The figure of the losses of a variational fit: the negative evidence lower bound of each step, on an axis that is linear up to
/// 100.
///
/// - Returns: Nil for a fit without steps; losses that are not finite are left out.
func lossFigure(_ run: SVIRun) throws -> CaptionedFigure? {
  let (steps, losses) = (run.history.steps, run.records.map(\.loss))
  let finite = losses.indices.filter { losses[$0].isFinite }
  guard finite.count > 1 else { return nil }
  let shown = thinned(finite, to: 3000)
  var csv = CSVWriter(header: ["step", "loss"])
  for index in shown { csv.append([.integer(steps[index]), .number(losses[index])]) }
  let panel = PlotPanel(
    xAxis: "step", yAxis: Axis("-ELBO, nats", .symlog(threshold: 100)),
    layers: [
      .line(x: shown.map { Double(steps[$0]) }, y: shown.map { losses[$0] }, width: 0.8)
    ])
  let infinite = losses.count - finite.count
  return CaptionedFigure(
    name: "loss", title: "Loss by step",
    caption:
      "Negative evidence lower bound in nats of each of \(run.history.count) steps, by one draw a step; the axis is linear up to "
      + "100 and logarithmic beyond"
      + (infinite > 0 ? "; \(infinite) losses are not finite and not drawn." : ".")
      + (shown.count < finite.count ? " Every \(finite.count / shown.count + 1)th is drawn." : ""),
    content: NumberedFigure(
      figure: try PanelGrid(panels: [panel], width: 10, height: 3.2), csv: csv.text))
}
