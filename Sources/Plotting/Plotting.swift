// Plotting: figures of results, drawn by gnuplot as SVG. A figure is a value whose numbers are checked when it is made.
//
// - `Figure.swift`: what every figure can do; `Gnuplot.swift`: the program behind it.
// - `LinePlot.swift`: curves with bands; `HeatMap.swift`: fields over two axes; `SphereMap.swift`: fields on the globe;
//   `Bars.swift`: counts.
// - `Axis.swift`, `ColorScale.swift`: what they have in common.
