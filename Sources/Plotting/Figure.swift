/// A figure that gnuplot draws.
///
///     let figure = try LinePlot(title: "Errors", panels: [panel])
///     let text = try figure.svg()
public protocol Figure: Sendable {
  /// Commands and data for gnuplot, which print the figure as SVG: the same text whenever the figure is the same.
  var script: String { get }
}

extension Figure {
  /// The figure as SVG, drawn by the gnuplot of the search path.
  ///
  /// - Throws: `PlottingError.gnuplotMissing` where gnuplot is not installed; `PlottingError.gnuplotFailed` if it does
  ///   not draw the figure.
  public func svg() throws(PlottingError) -> String { try svg(by: Gnuplot()) }

  /// The figure as SVG, drawn by this gnuplot.
  ///
  /// - Throws: `PlottingError.gnuplotFailed` if it does not draw the figure.
  public func svg(by gnuplot: Gnuplot) throws(PlottingError) -> String {
    // Cells of a grid keep their edges; viewers would blur the image that they are drawn as.
    try gnuplot.output(of: script).svg.replacing(
      "<image ", with: "<image style='image-rendering:pixelated' ")
  }
}
