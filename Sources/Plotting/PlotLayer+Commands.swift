extension PlotLayer {
  /// The rows of the block of data, in places along the axes; an empty row is a break.
  ///
  /// - Parameters:
  ///   - x: The scale of the horizontal axis.
  ///   - y: The scale of the vertical axis.
  ///   - ends: The first and the last number of both axes.
  func rows(
    _ x: AxisScale, _ y: AxisScale,
    _ ends: (x: (low: Double, high: Double), y: (low: Double, high: Double))
  ) -> [[Double]] {
    switch content {
    case .line(let xs, let ys), .points(let xs, let ys, _):
      return zip(xs, ys).map { [x.place($0), y.place($1)] }
    case .coloredPoints(let xs, let ys, let values, _):
      return xs.indices.map { [x.place(xs[$0]), y.place(ys[$0]), values[$0]] }
    case .band(let xs, let low, let high):
      return xs.indices.map { [x.place(xs[$0]), y.place(low[$0]), y.place(high[$0])] }
    case .errorBars(let xs, let ys, let low, let high):
      return xs.indices.map {
        [x.place(xs[$0]), y.place(ys[$0]), y.place(low[$0]), y.place(high[$0])]
      }
    case .paths(let paths, let isFilled):
      return paths.flatMap { path in
        let closed = isFilled ? path + path.prefix(1) : path
        return closed.map { [x.place($0.x), y.place($0.y)] } + [[]]
      }
    case .cells(_, _, let values): return values
    case .bars(let edges, let heights):
      return heights.indices.map {
        [
          (x.place(edges[$0]) + x.place(edges[$0 + 1])) / 2, y.place(heights[$0]),
          x.place(edges[$0 + 1]) - x.place(edges[$0]),
        ]
      }
    case .vertical(let at):
      return [ends.y.low, ends.y.high].map { [x.place(at), y.place($0)] }
    case .horizontal(let at):
      return [ends.x.low, ends.x.high].map { [x.place($0), y.place(at)] }
    case .diagonal:
      let (low, high) = (max(ends.x.low, ends.y.low), min(ends.x.high, ends.y.high))
      return [low, max(low, high)].map { [x.place($0), y.place($0)] }
    case .text(_, let at, let height): return [[x.place(at), y.place(height)]]
    }
  }

  /// The parts of the plot command that draw the block of data of this name.
  func plots(_ block: String) -> [String] {
    let title = name.isEmpty ? "notitle" : "title \(Script.quoted(name))"
    let line = "lw \(width) dt \(dash.rawValue) lc rgb '\(color.text)'"
    switch content {
    case .line, .vertical, .horizontal, .diagonal, .paths(_, isFilled: false):
      return ["$\(block) using 1:2 with lines \(line) \(title)"]
    case .paths(_, isFilled: true):
      return [
        "$\(block) using 1:2 with filledcurves closed fs solid 1 noborder lc rgb '\(color.text)' notitle"
      ]
    case .points(_, _, let size):
      return ["$\(block) using 1:2 with points pt 7 ps \(size / 8) lc rgb '\(color.text)' \(title)"]
    case .coloredPoints(_, _, _, let size):
      // A larger black disc below is the edge.
      return [
        "$\(block) using 1:2 with points pt 7 ps \((size + 1.2) / 8) lc rgb '#000000' notitle",
        "$\(block) using 1:2:3 with points pt 7 ps \(size / 8) lc palette notitle",
      ]
    case .band:
      return [
        "$\(block) using 1:2:3 with filledcurves fs transparent solid 0.22 noborder lc rgb '\(color.text)' \(title)"
      ]
    case .errorBars:
      return ["$\(block) using 1:2:3:4 with yerrorbars pt 7 ps 0.6 \(line) \(title)"]
    case .cells(let x, let y, _):
      return [
        "$\(block) matrix using \(HeatMap.place(x, 1)):\(HeatMap.place(y, 2)):3 with image notitle"
      ]
    case .bars:
      return [
        "$\(block) using 1:2:3 with boxes fs solid 0.75 noborder lc rgb '\(color.text)' \(title)"
      ]
    case .text(let text, _, _):
      return ["$\(block) using 1:2:(\(Script.quoted(text))) with labels center notitle"]
    }
  }
}
