import Inference
import PPL
import Plugins

/// The fits of one panel.
struct CoverageFit {
  let panel: CoveragePanel
  let options: CoverageCommand.Options
  let key: RandomKey

  /// The intervals of one method.
  struct Outcome: Codable, Sendable {
    let method: String
    /// The share of the intervals that cover the truth, in the order of `CoveragePanel.truths`; 0 or 1 for a scalar. Empty for a
    /// fit that failed.
    var covered: [Double] = []
    /// The mean width of the intervals in the same order.
    var widths: [Double] = []
    /// Whether the fit converged; that of independent stations where its draws are widened.
    var isConverged = false
    /// The sentence of a fit that failed.
    var failure: String?
  }

  private typealias Command = ExtremesCommand<GEVByFormula>

  /// The sentence of a fit, or of a widening of its draws, that failed.
  private struct Failed: Error {
    let sentence: String
  }

  init(_ panel: CoveragePanel, _ options: CoverageCommand.Options, key: RandomKey) {
    (self.panel, self.options, self.key) = (panel, options, key)
  }

  /// The outcomes of all methods on one panel; widened draws are those of the independent fit, moved.
  ///
  /// - Throws: What is no failure of a fit: mistakes of the program.
  func outcomes() throws -> [Outcome] {
    let data = ExtremesDataset(data: panel.data(key: key))
    let independent = try tried { try Command().fitted(flags(.independent), on: data) }
    return try options.methods.map { method in
      switch method {
      case .independent:
        return try outcome(method, independent)
      case .adjusted, .resample:
        return try outcome(method, independent) { fitted in
          var own = fitted.options
          own.dependence = method.dependence
          if method == .resample { own.resamples = options.resamples }
          return try Command().adjusted(
            fitted.fit, own, fitted.dataset, fitted.problem, in: fitted.context)
        }
      case .copula:
        var dataset = data
        dataset.hasCopula = true
        return try outcome(method, tried { try Command().fitted(flags(method), on: dataset) })
      case .anomaly, .anomalyField:
        return try outcome(method, tried { try Command().fitted(flags(method), on: data) })
      }
    }
  }

  private func flags(_ method: CoverageMethod) -> [String] {
    let words = key.words.scalars.map { UInt64($0) }
    return [
      "--backend", "nuts", "--chains", "2", "--warmup", "400", "--draws", "\(options.draws)",
      "--seed", "\(words[1] % 1_000_000_007)", "--threads", "1", "--dependence",
      method.dependence.rawValue, "--location", method.location,
    ]
  }

  /// The result of some work, or the sentence with which a fit failed.
  private func tried<T>(_ work: () throws -> T) throws -> Result<T, Failed> {
    do {
      return .success(try work())
    } catch  where error is any PluginError || error is InferenceError {
      return .failure(Failed(sentence: "\(error)"))
    }
  }

  /// The outcome of a fit, with draws of its own or of another made from it.
  private func outcome(
    _ method: CoverageMethod, _ fitted: Result<FittedModel<Command>, Failed>,
    _ moved: (FittedModel<Command>) throws -> any Fit = \.fit
  ) throws -> Outcome {
    do {
      let fitted = try fitted.get()
      return try tried { try outcome(method, moved(fitted), fitted) }.get()
    } catch let error as Failed {
      return Outcome(method: method.rawValue, failure: error.sentence)
    }
  }

  private func outcome(
    _ method: CoverageMethod, _ fit: any Fit, _ fitted: FittedModel<Command>
  ) throws -> Outcome {
    let draws = try fit.posterior(
      draws: options.draws, key: fitted.context.drawsKey, pool: fitted.context.pool
    ).draws
    let model = try GEVByFormula(fitted.dataset.tensors, priors: fitted.options.priors)
    let climate = Climate(gmst: panel.covariate[panel.years.count - 1])
    let levels = model.annualMaximum(draws, in: climate).returnLevel(period: 100)
      .broadcast(to: [draws.count, panel.stations.count])
    var outcome = Outcome(method: method.rawValue, isConverged: fit.course.isConverged)
    for (name, values) in panel.truths {
      let summaries = name == "z100" ? Summary.each(of: levels) : draws.summaries(of: name)
      let inside = zip(summaries, values).count { $0.q05 <= $1 && $1 <= $0.q95 }
      outcome.covered.append(Double(inside) / Double(values.count))
      outcome.widths.append(summaries.reduce(0) { $0 + $1.q95 - $1.q05 } / Double(summaries.count))
    }
    return outcome
  }
}
