import ArgumentParser

/// The flags of the distribution of what was observed of a year.
public struct LikelihoodFlags: ParsableArguments, Sendable {
  /// The distribution of the observations, the value of `--distribution`.
  public enum Name: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// The GEV distribution of maxima.
    case gev
    /// The Gumbel distribution of maxima, of shape 0.
    case gumbel
    /// The Fréchet form of the GEV distribution, with a positive shape.
    case frechet
    /// The blended GEV distribution of maxima, with a soft lower end.
    case blended
    /// The generalized Pareto distribution of excesses over a threshold.
    case gpd
    /// The point process of exceedances of a threshold.
    case pointProcess = "point-process"

    var isOfExceedances: Bool { self == .gpd || self == .pointProcess }
  }

  /// The distribution of the observations.
  @Option(
    help: ArgumentHelp(
      "The distribution: gev, gumbel (shape 0), frechet (positive shape), blended (GEV with a soft lower end) of the maxima; point-process or gpd of exceedances of --threshold.",
      valueName: "name"))
  public var distribution = Name.gev
  /// The number of values of a year.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many of the largest values of a year count: several rows for a station-year in maxima.csv, or columns value1, value2, …",
      valueName: "r"))
  public var largest = 1
  /// The threshold of exceedances.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The threshold of exceedances in values.csv (station, date, value): a number, or a quantile of each station such as 98%.",
      valueName: "number"))
  public var threshold: ThresholdChoice?
  /// The run length of declustering.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Count the peaks of clusters only, which so many days below the threshold end.",
      valueName: "days"))
  public var decluster: Int?

  /// The flags before the command line is read.
  public init() {}

  /// Checks that the flags suit each other.
  public func validate() throws {
    func refuse(_ sentence: String) throws { throw ValidationError(sentence) }
    if !(1...1_000).contains(largest) {
      try refuse("--largest is \(largest), but must be from 1 to 1000.")
    }
    if largest > 1, distribution != .gev {
      try refuse("--largest \(largest) is of --distribution gev, not of \(distribution.rawValue).")
    }
    if distribution.isOfExceedances {
      if threshold == nil {
        try refuse(
          "--distribution \(distribution.rawValue) needs --threshold, a number or a quantile such as 98%."
        )
      }
    } else if threshold != nil || decluster != nil {
      try refuse(
        "\(threshold == nil ? "--decluster" : "--threshold") is of --distribution point-process or gpd, not of \(distribution.rawValue)."
      )
    }
    if let decluster, decluster < 1 {
      try refuse("--decluster is \(decluster), but must be at least 1 day.")
    }
  }

  /// Whether the observations are maxima with a GEV distribution.
  var isOfGEVMaxima: Bool { largest == 1 && [.gev, .gumbel, .frechet].contains(distribution) }

  /// The values that are read beyond the maxima; nil for none.
  var blocks: BlockReading? {
    if let threshold, distribution.isOfExceedances {
      return .exceedances(threshold, runLength: decluster)
    }
    return largest > 1 ? .largest(largest) : nil
  }

  /// The distribution of some data.
  func observed(_ data: StationTensors) -> any ObservedDistribution {
    switch (distribution, data.blocks) {
    case (.pointProcess, let blocks?): PointProcessOfExceedances(blocks)
    case (.gpd, let blocks?): ParetoExceedances(blocks)
    case (.gev, let blocks?): LargestOfEachYear(blocks)
    case (.frechet, _): FrechetMaxima()
    case (.blended, _): BlendedMaxima()
    case (.gev, nil), (.gumbel, _), (.pointProcess, nil), (.gpd, nil): GEVMaxima()
    }
  }
}

// MARK: - Terms that a distribution does not have

extension LikelihoodFlags {
  /// Whether the location has terms: the generalized Pareto distribution has none.
  ///
  /// - Throws: `FormulaError` for a formula that is no default, or a scale that follows the location, where there is none.
  func hasLocation(_ formula: Formula, isDispersion: Bool) throws(FormulaError) -> Bool {
    guard distribution == .gpd else { return true }
    let found = "the generalized Pareto distribution begins at the threshold and has no location"
    guard ["1", "1 + field + gmst", "station"].contains("\(formula)") else {
      throw FormulaError(
        .location, "\(formula)", found: found,
        remedy: "leave --location out, or take --distribution point-process")
    }
    if isDispersion {
      throw FormulaError(flag: "--dispersion", found: found, remedy: "leave the flag out")
    }
    return false
  }

  /// The terms of the shape: none for the Gumbel distribution, those of its logarithm for the Fréchet distribution.
  ///
  /// - Throws: `FormulaError` for a formula of more than a constant, where the shape is fixed or positive.
  func shape(
    _ formula: Formula, _ terms: [any GEVTerm]
  ) throws(FormulaError) -> [any GEVTerm] {
    guard distribution == .gumbel || distribution == .frechet else { return terms }
    let isConstant = "\(formula)" == "1" || (distribution == .gumbel && "\(formula)" == "station")
    guard isConstant else {
      throw FormulaError(
        .shape, "\(formula)",
        found:
          "the shape is \(distribution == .gumbel ? "0" : "one positive number") with --distribution \(distribution.rawValue)",
        remedy: "leave --shape out, or take --distribution gev")
    }
    guard distribution == .frechet else { return [] }
    // The median of the prior is a shape of 0.15, two deviations 0.04 to 0.6.
    return [
      VaryingCoefficient(
        constant: Coefficient("log_xi", -1.9, 0.7), exponential: ReportedSite("xi", .shape))
    ]
  }
}
