import ArgumentParser
import Foundation
import Inference
import PPL
import Plugins
import Runs
import SpainSynthetic
import Tables

/// The model `gev-multiplicative` as the command line offers it.
struct GEVMultiplicativeCommand: FittableModel {
  let name = "gev-multiplicative"
  let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + beta(s) d(t), sigma, xi): a map of warming rates."
  let dataNeeded = """
    Data: a folder with three tables. Other columns are passed over.
      stations.csv  station (or station_id), lon, lat (or lon_deg, lat_deg), degrees; elevation_m, name if known
      gmst.csv      year and the anomaly of global mean surface temperature, °C (gmst, or --gmst-column)
      maxima.csv    long: station, year, tmax; or wide: year and a column a station; or station and a column a year
    Cells that are empty, NA or nan are missing and do not count. At least 2 stations and 5 years.
    Data that cannot be right end the fit before it starts; --allow CHECK keeps what a real record may look like.
    """

  struct Options: ParsableArguments, Sendable {
    @Option(help: "The column of gmst.csv to use.") var gmstColumn: String?
    @Option(parsing: .unconditional, help: "Leave out the years before this one.")
    var firstYear: Int?
    @Option(parsing: .unconditional, help: "Leave out the years after this one.")
    var lastYear: Int?
    @Option(
      help: ArgumentHelp(
        "Keep data that a check finds doubtful, or silence its warning; may be repeated.",
        valueName: "check"))
    var allow: [DataCheck] = []
    @Option(parsing: .unconditional, help: "The year that return levels are projected to.")
    var projectionYear = 2050

    @Option(parsing: .unconditional, help: "Prior median of the variance of mu(s), °C².")
    var priorMuVariance = 2.0
    @Option(parsing: .unconditional, help: "Prior median of the lengthscale of mu(s), degrees.")
    var priorMuLengthscale = 2.0
    @Option(parsing: .unconditional, help: "Prior median of the variance of beta(s).")
    var priorBetaVariance = 0.2
    @Option(parsing: .unconditional, help: "Prior median of the lengthscale of beta(s), degrees.")
    var priorBetaLengthscale = 3.0
    @Option(
      parsing: .unconditional, help: "Prior mean of mu0, °C; the mean of the maxima if not given.")
    var priorMu0: Double?
    @Option(parsing: .unconditional, help: "Prior mean of beta0.")
    var priorBeta0 = 1.0
    @Option(parsing: .unconditional, help: "Prior median of sigma, °C.")
    var priorSigma = 2.0
    @Option(parsing: .unconditional, help: "Prior mean of xi.")
    var priorXi = 0.1

    func validate() throws {
      for (flag, value) in [
        ("--prior-mu-variance", priorMuVariance), ("--prior-mu-lengthscale", priorMuLengthscale),
        ("--prior-beta-variance", priorBetaVariance),
        ("--prior-beta-lengthscale", priorBetaLengthscale), ("--prior-sigma", priorSigma),
      ] where !(value > 0 && value.isFinite) {
        throw ValidationError(
          "\(flag) is \(value), but must be \(value == .infinity ? "finite" : "positive").")
      }
      for (flag, value) in [
        ("--prior-mu0", priorMu0 ?? 0), ("--prior-beta0", priorBeta0), ("--prior-xi", priorXi),
      ] where !value.isFinite {
        throw ValidationError("\(flag) is \(value), but must be finite.")
      }
      for (flag, year) in [
        ("--first-year", firstYear), ("--last-year", lastYear),
        ("--projection-year", projectionYear),
      ] {
        if let year, !calendarYears.contains(year) {
          throw ValidationError("\(flag) is \(year), but must be a year, as in 1985.")
        }
      }
      if let firstYear, let lastYear, firstYear > lastYear {
        throw ValidationError("--first-year \(firstYear) lies after --last-year \(lastYear).")
      }
    }

    var reading: ReadingOptions {
      ReadingOptions(covariateColumn: gmstColumn, firstYear: firstYear, lastYear: lastYear)
    }

    var priors: GEVMultiplicative.Priors {
      var priors = GEVMultiplicative.Priors()
      priors.mu = .init(variance: priorMuVariance, lengthscale: priorMuLengthscale)
      priors.beta = .init(variance: priorBetaVariance, lengthscale: priorBetaLengthscale)
      (priors.mu0, priors.beta0) = (priorMu0, priorBeta0)
      (priors.sigma, priors.xi) = (priorSigma, priorXi)
      return priors
    }
  }

  func prepared(_ options: Options, data folder: URL?) throws -> Model<Void> {
    let (data, _) = try read(options, folder, warn: { _ in })
    try GEVMultiplicativeMemory(
      stations: data.stations.count, years: data.years.count, threads: 1
    ).require(on: .present)
    let posterior = GEVMultiplicative(data, priors: options.priors).posterior
    return Model { p in _ = posterior(&p) }
  }

  func fit(_ settings: FitOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let (data, truth) = try read(options, settings.dataFolder, warn: control.warn)
    if let lastYear = data.years.last, options.projectionYear <= lastYear {
      throw GEVMultiplicativeFailure.projectionInThePast(
        year: options.projectionYear, lastYear: lastYear)
    }
    try GEVMultiplicativeMemory(
      stations: data.stations.count, years: data.years.count,
      threads: settings.sharedThreads.threads
    ).require(on: .present)
    let model = GEVMultiplicative(data, priors: options.priors)
    let run: GEVMultiplicativeFit
    let summary: GEVMultiplicativeSummary
    do {
      run = try GEVMultiplicativeFit(model, data: data, settings, control: control)
      summary = try GEVMultiplicativeSummary(
        run, data: data, settings, projectionYear: options.projectionYear)
    } catch let error where error is FitFailure || error is GEVMultiplicativeFailure {
      let left = (error as? FitFailure)?.left ?? .nothing
      throw GEVMultiplicativeFailure.farPriors(options.priors, of: data, left: left) ?? error
    }
    return GEVMultiplicativeReport(summary, data: data, truth: truth, settings, options.priors)
      .fitReport
  }

  private func read(
    _ options: Options, _ folder: URL?, warn: (String) -> Void
  ) throws -> (StationMaxima, SyntheticTruth?) {
    if let folder {
      var data = try StationMaxima(folder: folder, options: options.reading)
      try data.record.requireSound(allowing: Set(options.allow), warn: warn)
      return (data, nil)
    }
    let data = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"),
      options: options.reading)
    return (data, try SyntheticTruth(years: data.years))
  }
}

extension DataCheck: ExpressibleByArgument {
  /// As `--allow` takes it; a check that no record can fail has no name there.
  public init?(argument: String) {
    guard let check = DataCheck(rawValue: argument), Self.allowable.contains(check) else {
      return nil
    }
    self = check
  }

  public static var allValueStrings: [String] { allowable.map(\.rawValue) }
}
