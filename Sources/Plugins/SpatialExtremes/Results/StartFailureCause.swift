/// A cause of density 0 at the start of a fit: data or a prior on a wrong scale.
enum StartFailureCause: Equatable, CustomStringConvertible {
  /// The covariate, with whose range the priors of the rate imply too large a change of the maxima.
  case covariate(
    column: String, range: ClosedRange<Double>, priors: [PriorValues.Flag], change: Double)
  /// A prior changed by a flag, with the data that contradict it.
  case prior(flag: String, value: Double, data: String)
  /// The maxima, or several causes; with the flags of the centres of the priors.
  case maxima(flags: [String])

  var description: String {
    switch self {
    case .covariate(let column, let range, let priors, let change):
      "The covariate is out of scale: column \"\(column)\" reaches from \(range.lowerBound) to \(range.upperBound), which "
        + "the \(priors.count == 1 ? "prior" : "priors") of "
        + listed(priors.map(Self.parameter)) + " \(priors.count == 1 ? "takes" : "take")"
        + " for a change of the maxima by \(rounded(change)). Choose a "
        + "column with the GMST anomaly in degrees Celsius by --gmst-column, or scale "
        + "\(listed(priors.map(\.name))) to this one."
    case .prior(let flag, let value, let data):
      "\(flag) is \(value), but \(data); choose one that suits them, or leave this flag out."
    case .maxima(let flags):
      "Leave the cells of missing values empty, and see that "
        + (flags.isEmpty ? "each --prior suits" : "\(listed(flags)) suit") + " the data."
    }
  }

  /// The text of a parameter: `beta0 (mean 1.0)` for a number, `beta(s)` for a field.
  private static func parameter(_ flag: PriorValues.Flag) -> String {
    switch flag.role {
    case .centre: "\(flag.parameter) (mean \(flag.number ?? 0))"
    case .variance, .lengthscale: "\(flag.parameter.prefix { $0 != "-" })(s)"
    }
  }

  /// The causes of density 0 at the start: the covariate (or a prior of the rate changed by a flag), the priors of location,
  /// scale and shape changed by flags, and otherwise the maxima.
  static func causes(_ data: StationMaxima, _ priors: PriorValues) -> [StartFailureCause] {
    let centres = priors.flags.filter { if case .centre = $0.role { true } else { false } }
    let maxima = StartFailureCause.maxima(flags: centres.map(\.name))
    guard let facts = Facts(data, priors) else { return [maxima] }
    let (ofRate, ofPriors) = (facts.causesOfRate(data), facts.causesOfPriors)
    let isFar = facts.farthest > 10 * priors.number(.centre(of: .scale))
    return ofRate + ofPriors + (ofPriors.isEmpty && (isFar || ofRate.isEmpty) ? [maxima] : [])
  }
}

/// The text of a list of names: `a`, `a and b`, `a, b and c`.
private func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and \(last)"
}

/// The scales of the data, for comparison with the priors.
private struct Facts {
  let priors: PriorValues
  let covariate: ClosedRange<Double>
  let mean: Double
  /// The span of the maxima without a hundredth at each end, which may be wrong.
  let span: Double
  /// The largest distance of a maximum from the initial location.
  let farthest: Double
  /// The centre of the prior of the scale.
  let scale: Double

  init?(_ data: StationMaxima, _ priors: PriorValues) {
    let maxima = data.maxima.compactMap(\.self).sorted()
    guard let low = data.covariate.min(), let high = data.covariate.max(), let least = maxima.first,
      let most = maxima.last
    else { return nil }
    self.priors = priors
    covariate = low...high
    mean = maxima.reduce(0, +) / Double(maxima.count)
    let cut = maxima.count < 10 ? 0 : max(1, maxima.count / 100)
    span = maxima[maxima.count - 1 - cut] - maxima[cut]
    let location = priors.flag(.centre(of: .location))?.number ?? mean
    farthest = max(most - location, location - least)
    scale = priors.number(.centre(of: .scale))
  }

  /// The priors of the rate: its mean, and the variance of its field.
  private var ofRate: [PriorValues.Flag] {
    [.centre(of: .rate), .variance(of: .rate)].compactMap(priors.flag)
  }

  /// The change of the maxima over the covariate's range for a rate of two prior deviations.
  private func change(_ value: (PriorValues.Flag) -> Double?) -> Double {
    let rate = ofRate.reduce(0.0) { sum, flag in
      let number = value(flag) ?? 0
      return sum + (flag.role == .centre(of: .rate) ? number.magnitude : 2 * number.squareRoot())
    }
    return rate * (covariate.upperBound - covariate.lowerBound)
  }

  func causesOfRate(_ data: StationMaxima) -> [StartFailureCause] {
    let most = max(span, 8 * scale)
    guard change(\.number) > most else { return [] }
    if change(\.usual) <= most {
      let changed = ofRate.filter { ($0.number ?? 0).magnitude > ($0.usual ?? 0) }
      return changed.map {
        .prior(
          flag: $0.name, value: $0.number ?? 0,
          data:
            "the covariate reaches from \(covariate.lowerBound) to \(covariate.upperBound), and "
            + "the maxima span \(rounded(span))")
      }
    }
    return [
      .covariate(
        column: data.record.covariateColumn, range: covariate, priors: ofRate,
        change: change(\.number))
    ]
  }

  /// The priors of location, scale and shape that flags put where the maxima have density 0.
  var causesOfPriors: [StartFailureCause] {
    [GEVQuantity.location, .scale, .shape].compactMap { quantity in
      guard let flag = priors.flag(.centre(of: quantity)), let value = flag.number, flag.isChanged,
        let data = misfit(value, of: quantity)
      else { return nil }
      return .prior(flag: flag.name, value: value, data: data)
    }
  }

  /// The description of the data that contradict a centre; nil if they agree.
  private func misfit(_ value: Double, of quantity: GEVQuantity) -> String? {
    switch quantity {
    case .location where (value - mean).magnitude > max(span, 8 * scale):
      "the maxima are about \(rounded(mean))"
    // The density of a shape of 0.1 ends 10 scales below the location.
    case .scale where value < span / 20: "the maxima span \(rounded(span))"
    case .shape where value.magnitude > 0.5:
      "the maxima span \(rounded(span)), and the density ends "
        + "\(rounded(scale / value.magnitude)) from the location"
    default: nil
    }
  }
}
