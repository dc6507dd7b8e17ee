import Plotting
import Plugins

/// A figure, and the numbers that it shows as comma-separated text.
struct NumberedFigure: Sendable {
  let figure: any Figure
  let csv: String

  /// The files `name.csv`, and `name.svg`; or `name.gnuplot`, to be drawn elsewhere, where gnuplot is not installed.
  func files(named name: String, canDraw: Bool = Gnuplot.isInstalled) throws(PlottingError)
    -> [OutputFile]
  {
    let picture =
      canDraw
      ? OutputFile("\(name).svg", text: try figure.svg())
      : OutputFile("\(name).gnuplot", text: figure.script)
    return [OutputFile("\(name).csv", text: csv), picture]
  }
}
