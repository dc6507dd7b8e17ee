extension PlotLayer {
  /// Throws an error for numbers that the axes cannot show, sizes that differ, and nothing to draw.
  func check(_ xAxis: Axis, _ yAxis: Axis, _ panel: String) throws(PlottingError) {
    let what = "layer \"\(name)\" of panel \"\(panel)\""
    func sizes(_ count: Int, _ others: [(String, [Double])]) throws(PlottingError) {
      guard count > 0 else { throw .tooFew(what: "points of \(what)", given: 0, needed: 1) }
      for (part, numbers) in others where numbers.count != count {
        throw .size(what: "\(what): \(part)", given: numbers.count, expected: count)
      }
    }
    switch content {
    case .line(let x, let y), .points(let x, let y, _):
      try sizes(x.count, [("y", y)])
    case .coloredPoints(let x, let y, let values, _):
      try sizes(x.count, [("y", y), ("values", values)])
      try PlottingError.check(values, "\(what): values")
    case .band(let x, let low, let high):
      try sizes(x.count, [("low", low), ("high", high)])
      try PlottingError.checkBand(x, low: low, high: high, what)
    case .errorBars(let x, let y, let low, let high):
      try sizes(x.count, [("y", y), ("low", low), ("high", high)])
      try PlottingError.checkEnds(low, high, what)
    case .cells(let x, let y, let values):
      try HeatMap.check(x, "\(what): x")
      try HeatMap.check(y, "\(what): y")
      guard values.count == y.count else {
        throw .size(what: "\(what), by rows,", given: values.count, expected: y.count)
      }
      for (index, row) in values.enumerated() where row.count != x.count {
        throw .size(what: "\(what), row \(index),", given: row.count, expected: x.count)
      }
      for row in values {
        try PlottingError.check(row.filter { !$0.isNaN }, "\(what): values")
      }
    case .bars(let edges, let heights):
      try sizes(heights.count, [("edges but the last", Array(edges.dropLast()))])
    case .paths, .vertical, .horizontal, .diagonal, .text: break
    }
    try xAxis.check(numbers.x, "\(what): x")
    try yAxis.check(numbers.y, "\(what): y")
  }

  /// The numbers along both axes.
  var numbers: (x: [Double], y: [Double]) {
    switch content {
    case .line(let x, let y), .points(let x, let y, _), .coloredPoints(let x, let y, _, _): (x, y)
    case .band(let x, let low, let high): (x, low + high)
    case .errorBars(let x, let y, let low, let high): (x, y + low + high)
    case .paths(let paths, _): (paths.joined().map(\.x), paths.joined().map(\.y))
    case .cells(let x, let y, _): (HeatMap.edges(x), HeatMap.edges(y))
    case .bars(let edges, let heights): (edges, [0] + heights)
    case .vertical(let x): ([x], [])
    case .horizontal(let y): ([], [y])
    case .diagonal: ([], [])
    case .text(_, let x, let y): ([x], [y])
    }
  }

  /// The values that colours show.
  var coloredValues: [Double] {
    switch content {
    case .coloredPoints(_, _, let values, _): values
    case .cells(_, _, let values): values.joined().filter { !$0.isNaN }
    default: []
    }
  }
}
