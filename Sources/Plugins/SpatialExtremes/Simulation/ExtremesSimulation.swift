import ArgumentParser
import Plugins

/// The flags of `ppl simulate` for a model of extremes: places, years, global warming, and the truth.
public struct ExtremesSimulation: ParsableArguments, Sendable {
  /// A recipe of data, the value of `--recipe`.
  enum Recipe: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Stations, years and truth as the flags have them.
    case model
    /// The data of the published notebook of the model.
    case notebook
  }

  @Option(
    help: ArgumentHelp(
      "model (places, years and truth of the flags) or notebook (the data of the published notebook).",
      valueName: "name"))
  var recipe = Recipe.model
  @Option(parsing: .unconditional, help: "How many stations.")
  var stations = 40
  @Option(help: ArgumentHelp("The years of the maxima.", valueName: "first-last"))
  var years = YearSpan(1985...2024)
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The box of the stations, degrees east and north.", valueName: "lon0,lon1,lat0,lat1"))
  var box = GeographicBox.iberia
  @Option(
    help: ArgumentHelp("Polygons (GeoJSON) in which the stations lie.", valueName: "file"))
  var mask: String?
  @Option(
    help: ArgumentHelp(
      "The course of GMST: linear, exponential, logistic or physical (an energy balance).",
      valueName: "name"))
  var trajectory = GMSTTrajectory.linear
  @Option(
    parsing: .unconditional,
    help:
      "The standard deviation of the innovations of GMST, °C; with --trajectory physical four times this number, in W/m², is that of the white noise from which the red noise of the radiative forcing is made, whose own is 0.64 times the number."
  )
  var noise = 0.05
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The true value of a site that the model draws, of each element; may be repeated, the others are drawn from their priors.",
      valueName: "site=value"))
  var truth: [SimulatedTruth] = []
  @Option(
    parsing: .unconditional,
    help:
      "The mean of the maxima (minima with --minima) that priors of the data follow, where there is no --data."
  )
  var level = 35.0
  @Option(
    parsing: .unconditional,
    help: "The scale of the maxima that priors of the data follow, where there is no --data.")
  var spread = 1.8

  /// The flags before the command line is read.
  public init() {}

  /// Checks the numbers.
  public func validate() throws {
    func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
      if !holds { throw ValidationError(sentence()) }
    }
    try require(
      (1...100_000).contains(stations),
      "--stations is \(stations), but must be from 1 to 100000.")
    try require(
      noise >= 0 && noise.isFinite, "--noise is \(noise), but must be 0 or a positive number.")
    try require(
      spread > 0 && spread.isFinite, "--spread is \(spread), but must be positive.")
    try require(level.isFinite, "--level is \(level), but must be finite.")
    try require(mask?.isEmpty != true, "--mask is empty, but must be a path.")
    let sites = truth.map(\.site)
    if let repeated = sites.first(where: { site in sites.count { $0 == site } > 1 }) {
      throw ValidationError("--truth gives \(repeated) more than once; give one value of it.")
    }
  }
}
