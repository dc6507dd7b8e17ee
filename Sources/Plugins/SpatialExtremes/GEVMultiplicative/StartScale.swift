/// What has another scale than the priors expect, so that the maxima have no density where a fit starts.
enum StartScale: Equatable, CustomStringConvertible {
  /// The covariate: the priors of the rate take its range for a change of the maxima by so many °C.
  case covariate(column: String, range: ClosedRange<Double>, beta0: Double, change: Double)
  /// A prior that a flag changed, and what of the data it does not suit.
  case prior(flag: String, value: Double, data: String)
  /// The maxima, or no one thing alone.
  case maxima

  var description: String {
    switch self {
    case .covariate(let column, let range, let beta0, let change):
      "The covariate is out of scale: column \"\(column)\" reaches from \(range.lowerBound) to \(range.upperBound), which "
        + "the priors of beta0 (mean \(beta0)) and beta(s) take for a change of the maxima by \(rounded(change)). Choose a "
        + "column with the GMST anomaly in degrees Celsius by --gmst-column, or scale --prior-beta0 and "
        + "--prior-beta-variance to this one."
    case .prior(let flag, let value, let data):
      "\(flag) is \(value), but \(data); choose one that suits them, or leave this flag out."
    case .maxima:
      "Leave the cells of missing values empty, and see that --prior-mu0, --prior-beta0, --prior-sigma and --prior-xi suit "
        + "the data."
    }
  }

  /// What is out of scale, if the start has no density: the covariate (or a prior of the rate that a flag changed), the
  /// priors of mu0, sigma and xi that flags changed, and else the maxima.
  static func causes(_ data: StationMaxima, _ priors: GEVMultiplicative.Priors) -> [StartScale] {
    guard let facts = Facts(data, priors) else { return [.maxima] }
    let ofRate = facts.causesOfRate(data, priors)
    let ofPriors = facts.causesOfPriors(priors)
    let isFar = facts.farthest > 10 * priors.sigma
    let ofMaxima: [StartScale] =
      ofPriors.isEmpty && (isFar || ofRate.isEmpty) ? [.maxima] : []
    return ofRate + ofPriors + ofMaxima
  }
}

/// The scales of the data that the priors are held against.
private struct Facts {
  let covariate: ClosedRange<Double>
  let mean: Double
  /// What the maxima span but for a hundredth at each end, where a wrong one may be.
  let span: Double
  /// The largest distance of a maximum from where mu0 starts.
  let farthest: Double

  init?(_ data: StationMaxima, _ priors: GEVMultiplicative.Priors) {
    let maxima = data.maxima.compactMap(\.self).sorted()
    guard let low = data.covariate.min(), let high = data.covariate.max(), let least = maxima.first,
      let most = maxima.last
    else { return nil }
    covariate = low...high
    mean = maxima.reduce(0, +) / Double(maxima.count)
    let cut = maxima.count < 10 ? 0 : max(1, maxima.count / 100)
    span = maxima[maxima.count - 1 - cut] - maxima[cut]
    let mu0 = priors.mu0 ?? mean
    farthest = max(most - mu0, mu0 - least)
  }

  /// The change of the maxima that two deviations of the prior rate make of the covariate's range.
  private func change(_ priors: GEVMultiplicative.Priors) -> Double {
    (priors.beta0.magnitude + 2 * priors.beta.variance.squareRoot())
      * (covariate.upperBound - covariate.lowerBound)
  }

  func causesOfRate(_ data: StationMaxima, _ priors: GEVMultiplicative.Priors) -> [StartScale] {
    let usual = GEVMultiplicative.Priors()
    let most = max(span, 8 * priors.sigma)
    guard change(priors) > most else { return [] }
    if change(usual) <= most {
      let changed = [
        ("--prior-beta0", priors.beta0, usual.beta0),
        ("--prior-beta-variance", priors.beta.variance, usual.beta.variance),
      ]
      return changed.filter { $0.1.magnitude > $0.2 }.map {
        .prior(
          flag: $0.0, value: $0.1,
          data:
            "the covariate reaches from \(covariate.lowerBound) to \(covariate.upperBound), and "
            + "the maxima span \(rounded(span))")
      }
    }
    return [
      .covariate(
        column: data.record.covariateColumn, range: covariate, beta0: priors.beta0,
        change: change(priors))
    ]
  }

  func causesOfPriors(_ priors: GEVMultiplicative.Priors) -> [StartScale] {
    let usual = GEVMultiplicative.Priors()
    var causes: [StartScale] = []
    if let mu0 = priors.mu0, (mu0 - mean).magnitude > max(span, 8 * priors.sigma) {
      causes.append(
        .prior(flag: "--prior-mu0", value: mu0, data: "the maxima are about \(rounded(mean))"))
    }
    // The density of a shape of 0.1 ends 10 sigma below the location.
    if priors.sigma != usual.sigma, priors.sigma < span / 20 {
      causes.append(
        .prior(flag: "--prior-sigma", value: priors.sigma, data: "the maxima span \(rounded(span))")
      )
    }
    if priors.xi != usual.xi, priors.xi.magnitude > 0.5 {
      causes.append(
        .prior(
          flag: "--prior-xi", value: priors.xi,
          data: "the maxima span \(rounded(span)), and the density ends "
            + "\(rounded(priors.sigma / priors.xi.magnitude)) from the location"))
    }
    return causes
  }
}
