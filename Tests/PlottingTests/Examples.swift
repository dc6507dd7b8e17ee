import Plotting

/// One figure of each kind, with text that would be markup or commands if it were not quoted.
enum Examples {
  static let awkward = #"a_b {c} @d "e" 'f' <g> & `h` \n %i ^j $k # ρ"#

  static func linePlot(
    title: String = "Scores", y: [Double] = [3, 2, 1.5], low: [Double] = [2.5, 1.5, 1],
    high: [Double] = [3.5, 2.5, 2], logarithmic: Bool = true
  ) throws -> LinePlot {
    let sizes: [Double] = [5, 10, 20]
    return try LinePlot(
      title: title,
      panels: [
        LinePlot.Panel(
          title: "left",
          xAxis: Axis("ensemble size", isLogarithmic: logarithmic, ticks: sizes),
          yAxis: Axis("score", including: 0),
          series: [
            .init("EnKF", x: sizes, y: y, low: low, high: high),
            .init(awkward, x: sizes, y: [1, 1, 1], style: .line),
          ]),
        LinePlot.Panel(
          title: "right", xAxis: "distance", yAxis: Axis("loss", isLogarithmic: true),
          series: [.init("dots", x: [0, 1], y: [1e-5, 1], style: .points)]),
      ])
  }

  static func heatMap(
    x: [Double] = [0, 1, 2], y: [Double] = [10, 20], values: [[Double]] = [[1, 2, 3], [4, 5, 6]]
  ) throws -> HeatMap {
    try HeatMap(
      title: "Hovmoeller", xAxis: "longitude", yAxis: "cycle", x: x, y: y, values: values,
      color: ColorScale("temperature, K"))
  }

  static func sphereMap(values: [[Double]] = [[0, 0, 0], [-1, 2, 0.5], [1, 1, 1]]) throws
    -> SphereMap
  {
    try SphereMap(
      title: "Fields",
      panels: [
        .init(title: "wild", values: values), .init(title: "calm", values: [[0, 1], [2, 3]]),
      ], color: ColorScale("field", .diverging))
  }

  static func bars(counts: [Int] = [4, 6, 5]) throws -> Bars {
    try Bars(
      title: "Ranks", xAxis: "rank", yAxis: "count",
      panels: [.init(title: "EnKF", counts: counts)])
  }

  static func all() throws -> [any Figure] {
    [try linePlot(), try heatMap(), try sphereMap(), try bars()]
  }

  /// Texts that each of `all()` shows.
  static let labels = [
    [
      "Scores", "left", "right", "ensemble size", "score", "EnKF", awkward, "distance", "loss",
      "20",
    ],
    ["Hovmoeller", "longitude", "cycle", "temperature, K"],
    ["Fields", "wild", "calm", "field", "180°", "-60°"],
    ["Ranks", "EnKF", "rank", "count"],
  ]
}
