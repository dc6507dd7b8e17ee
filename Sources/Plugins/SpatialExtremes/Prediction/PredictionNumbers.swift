import Inference
import PPL
import Plugins
import Runs

/// All predictions of a fit for the places, climates and events of the flags.
struct PredictionNumbers<M: ExtremesModel> {
  let places: PredictedPlaces
  /// The climates of the flags in their order, and the baseline; nil where there is none.
  let climates: [PredictedClimate]
  let baseline: PredictedClimate?
  /// What a reader must know of these numbers, a line each, such as the reason why there is no baseline; nil for nothing.
  private(set) var note: String?
  /// The return levels by climate and period, for each place.
  private(set) var levels: [Level] = []
  /// The maps of the model.
  private(set) var fields: [(site: ReportedSite, numbers: [PredictedNumber])] = []
  /// The events by value and climate.
  private(set) var events: [Event] = []
  /// The probabilities over all places.
  private(set) var joint: [Joint] = []
  /// The design-life levels.
  private(set) var designLife: [Design] = []
  let unit: String
  /// Whether events are values that minima fall below.
  let isOfMinima: Bool
  let drawCount: Int

  /// The return levels of a period in a climate.
  struct Level {
    let climate: PredictedClimate
    let period: Double
    let numbers: [PredictedNumber]
    /// The levels of each draw, `[D, P]`; nil without `--per-draw`.
    let draws: Tensor?
  }

  /// The numbers of an event in a climate.
  struct Event {
    let climate: PredictedClimate
    let value: Double
    let numbers: EventPrediction<M>.Numbers
  }

  /// The probabilities of an event over all places of a year.
  struct Joint {
    let climate: PredictedClimate
    let value: Double
    let all, any: PredictedNumber
    /// The Monte Carlo standard errors of both means; nil where the probabilities are exact for each draw.
    let simulationErrors: (all: Double, any: Double)?
  }

  /// The level of a span of years that is exceeded with a probability.
  struct Design {
    let span: YearSpan
    let risk: Double
    let numbers: [PredictedNumber]
  }

  /// The largest number of places for joint exceedances, since a copula factorizes a matrix over all places for each draw.
  private static var mostJointPlaces: Int { 300 }

  /// Computes the predictions.
  ///
  /// - Throws: `PredictionError` and `DataError` for flags and files that do not suit the fit; `ExtremesFailure` for places that
  ///   the model cannot predict at.
  init(_ fitted: FittedModel<ExtremesCommand<M>>, _ options: ExtremesPrediction) throws {
    let (data, requirements) = (
      fitted.dataset.data, M.requirements(with: fitted.options.priors)
    )
    let model = try M(fitted.dataset.tensors, priors: fitted.options.priors)
    places = try PredictedPlaces(
      options, data, columns: requirements.columns.filter(model.data.covariates.hasPlace))
    unit = requirements.unit(of: data)
    let record = try ClimateRecord(
      data, requirements, trend: options.trend, trendYears: options.trendYears,
      scenario: options.scenario)
    (baseline, note) = try Self.baseline(record, options)
    climates = try Self.climates(record, data, options, baseline)
    let draws = try ExtremesSummary.predictions(of: fitted, model)
    (drawCount, isOfMinima) = (draws.count, fitted.options.minima)
    addNote(record.extrapolation(in: climates))
    if model.anomaly != nil {
      addNote(
        "numbers are of a new year with the climate, over its anomaly, for years of the data too")
    }
    let distributions = PredictedDistributions(
      model, draws, sampled: try ExtremesSummary.posterior(of: fitted).draws, at: places,
      key: fitted.context.key.foldIn(ExtremesKeys.places), pool: fitted.context.pool)
    let sign: Double = fitted.options.minima ? -1 : 1
    // First, since it refuses places that the model cannot predict at.
    fields = try distributions.maps().map { map in
      (
        map.site,
        try PredictedNumber.each(of: map.draws, plugin: map.means, pool: distributions.pool)
      )
    }
    // The baseline with the climates, so that the fields of all are computed once.
    var batches = try distributions.batches(
      in: (climates + [baseline].compactMap(\.self)).map(\.climate))
    let before = baseline == nil ? nil : batches.popLast()
    for (climate, batch) in zip(climates, batches) {
      for period in options.period.values {
        let level = batch.map { Tensor(sign) * $0.returnLevel(period: Tensor(period)) }
        levels.append(
          Level(
            climate: climate, period: period,
            numbers: try PredictedNumber.each(
              of: level.draws, plugin: level.means, pool: distributions.pool),
            draws: options.perDraw ? level.draws : nil))
      }
    }
    try addEvents(options, distributions, batches, against: before, sign)
    try addDesignLife(options, distributions, record, sign)
  }

