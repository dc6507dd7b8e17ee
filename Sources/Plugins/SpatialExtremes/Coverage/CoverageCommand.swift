import ArgumentParser
import Foundation
import Inference
import PPL
import Plugins
import Runs

/// The experiment `ppl run dependence-coverage`: coverage of 90 % intervals on panels whose stations depend on each other within
/// a year, by fits that take them as independent, that are widened, and that have the copula.
///
/// Each panel is fitted by `gev`, location `1 + field + gmst`, with constant scale and shape, by NUTS.
struct CoverageCommand: Experiment {
  let name = "dependence-coverage"
  let summary =
    "Coverage of 90 % intervals where stations of a year are alike: independent, adjusted, resample and copula."

  struct Options: ParsableArguments, Sendable {
    @Option(parsing: .unconditional, help: "How many panels are simulated and fitted.")
    var panels = 50
    @Option(parsing: .unconditional, help: "How many stations a panel has, from 4 to 40.")
    var stations = 15
    @Option(parsing: .unconditional, help: "How many years a panel has.")
    var years = 40
    @Option(parsing: .unconditional, help: "How many draws each of two chains makes.")
    var draws = 400
    @Option(
      parsing: .unconditional, help: "How many refits --dependence resample makes; 0 for none.")
    var resamples = 0

    init() {}

    func validate() throws {
      func check(_ flag: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
          throw ValidationError(
            "\(flag) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
        }
      }
      try check("--panels", panels, 1...100_000)
      try check("--stations", stations, 4...CoveragePanel.largest.stations)
      try check("--years", years, 12...CoveragePanel.largest.years)
      try check("--draws", draws, 20...100_000)
      guard resamples == 0 || (20...100_000).contains(resamples) else {
        throw ValidationError("--resamples is \(resamples), but must be 0, or from 20 to 100000.")
      }
    }

    var methods: [DependenceMethod] {
      [.independent, .adjusted] + (resamples > 0 ? [.resample] : []) + [.copula]
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let began = ContinuousClock.now
    let panel = try CoveragePanel(stations: options.stations, years: options.years)
    let journal = try run.journal([
      .init("--stations", options.stations), .init("--years", options.years),
      .init("--draws", options.draws), .init("--resamples", options.resamples),
    ])
    let found = try journal.results(
      of: (1...options.panels).map { "panel \($0)" }, "panels", pool: run.pool, control: control
    ) { number in
      try CoverageFit(panel, options, key: RandomKey(run.seed).foldIn(UInt32(number))).outcome()
    }.compactMap(\.self)
    guard !found.isEmpty else { throw Interrupted(keptIn: journal) }
    return CoverageReport(
      panel: panel, options: options, seed: run.seed, outcomes: found,
      seconds: (ContinuousClock.now - began) / .seconds(1)
    ).report
  }
}

/// The fits of one panel.
struct CoverageFit {
  let panel: CoveragePanel
  let options: CoverageCommand.Options
  let key: RandomKey

  /// The intervals of one method.
  struct Outcome: Codable, Sendable {
    let method: String
    /// The share of the intervals that cover the truth, in the order of `CoveragePanel.truths`; one for a scalar.
    let covered: [Double]
    /// The mean width of the intervals in the same order.
    let widths: [Double]
    /// The sentence of a fit that failed, without intervals.
    let failure: String?
  }

  init(_ panel: CoveragePanel, _ options: CoverageCommand.Options, key: RandomKey) {
    (self.panel, self.options, self.key) = (panel, options, key)
  }

  private typealias Command = ExtremesCommand<GEVByFormula>

  private func flags(_ method: DependenceMethod) -> [String] {
    let words = key.words.scalars.map { UInt64($0) }
    return [
      "--backend", "nuts", "--chains", "2", "--warmup", "400", "--draws", "\(options.draws)",
      "--seed", "\(words[1] % 1_000_000_007)", "--threads", "1", "--dependence", method.rawValue,
      "--location", "1 + field + gmst",
    ] + (method == .resample ? ["--resamples", "\(options.resamples)"] : [])
  }

  /// The outcomes of all methods on one panel; a widened fit has the moved draws of the independent one.
  func outcome() throws -> [Outcome] {
    let data = ExtremesDataset(data: panel.data(key: key))
    var outcomes: [Outcome] = []
    for method in options.methods where method != .independent {
      var dataset = data
      dataset.hasCopula = method == .copula
      do {
        let fitted = try Command().fitted(flags(method), on: dataset)
        let fit = fitted.fit as? DependentFit
        if method == .adjusted, let fit {
          outcomes.append(try outcome(.independent, fit.base, fitted))
        }
        outcomes.append(try outcome(method, fitted.fit, fitted))
      } catch is Interrupted {
        throw Interrupted()
      } catch {
        outcomes.append(
          Outcome(method: method.rawValue, covered: [], widths: [], failure: "\(error)"))
      }
    }
    return outcomes
  }

  private func outcome(
    _ method: DependenceMethod, _ fit: any Fit, _ fitted: FittedModel<Command>
  ) throws -> Outcome {
    let draws = try fit.posterior(
      draws: options.draws, key: fitted.context.drawsKey, pool: fitted.context.pool
    ).draws
    let model = try GEVByFormula(fitted.dataset.tensors, priors: fitted.options.priors)
    let climate = Climate(gmst: panel.covariate[panel.years.count - 1])
    let levels = model.gev(draws, in: climate).returnLevel(period: 100)
      .broadcast(to: [draws.count, panel.stations.count])
    var (covered, widths): ([Double], [Double]) = ([], [])
    for (name, values) in panel.truths {
      let summaries = name == "z100" ? Summary.each(of: levels) : draws.summaries(of: name)
      let inside = zip(summaries, values).count { $0.q05 <= $1 && $1 <= $0.q95 }
      covered.append(Double(inside) / Double(values.count))
      widths.append(summaries.reduce(0) { $0 + $1.q95 - $1.q05 } / Double(summaries.count))
    }
    return Outcome(method: method.rawValue, covered: covered, widths: widths, failure: nil)
  }
}
