import Foundation
import PPL
import Plugins
import Preconditions
import Runs

/// The simulation of data from a model of extremes: a folder that `ppl fit --data` reads, with the truth beside it.
extension ExtremesCommand: SimulatableModel {
  public func simulate(
    _ options: ExtremesOptions<M>, _ simulation: ExtremesSimulation, from source: DataSource
  ) throws -> RunReport {
    let panel = try panel(options, simulation, source)
    let data = panel.data
    let maxima = data.maxima.compactMap(\.self)
    let extremes = options.minima ? "minima" : "maxima"
    let numbers = JSONObject([
      ("model", M.name), ("recipe", simulation.recipe.rawValue),
      ("stations", data.stations.count), ("first_year", data.years.first),
      ("last_year", data.years.last), (extremes, maxima.count),
      ("truth_of", options.minima ? "negatives" : nil),
      ("truth", JSONObject(panel.parameters.map { ($0.name, $0.value) })),
    ])
    let range = (maxima.min() ?? .nan, maxima.max() ?? .nan)
    let (first, last) = (data.covariate.first ?? .nan, data.covariate.last ?? .nan)
    var table = TextTable([.leading(), .trailing()], gap: 2)
    table.append([options.minima ? "truth of the negatives" : "truth", ""])
    for (name, value) in panel.parameters { table.append([name, String(format: "%.4f", value)]) }
    for (name, values) in panel.fields {
      let (low, high) = (values.min() ?? .nan, values.max() ?? .nan)
      table.append(["\(name)(s)", String(format: "%.4f to %.4f", low, high)])
    }
    let text = [
      "\(M.name): \(counted(data.stations.count, "station")) x \(counted(data.years.count, "year")), "
        + "\(counted(maxima.count, options.minima ? "minimum" : "maximum", extremes))",
      String(
        format: "GMST %.2f to %.2f °C, %@ %.1f to %.1f", first, last, extremes, range.0, range.1),
      "", table.description,
    ]
    return RunReport(
      table: text.joined(separator: "\n"), numbers: numbers,
      files: panel.texts.map { OutputFile($0.name, text: $0.text) })
  }

  public func unreadFlags(_ simulation: ExtremesSimulation, hasData: Bool) -> [UnreadFlag] {
    let design = [
      "--stations", "--years", "--box", "--mask", "--trajectory", "--noise", "--level", "--spread",
    ]
    if simulation.recipe == .notebook {
      return (design + ["--truth", "--data", "--seed"] + StationDataFlags.ofReading).map {
        UnreadFlag($0, by: "--recipe notebook, whose data are those of the published notebook")
      }
    }
    return hasData
      ? design.map { UnreadFlag($0, by: "--data, whose stations and years are used") }
      : StationDataFlags.ofReading.map {
        UnreadFlag($0, by: "simulations without --data, which read none")
      }
  }

  private func panel(
    _ options: ExtremesOptions<M>, _ simulation: ExtremesSimulation, _ source: DataSource
  ) throws -> SimulatedPanel {
    if simulation.recipe == .notebook {
      guard let published = M.self as? any PublishedTruth.Type else {
        throw PredictionError(
          "--recipe notebook: \(M.name) has no published notebook; choose one of gev-multiplicative, gev-additive, "
            + "gev-nonstationary and gev-copula, or --recipe model.")
      }
      return try published.publishedPanel()
    }
    let keys = source.key.split(3)
    if let method = options.dependence, method.widensDraws {
      throw DependenceError(
        method, "it widens the draws of a fit, and a simulation has none",
        remedy: "take --dependence copula, or leave it out")
    }
    let design: StationMaxima
    if source.folder != nil {
      design = try dataset(options, from: source).data
    } else {
      design = try plainDesign(options, simulation, keys)
      try checkDependence(options, design)
    }
    if M.requirements(with: options.priors).blocks != nil {
      throw PredictionError(
        "ppl simulate draws annual maxima, not several values of a year; leave out --largest and --threshold."
      )
    }
    var panel = try PanelSimulation<M>(
      design, priors: options.priors, hasCopula: options.dependence == .copula
    ).panel(simulation.truth, key: keys[2])
    // The model is of the negatives of minima, and so is the truth.
    if options.minima { panel.data.maxima = panel.data.maxima.map { $0.map { -$0 } } }
    return panel
  }

  private func plainDesign(
    _ options: ExtremesOptions<M>, _ simulation: ExtremesSimulation, _ keys: [RandomKey]
  ) throws -> StationMaxima {
    let requirements = M.requirements(with: options.priors)
    let years = Array(simulation.years.years)
    guard simulation.stations >= requirements.minimumStations,
      years.count >= requirements.minimumYears
    else {
      throw PredictionError(
        "\(M.name) needs at least \(counted(requirements.minimumStations, "station")) and "
          + "\(counted(requirements.minimumYears, "year")); there are \(simulation.stations) and \(years.count); "
          + "give more by --stations and --years.")
    }
    let words = keys[0].words.scalars.map { UInt64($0) }
    let seed = words[0] << 32 | words[1]
    let stations = try SimulatedStations.uniform(
      simulation.stations, in: simulation.box,
      mask: simulation.mask.map { try LandMask(contentsOf: $0) }, seed: seed)
    let gmst = simulation.trajectory.values(years.count, noise: simulation.noise, seed: seed &+ 1)
    return .plain(
      stations, zip(years, gmst).map { ($0, $1) },
      level: options.minima ? -simulation.level : simulation.level,
      spread: simulation.spread, key: keys[1])
  }
}
