/// A figure drawn by gnuplot.
///
///     let figure = try LinePlot(title: "Errors", panels: [panel])
///     let text = try figure.svg()
public protocol Figure: Sendable {
  /// The gnuplot script, commands and data, that prints the figure as SVG; equal figures have equal scripts.
  var script: String { get }
}

extension Figure {
  /// The figure as SVG, drawn by the gnuplot of the search path.
  ///
  /// - Throws: `PlottingError.gnuplotMissing` where gnuplot is not installed; `PlottingError.gnuplotFailed` if it does
  ///   not draw the figure.
  public func svg() throws(PlottingError) -> String { try svg(by: Gnuplot()) }

  /// The figure as SVG, drawn by the given gnuplot.
  ///
  /// - Throws: `PlottingError.gnuplotFailed` if gnuplot does not draw the figure.
  public func svg(by gnuplot: Gnuplot) throws(PlottingError) -> String {
    // Cells of a grid keep their edges; viewers would blur the image that they are drawn as.
    try gnuplot.output(of: script).svg.replacing(
      "<image ", with: "<image style='image-rendering:pixelated' ")
  }
}
