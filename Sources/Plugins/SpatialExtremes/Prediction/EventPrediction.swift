import Distributions
import PPL

/// The predictions of an event: a maximum of a year that exceeds a value, in a climate and in comparison with another one.
///
///     probability = 1 - F(x)           ratio = (1 - F(x)) / (1 - F0(x))
///     return period = 1 / probability  change = x - Q0(F(x)),    Q0 the quantile in the baseline
///
/// - Reference: National Academies (2016), *Attribution of Extreme Weather Events in the Context of Climate Change*, ch. 3.
struct EventPrediction<M: ExtremesModel> {
  let distributions: PredictedDistributions<M>
  /// -1 for minima, which are modelled by their negatives; otherwise 1.
  let sign: Double

  /// The numbers of one event in one climate at each place.
  struct Numbers {
    let probability, returnPeriod: [PredictedNumber]
    /// The numbers against the baseline; nil without one.
    let ratio, change: [PredictedNumber]?
  }

  /// The numbers of an event.
  ///
  /// - Parameters:
  ///   - event: The value, in the unit of the data.
  ///   - climate: The distributions in the climate.
  ///   - baseline: The distributions in the baseline; nil for none.
  func numbers(
    of event: Double, in climate: PredictedDistributions<M>.Batch,
    against baseline: PredictedDistributions<M>.Batch?
  ) throws -> Numbers {
    let x = Tensor(sign * event)
    let log = climate.map { $0.logSurvival(x) }
    func summary(_ values: (draws: Tensor, means: Tensor)) throws -> [PredictedNumber] {
      try PredictedNumber.each(
        of: values.draws, plugin: values.means, pool: distributions.pool)
    }
    let probability = try summary((exp(log.draws), exp(log.means)))
    let period = try summary((exp(-log.draws), exp(-log.means)))
    guard let baseline else {
      return Numbers(probability: probability, returnPeriod: period, ratio: nil, change: nil)
    }
    let before = baseline.map { $0.logSurvival(x) }
    return Numbers(
      probability: probability, returnPeriod: period,
      ratio: try summary((exp(log.draws - before.draws), exp(log.means - before.means))),
      change: try summary(
        (
          change(x, log.draws, baseline.draws), change(x, log.means, baseline.means)
        )))
  }

  /// The change in intensity at the same probability; not defined where that is 0 or 1.
  private func change(_ x: Tensor, _ logSurvival: Tensor, _ baseline: AnnualMaximum) -> Tensor {
    let isDefined = isFinite(logSurvival) .& (logSurvival .< 0)
    let safe = select(isDefined, logSurvival, -1)
    return select(
      isDefined, Tensor(sign) * (x - baseline.icdf(logSurvival: safe)), Tensor(Double.nan))
  }
}
