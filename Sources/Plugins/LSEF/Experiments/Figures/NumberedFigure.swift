import Plotting

/// A figure, and the numbers that it shows as comma-separated text.
struct NumberedFigure: Sendable {
  let figure: any Figure
  let csv: String
}
