import Distributions
import Inference
import PPL
import Parallel

/// The probabilities that the maxima of a year exceed a value at all, or at any, of some places.
///
/// Given the parameters the places are independent, unless the model simulates the dependence of a year (`scores`), or has an
/// anomaly of the year: then they are given the anomaly, over which the probabilities are integrated. Fields at places that are
/// no stations are drawn independently of each other, but those of an anomaly jointly.
struct JointExceedance<M: ExtremesModel> {
  let distributions: PredictedDistributions<M>
  /// The number of simulated years of each draw where the model has dependence.
  static var years: Int { 1000 }

  /// The probabilities for each draw, `[D, 1]`, and at the posterior means, `[1, 1]`.
  struct Probabilities {
    let all, any: (draws: Tensor, means: Tensor)
    /// Whether they are shares of simulated years.
    let isSimulated: Bool

    /// The Monte Carlo standard errors of the means over the draws; nil where nothing was simulated.
    var simulationErrors: (all: Double, any: Double)? {
      guard isSimulated else { return nil }
      func error(_ shares: Tensor) -> Double {
        let p = shares.scalars
        // The variance of a share, with one more year of either kind, so that it is not 0 where no year exceeded.
        let n = Double(JointExceedance.years)
        let variances = p.map { ($0 * n + 1) * ((1 - $0) * n + 1) / ((n + 2) * (n + 2) * n) }
        return variances.reduce(0, +).squareRoot() / Double(p.count)
      }
      return (error(all.draws), error(any.draws))
    }
  }

  /// The probabilities in some climates.
  ///
  /// - Parameters:
  ///   - x: The value, with the sign of the model's maxima.
  ///   - batches: The distributions in each climate; the simulated years are the same in all.
  func probabilities(
    of x: Double, in batches: [PredictedDistributions<M>.Batch]
  ) throws -> [Probabilities] {
    if let anomaly = distributions.model.anomaly {
      return try integrated(x, batches, over: anomaly)
    }
    let thresholds = batches.map { batch in
      batch.map { gev in
        // A score is above it with the probability of the exceedance.
        -normalQuantile(exp(gev.logSurvival(Tensor(x))))
      }
    }
    guard let ofDraws = try simulated(thresholds.map(\.draws)),
      let ofMeans = scores(distributions.means, distributions.places.places, piece: UInt32.max).map(
        {
          Self.shares($0, thresholds.map(\.means))
        })
    else { return batches.map { Self.independent(x, $0) } }
    return batches.indices.map { index in
      Probabilities(
        all: (ofDraws[index].all, ofMeans[index].all),
        any: (ofDraws[index].any, ofMeans[index].any), isSimulated: true)
    }
  }

  /// The probabilities over the anomaly of a year, which all places share, or which depends on the place.
  private func integrated(
    _ x: Double, _ batches: [PredictedDistributions<M>.Batch], over anomaly: YearAnomaly
  ) throws -> [Probabilities] {
    /// Of a draw with its row in a batch, by climate.
    @Sendable func probabilities(
      _ draws: Draws, _ draw: Int, _ places: Places, _ piece: UInt32, _ rows: [GEV]
    ) -> [(all: Tensor, any: Tensor)] {
      let key = distributions.key.foldIn(UInt32.max).foldIn(piece)
      let years = anomaly.years(
        Self.years, draws, draw, distributions.model.data, at: places, key: key)
      let anomalies = anomaly.isField ? distributions.chosen(years.values) : years.values
      return rows.map { gev in
        let rest = Tensor(x) - anomalies
        func mean(_ values: Tensor) -> Tensor { (years.weights * values).sum() }
        return (
          mean(exp(gev.logSurvival(rest).sum(along: [1]))),
          mean(-expm1(gev.logCDF(rest).sum(along: [1])))
        )
      }
    }
    let found = try distributions.pieces { draws, places, first in
      (0..<draws.count).map { n in
        let rows = batches.map { $0.draws.gev.row(first + n) }
        return probabilities(draws, n, places, UInt32(first + n), rows)
      }
    }.flatMap(\.self)
    let means = probabilities(
      distributions.means, 0, distributions.places.places, UInt32.max,
      batches.map { $0.means.gev.row(0) })
    return batches.indices.map { index in
      func column(_ values: [Tensor]) -> Tensor { stack(values).expandingDimension(at: 1) }
      return Probabilities(
        all: (column(found.map { $0[index].all }), column([means[index].all])),
        any: (column(found.map { $0[index].any }), column([means[index].any])),
        isSimulated: anomaly.isField)
    }
  }

  /// The products of independent probabilities.
  private static func independent(
    _ x: Double, _ batch: PredictedDistributions<M>.Batch
  ) -> Probabilities {
    func sum(_ values: Tensor) -> Tensor { values.sum(along: [1], keepingDimensions: true) }
    return Probabilities(
      all: batch.map { exp(sum($0.logSurvival(Tensor(x)))) },
      any: batch.map { -expm1(sum($0.logCDF(Tensor(x)))) }, isSimulated: false)
  }

  /// The shares of simulated years for each draw, by climate; nil for a model without dependence.
  private func simulated(_ thresholds: [Tensor]) throws -> [(all: Tensor, any: Tensor)]? {
    let parts = try distributions.pieces { draws, places, first in
      scores(draws, places, piece: UInt32(first)).map { scores in
        Self.shares(
          scores, thresholds.map { $0[.range(first..<(first + draws.count))] })
      }
    }.compactMap(\.self)
    guard !parts.isEmpty else { return nil }
    return thresholds.indices.map { index in
      (concatenate(parts.map { $0[index].all }), concatenate(parts.map { $0[index].any }))
    }
  }

  private func scores(_ draws: Draws, _ places: Places, piece: UInt32) -> Tensor? {
    distributions.model.scores(
      Self.years, draws, at: places, key: distributions.key.foldIn(UInt32.max).foldIn(piece)
    )
    .map(distributions.chosen)
  }

  /// The shares of years `[D, N, P]` in which all, or any, of the places are above their thresholds `[D, P]`, `[D, 1]` each.
  private static func shares(
    _ scores: Tensor, _ thresholds: [Tensor]
  ) -> [(all: Tensor, any: Tensor)] {
    thresholds.map { threshold in
      let excess = scores - threshold.expandingDimension(at: 1)
      func share(_ values: Tensor) -> Tensor {
        select(values .> 0, 1, Tensor(0)).mean(along: [1], keepingDimensions: true)
      }
      return (share(excess.min(along: [2])), share(excess.max(along: [2])))
    }
  }
}

extension GEV {
  /// The distributions of one of some draws at all places, batch `[P]`.
  fileprivate func row(_ draw: Int) -> GEV {
    func row(_ values: Tensor) -> Tensor { values.broadcast(to: batchShape)[.at(draw)] }
    return GEV(row(location), row(scale), row(shape))
  }
}
