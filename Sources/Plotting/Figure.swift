/// A figure that gnuplot draws.
public protocol Figure: Sendable {
  /// Commands and data for gnuplot, which print the figure as SVG.
  var script: String { get }
}
