import ArgumentParser
import Inference
import PPL
import Plugins
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

  struct Options: ParsableArguments, AnnotatedFlags, Sendable {
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

    /// The choice of data, which count by their content, and the year of the report.
    var flagsWithoutEffect: Set<String> {
      ["--gmst-column", "--first-year", "--last-year", "--allow", "--projection-year"]
    }
    var meaningOfAbsentFlags: [String: String] { ["--prior-mu0": "the mean of the maxima"] }

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

  /// The data of a fit, with the truth that the embedded example was drawn with.
  struct Dataset: Sendable {
    let data: StationMaxima
    /// Nil for data of one's own.
    let truth: SyntheticTruth?
  }

  func dataset(_ options: Options, from source: DataSource) throws -> Dataset {
    let dataset = try read(options, source)
    if let lastYear = dataset.data.years.last, options.projectionYear <= lastYear {
      throw GEVMultiplicativeFailure.projectionInThePast(
        year: options.projectionYear, lastYear: lastYear)
    }
    try GEVMultiplicativeMemory(
      stations: dataset.data.stations.count, years: dataset.data.years.count,
      threads: source.pool.threads
    ).require(on: .present)
    return dataset
  }

  private func read(_ options: Options, _ source: DataSource) throws -> Dataset {
    if let folder = source.folder {
      var data = try StationMaxima(folder: folder, options: options.reading)
      try data.record.requireSound(allowing: Set(options.allow), warn: source.warn)
      return Dataset(data: data, truth: nil)
    }
    let data = try StationMaxima(
      stations: CSVTable(parsing: SpainSynthetic.stations, file: "stations.csv"),
      gmst: CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv"),
      maxima: CSVTable(parsing: SpainSynthetic.maxima, file: "maxima.csv"),
      options: options.reading)
    return Dataset(data: data, truth: try SyntheticTruth(years: data.years))
  }

  func problem(_ options: Options, _ dataset: Dataset) throws -> InferenceProblem {
    let (model, data) = (GEVMultiplicative(dataset.data, priors: options.priors), dataset.data)
    return InferenceProblem(
      model.posterior, start: .values(model.start),
      content: try [
        .init(content: "the stations", data.stationsText),
        .init(content: "the years or their GMST values", data.covariateText),
        .init(content: "the maxima", data.maximaText),
      ])
  }

  func report(_ fitted: FittedModel<Self>) throws -> RunReport {
    try GEVMultiplicativeReport(GEVMultiplicativeSummary(fitted), fitted).fitReport
  }

  func explained(
    _ error: any Error, _ options: Options, _ dataset: Dataset
  ) -> any Error {
    if let error = error as? InferenceError {
      guard case .noValidStart = error,
        let failure = GEVMultiplicativeFailure.noStart(of: dataset.data, options.priors)
      else { return error }
      return explained(failure, options, dataset)
    }
    guard error is FitFailure || error is GEVMultiplicativeFailure else { return error }
    let left = (error as? FitFailure)?.left ?? .nothing
    return GEVMultiplicativeFailure.farPriors(options.priors, of: dataset.data, left: left)
      ?? error
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
