import Foundation

/// The format of a drawing.
public enum FigureFormat: String, Sendable, CaseIterable {
  /// Scalable vector graphics, for pages.
  case svg
  /// An image of twice the resolution of a screen, 192 pixels an inch.
  case png
  /// The portable document format, for papers.
  case pdf

  /// Whether a drawing is complete, by its first and last bytes.
  func isComplete(_ drawing: Data) -> Bool {
    switch self {
    case .svg: String(decoding: drawing.suffix(16), as: UTF8.self).contains("</svg>")
    case .png: drawing.starts(with: [0x89, 0x50, 0x4e, 0x47])
    case .pdf: drawing.starts(with: Array("%PDF".utf8))
    }
  }

  /// The script that draws in this format, made from one that draws as SVG.
  ///
  /// - Throws: `PlottingError.gnuplotFailed` for a script that does not set the size of an SVG drawing.
  func script(_ script: String) throws(PlottingError) -> String {
    guard self != .svg else { return script }
    let pattern = #/set terminal svg size (\d+),(\d+)[^\n]*/#
    guard let match = script.firstMatch(of: pattern), let width = Double(match.1),
      let height = Double(match.2)
    else {
      throw .gnuplotFailed(message: "the script has no line \"set terminal svg size …\"")
    }
    let common = "noenhanced background rgb 'white'"
    let terminal =
      switch self {
      case .png:
        // All lengths are doubled; a pixel of SVG is 3/4 of a typographic point.
        "set terminal pngcairo size \(Int(2 * width)),\(Int(2 * height)) \(common) "
          + "font 'sans-serif,10.5' fontscale 2 linewidth 2 pointscale 2"
      case .pdf:
        "set terminal pdfcairo size \(width / 96)in,\(height / 96)in \(common) "
          + "font 'sans-serif,10.5' linewidth 1 pointscale 0.75"
      case .svg: ""
      }
    return script.replacing(pattern) { _ in terminal }
  }
}

extension Figure {
  /// The figure drawn in a format, by the gnuplot of the search path.
  ///
  /// - Throws: `PlottingError.gnuplotMissing` where gnuplot is not installed; `PlottingError.gnuplotFailed` if it does
  ///   not draw the figure.
  public func drawing(as format: FigureFormat) throws(PlottingError) -> Data {
    try drawing(as: format, by: Gnuplot())
  }

  /// The figure drawn in a format, by the given gnuplot.
  ///
  /// - Throws: `PlottingError.gnuplotFailed` if gnuplot does not draw the figure.
  public func drawing(
    as format: FigureFormat, by gnuplot: Gnuplot
  ) throws(PlottingError) -> Data {
    if format == .svg { return Data(try svg(by: gnuplot).utf8) }
    return try gnuplot.output(of: format.script(script), as: format).drawing
  }
}
