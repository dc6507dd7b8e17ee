import ArgumentParser
import Plugins

/// The flags of `ppl predict` for a model of extremes: periods, climates, events and places.
public struct ExtremesPrediction: ParsableArguments, AnnotatedFlags, Sendable {
  @Option(help: ArgumentHelp("The periods of return levels.", valueName: "years,…"))
  var period = NumberList([2, 25, 100])
  @Option(
    help: ArgumentHelp(
      "The years to predict for; the last one of the data if no climate is given.",
      valueName: "year,…"))
  var year: YearList?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("GMST values to predict for, °C as in the data.", valueName: "°C,…"))
  var gmst: NumberList?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Amounts of global warming above --baseline.", valueName: "°C,…"))
  var warming: NumberList?
  @Option(
    help: ArgumentHelp(
      "A table with columns year and gmst, used for years that gmst.csv does not have.",
      valueName: "file"))
  var scenario: String?
  @Option(
    help: ArgumentHelp(
      "The climate that warming and probability ratios refer to: years, or gmst=VALUE; 1850-1900 if not given.",
      valueName: "years"))
  var baseline: Baseline?
  @Option(
    help: ArgumentHelp(
      "How GMST continues after the last year of gmst.csv: least-squares over --trend-years, or ends, the line through the first and last year of the data.",
      valueName: "name"))
  var trend = Trend.leastSquares
  @Option(parsing: .unconditional, help: "How many last years of gmst.csv the trend is fitted to.")
  var trendYears = 30

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Maxima whose exceedance is predicted; for --minima, values that minima fall below.",
      valueName: "value,…"))
  var event: NumberList?
  @Option(
    help: ArgumentHelp(
      "Spans of years for design-life levels, exceeded at least once with probability --risk.",
      valueName: "years,…"))
  var designLife: YearList?
  @Option(help: ArgumentHelp("The probabilities of design-life levels.", valueName: "p,…"))
  var risk = NumberList([0.1])

  @Option(
    help: ArgumentHelp(
      "A station to predict at; may be repeated, all stations if not given.", valueName: "id"))
  var station: [String] = []
  @Option(
    help: ArgumentHelp(
      "A table of places to predict at: id, lon, lat, and the columns that the model uses.",
      valueName: "file"))
  var points: String?
  @Option(
    help: ArgumentHelp(
      "Predict on a grid over the stations with this spacing, km for stations on a plane.",
      valueName: "degrees"))
  var grid: Double?
  @Option(
    help: ArgumentHelp(
      "Polygons (GeoJSON) outside of which the grid has no places.", valueName: "file"))
  var mask: String?
  @Option(
    help: ArgumentHelp(
      "A table with columns lon, lat and elevation_m, whose nearest cell gives the elevation of a place.",
      valueName: "file"))
  var elevation: String?

  @Flag(help: "Write each draw of the return levels, too: levels_draws.csv in --output.")
  var perDraw = false

  /// The flags before the command line is read.
  public init() {}

  /// The flags of design-life levels and of the trend where there are none.
  public var unreadFlags: [UnreadFlag] {
    (designLife == nil
      ? [
        UnreadFlag(
          "--risk", by: "predictions without design-life levels",
          remedy: "give their years by --design-life, or leave it out")
      ] : [])
      + (trend == .ends
        ? [
          UnreadFlag(
            "--trend-years", by: "--trend ends, whose line goes through the first and last year")
        ] : [])
  }

  /// Checks the numbers, and which flags go together.
  public func validate() throws {
    func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
      if !holds { throw ValidationError(sentence()) }
    }
    try require(
      period.values.allSatisfy { $0 > 1 }, "--period is \(period), but must be above 1 year.")
    try require(
      risk.values.allSatisfy { $0 > 0 && $0 < 1 }, "--risk is \(risk), but must be between 0 and 1."
    )
    try require(
      trendYears >= 2, "--trend-years is \(trendYears), but must be at least 2 for a line.")
    if let grid {
      // The limits of either unit are checked where the data are known.
      let (degrees, km) = (PlaceAxes(isProjected: false), PlaceAxes(isProjected: true))
      try require(
        degrees.spacings.contains(grid) || km.spacings.contains(grid),
        "--grid is \(grid), but must be \(degrees.allowedSpacings). Stations on a plane: \(km.allowedSpacings)."
      )
    }
    try require(
      [station.isEmpty, points == nil, grid == nil].count { !$0 } <= 1,
      "--station, --points and --grid are three choices of places; give one of them.")
    try require(mask == nil || grid != nil, "--mask needs --grid, whose places it selects.")
    try require(
      elevation == nil || grid != nil || points != nil,
      "--elevation needs --grid or --points, whose places it gives elevations.")
    for (flag, path) in [
      ("--scenario", scenario), ("--points", points), ("--mask", mask), ("--elevation", elevation),
    ] where path?.isEmpty == true {
      throw ValidationError("\(flag) is empty, but must be a path.")
    }
  }
}
