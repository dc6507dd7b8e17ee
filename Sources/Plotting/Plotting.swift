// Plotting: figures of results, drawn by gnuplot as SVG, PNG or PDF. A figure is a value whose numbers are checked when it is made.
//
// - `Figure.swift`: the protocol of all figures; `Gnuplot.swift`: the program that draws them.
// - `LinePlot.swift`: curves with bands; `HeatMap.swift`: fields over two axes; `SphereMap.swift`: fields on the globe;
//   `Bars.swift`: counts.
// - `PanelGrid.swift`: panels of any kind in a grid, each a `PlotPanel` of `PlotLayer`s.
// - `Axis.swift`, `AxisScale.swift`, `ColorScale.swift`: their common parts; `FigureFormat.swift`: SVG, PNG and PDF.
