/// A layer of a panel: points, lines, areas or cells over the axes of the panel.
///
///     let layers: [PlotLayer] = [
///       .band("90 %", x: x, low: low, high: high), .line("mean", x: x, y: y), .diagonal("1:1"),
///     ]
public struct PlotLayer: Sendable, Equatable {
  /// The colour of a layer, `#rrggbb`, or one of those that the colour-blind can distinguish.
  public enum Color: Sendable, Equatable, ExpressibleByStringLiteral {
    /// A colour of Okabe and Ito (2008), counted from 0.
    case palette(Int)
    /// A colour by its hexadecimal digits, `#rrggbb`.
    case hex(String)

    /// The colour black, for axes and truths.
    public static let black: Color = "#000000"
    /// The colour red, for means and thresholds.
    public static let red: Color = "#c00000"
    /// The colour grey, for what is beside the point.
    public static let grey: Color = "#777777"

    /// The colour of these hexadecimal digits.
    public init(stringLiteral value: String) { self = .hex(value) }

    var text: String {
      switch self {
      case .palette(let index): Palette.color(index)
      case .hex(let text): text
      }
    }
  }

  /// The dashes of a line.
  public enum Dash: Int, Sendable {
    /// A line without gaps.
    case solid = 1
    /// A line of dashes.
    case dashed = 2
    /// A line of dots.
    case dotted = 3
  }

  /// The content of a layer.
  enum Content: Sendable, Equatable {
    case line(x: [Double], y: [Double])
    case points(x: [Double], y: [Double], size: Double)
    case coloredPoints(x: [Double], y: [Double], values: [Double], size: Double)
    case band(x: [Double], low: [Double], high: [Double])
    case errorBars(x: [Double], y: [Double], low: [Double], high: [Double])
    case paths([[SIMD2<Double>]], isFilled: Bool)
    case cells(x: [Double], y: [Double], values: [[Double]])
    case bars(edges: [Double], heights: [Double])
    case vertical(Double)
    case horizontal(Double)
    case diagonal
    case text(String, x: Double, y: Double)
  }

  /// The name in the legend; empty for none.
  public let name: String
  let content: Content
  let color: Color
  let width: Double
  let dash: Dash

  private init(
    _ name: String, _ content: Content, _ color: Color = .black, width: Double = 1.5,
    dash: Dash = .solid
  ) {
    (self.name, self.content, self.color) = (name, content, color)
    (self.width, self.dash) = (width, dash)
  }
}

// MARK: - Kinds

extension PlotLayer {
  /// A line through points.
  public static func line(
    _ name: String = "", x: [Double], y: [Double], color: Color = .palette(0),
    width: Double = 2, dash: Dash = .solid
  ) -> PlotLayer {
    PlotLayer(name, .line(x: x, y: y), color, width: width, dash: dash)
  }

  /// Discs at points, of a size in typographic points.
  public static func points(
    _ name: String = "", x: [Double], y: [Double], color: Color = .palette(0), size: Double = 5
  ) -> PlotLayer {
    PlotLayer(name, .points(x: x, y: y, size: size), color)
  }

  /// Discs with a thin black edge whose colours show values by the colour scale of the panel; of a size in typographic points.
  public static func coloredPoints(
    x: [Double], y: [Double], values: [Double], size: Double = 7
  ) -> PlotLayer {
    PlotLayer("", .coloredPoints(x: x, y: y, values: values, size: size))
  }

  /// A band between two curves over rising x.
  public static func band(
    _ name: String = "", x: [Double], low: [Double], high: [Double], color: Color = .palette(0)
  ) -> PlotLayer {
    PlotLayer(name, .band(x: x, low: low, high: high), color)
  }

  /// Points with vertical error bars.
  public static func errorBars(
    _ name: String = "", x: [Double], y: [Double], low: [Double], high: [Double],
    color: Color = .palette(0)
  ) -> PlotLayer {
    PlotLayer(name, .errorBars(x: x, y: y, low: low, high: high), color, width: 1.2)
  }

  /// Lines of several parts that are not connected, such as a coastline.
  public static func polylines(
    _ lines: [[SIMD2<Double>]], color: Color = .black, width: Double = 0.7, dash: Dash = .solid
  ) -> PlotLayer {
    PlotLayer("", .paths(lines, isFilled: false), color, width: width, dash: dash)
  }

  /// Filled polygons, such as land; rings need not be closed, and holes are polygons of another layer.
  public static func polygons(_ rings: [[SIMD2<Double>]], color: Color) -> PlotLayer {
    PlotLayer("", .paths(rings, isFilled: true), color)
  }

  /// Cells of a grid whose colours show values by the colour scale of the panel; a cell of NaN is not drawn.
  ///
  /// - Parameters:
  ///   - x: The centres of the columns, in equal rising steps.
  ///   - y: The centres of the rows, in equal rising steps.
  ///   - values: A row for each y, with a number or NaN for each x.
  public static func cells(x: [Double], y: [Double], values: [[Double]]) -> PlotLayer {
    PlotLayer("", .cells(x: x, y: y, values: values))
  }

  /// A histogram of the density of values, in bins of equal width over a range.
  ///
  /// Values outside the range count for the density, as those of no bin.
  ///
  /// - Precondition: The number of bins is positive.
  public static func histogram(
    _ values: [Double], bins: Int = 40, over range: ClosedRange<Double>,
    color: Color = .palette(0)
  ) -> PlotLayer {
    let bars = Histogram(values, bins: bins, over: range)
    return PlotLayer("", .bars(edges: bars.edges, heights: bars.densities), color)
  }

  /// Bars between edges, one more than there are heights.
  public static func bars(
    _ name: String = "", edges: [Double], heights: [Double], color: Color = .palette(0)
  ) -> PlotLayer {
    PlotLayer(name, .bars(edges: edges, heights: heights), color)
  }

  /// A vertical line over the whole panel.
  public static func vertical(
    _ name: String = "", at x: Double, color: Color = .black, width: Double = 1.5,
    dash: Dash = .solid
  ) -> PlotLayer {
    PlotLayer(name, .vertical(x), color, width: width, dash: dash)
  }

  /// A horizontal line over the whole panel.
  public static func horizontal(
    _ name: String = "", at y: Double, color: Color = .black, width: Double = 1.5,
    dash: Dash = .solid
  ) -> PlotLayer {
    PlotLayer(name, .horizontal(y), color, width: width, dash: dash)
  }

  /// The line of equal numbers on both axes, as in plots of estimate against truth.
  public static func diagonal(
    _ name: String = "", color: Color = .black, width: Double = 1, dash: Dash = .dashed
  ) -> PlotLayer {
    PlotLayer(name, .diagonal, color, width: width, dash: dash)
  }

  /// A short text, centred on a point.
  public static func text(_ text: String, x: Double, y: Double) -> PlotLayer {
    PlotLayer("", .text(text, x: x, y: y))
  }
}
