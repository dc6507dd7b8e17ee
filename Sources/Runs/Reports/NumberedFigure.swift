import Plotting

/// A figure with the numbers that it shows as comma-separated text.
public struct NumberedFigure: Sendable {
  /// The figure to be drawn.
  public let figure: any Figure
  /// The numbers of the figure, a table with a header.
  public let csv: String

  /// A figure with its numbers.
  public init(figure: any Figure, csv: String) { (self.figure, self.csv) = (figure, csv) }

  /// The files `name.csv` and `name.svg`; in place of the latter `name.gnuplot`, a script, where gnuplot is not installed.
  ///
  /// - Parameters:
  ///   - name: The name in the run's folder, without an extension.
  ///   - canDraw: Whether gnuplot draws the figure here.
  /// - Throws: `PlottingError` where gnuplot fails.
  public func files(
    named name: String, canDraw: Bool = Gnuplot.isInstalled
  ) throws(PlottingError) -> [OutputFile] {
    let picture =
      canDraw
      ? OutputFile("\(name).svg", text: try figure.svg())
      : OutputFile("\(name).gnuplot", text: figure.script)
    return [OutputFile("\(name).csv", text: csv), picture]
  }
}