  private mutating func addEvents(
    _ options: ExtremesPrediction, _ distributions: PredictedDistributions<M>,
    _ batches: [PredictedDistributions<M>.Batch],
    against before: PredictedDistributions<M>.Batch?, _ sign: Double
  ) throws {
    let values = options.event?.values ?? []
    guard !values.isEmpty else { return }
    let hasJoint = try places.count > 1 && allowsJoint(distributions)
    let prediction = EventPrediction(distributions: distributions, sign: sign)
    for value in values {
      for (climate, batch) in zip(climates, batches) {
        events.append(
          Event(
            climate: climate, value: value,
            numbers: try prediction.numbers(of: value, in: batch, against: before)))
      }
      guard hasJoint else { continue }
      let found = try JointExceedance(distributions: distributions).probabilities(
        of: sign * value, in: batches)
      for (climate, probabilities) in zip(climates, found) {
        func number(_ values: (draws: Tensor, means: Tensor)) throws -> PredictedNumber {
          try PredictedNumber.each(of: values.draws, plugin: values.means, pool: .serial)[0]
        }
        joint.append(
          Joint(
            climate: climate, value: value, all: try number(probabilities.all),
            any: try number(probabilities.any), simulationErrors: probabilities.simulationErrors))
      }
    }
  }

  /// Whether joint exceedances can be computed at so many places; a note tells where not.
  private mutating func allowsJoint(_ distributions: PredictedDistributions<M>) throws -> Bool {
    let hasAnomalyField = distributions.model.anomaly?.isField == true
    if places.count <= Self.mostJointPlaces
      || !hasAnomalyField
        && distributions.model.scores(1, distributions.means, at: .stations, key: RandomKey(0))
          == nil
    {
      return true
    }
    addNote(
      "no joint exceedances: \(M.name) simulates them at up to \(Self.mostJointPlaces) places")
    return false
  }

  private mutating func addNote(_ line: String?) {
    note = [note, line].compactMap(\.self).joined(separator: "\n")
    if note == "" { note = nil }
  }

  private mutating func addDesignLife(
    _ options: ExtremesPrediction, _ distributions: PredictedDistributions<M>,
    _ record: ClimateRecord, _ sign: Double
  ) throws {
    for span in options.designLife?.spans ?? [] {
      let climates = try span.years.map { try record.climate(of: $0).climate }
      // By pieces of the draws, since the distributions of all years and draws may need gigabytes.
      let parts = try distributions.pieces { draws, places, _ in
        let years = try distributions.maxima(draws, in: climates, at: places)
        return options.risk.values.map { DesignLife.level(years, risk: $0) }
      }
      let means = try distributions.plugIn(in: climates)
      for (index, risk) in options.risk.values.enumerated() {
        let draws = Tensor(sign) * concatenate(parts.map { $0[index] })
        designLife.append(
          Design(
            span: span, risk: risk,
            numbers: try PredictedNumber.each(
              of: draws, plugin: Tensor(sign) * DesignLife.level(means, risk: risk),
              pool: distributions.pool)))
      }
    }
  }
}

// MARK: - Climates

extension PredictionNumbers {
  /// The baseline of the flags; the pre-industrial one where the file has it and no flag names another.
  private static func baseline(
    _ record: ClimateRecord, _ options: ExtremesPrediction
  ) throws -> (PredictedClimate?, note: String?) {
    let isNeeded = options.warming != nil || options.event != nil
    guard isNeeded || options.baseline != nil else { return (nil, nil) }
    do {
      return (try record.baseline(options.baseline ?? .years(YearSpan(1850...1900))), nil)
    } catch {
      // A ratio is left out where its baseline is not known; warming has no meaning then.
      guard options.baseline == nil, options.warming == nil else { throw error }
      return (nil, "no probability ratios: \(error)")
    }
  }

  private static func climates(
    _ record: ClimateRecord, _ data: StationMaxima, _ options: ExtremesPrediction,
    _ baseline: PredictedClimate?
  ) throws -> [PredictedClimate] {
    let isChosen = options.year != nil || options.gmst != nil || options.warming != nil
    let years = options.year?.years ?? (isChosen ? [] : [data.years.last ?? 0])
    var climates = try years.map { try record.climate(of: $0) }
    for value in options.gmst?.values ?? [] {
      climates.append(try record.climate(gmst: value, source: "--gmst"))
    }
    for value in options.warming?.values ?? [] {
      guard let baseline else { continue }
      climates.append(
        try record.climate(
          gmst: (baseline.gmst ?? 0) + value, label: "+\(shortNumber(value)) °C",
          source: "\(shortNumber(value)) above \(baseline.label)"))
    }
    return climates
  }
}
