import PPL

/// The verdict on a filter by the chi-square of its innovations: whether they are as large as their covariance says.
///
/// The likelihood of a filter has several maxima: at parameters with too little spread, such as an inflation well below 1, the
/// ensemble collapses and loses the state, and no gradient leads out of there. A fit that ends there has a finite loss and a
/// chi-square of several times the number of observations.
///
///     let model = Model { p in p.filtered("field", field, observing: times, updatedBy: update) }
///     // A fit by SVI, and then:
///     let states = try model.conditioned(on: fit.median() ?? [:]).outputAndTrace().output
///     print(states.verdict)
///
/// - Reference: Ménard and Chang (2000), *Assimilation of stratospheric chemical tracer observations using a Kalman filter*,
///   part II, section 2, for the chi-square of innovations.
public enum FilterVerdict: Sendable, Equatable, CustomStringConvertible {
  /// Innovations that agree with their covariance, with the mean chi-square of an observation.
  case consistent(ratio: Double)
  /// Innovations larger than their covariance says: too little spread, or a lost state.
  case tooConfident(ratio: Double)
  /// Innovations smaller than their covariance says.
  case tooCautious(ratio: Double)
  /// A chi-square that is not finite: the forecast diverged, or the covariance has no Cholesky factor.
  case failed

  /// Whether the innovations agree with their covariance.
  public var isConsistent: Bool { if case .consistent = self { true } else { false } }

  public var description: String {
    switch self {
    case .consistent(let ratio):
      "the filter is consistent: the chi-square of innovations is \(Self.text(ratio)) for each observation, and 1 is expected."
    case .tooConfident(let ratio):
      "the filter is too confident, and may have lost the state: the chi-square of innovations is \(Self.text(ratio)) for each "
        + "observation, and 1 is expected. Start the fit with more spread, by the initialization .median() of its guide or "
        + ".values([\"inflation\": 1.05]) with the names of your sites, or give the parameters narrower priors."
    case .tooCautious(let ratio):
      "the filter is too cautious: the chi-square of innovations is \(Self.text(ratio)) for each observation, and 1 is expected. "
        + "Start the fit with smaller errors of model and observations, or give the parameters narrower priors."
    case .failed:
      "the filter failed: the chi-square of its innovations is not finite. Start the fit from parameters for which the "
        + "forecast stays finite, by the initialization .median() of its guide."
    }
  }

  private static func text(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }

  /// The verdict of a chi-square of `count` observations.
  ///
  /// A consistent one lies within a factor of 1.5 of `count`, or within four of its standard deviations sqrt(2 count), so that
  /// errors of sampling and of the normal approximation are let pass.
  init(chiSquare: Double, count: Int) {
    let expected = Double(max(count, 1))
    let ratio = chiSquare / expected
    let margin = 4 * (2 / expected).squareRoot()
    self =
      if !ratio.isFinite {
        .failed
      } else if ratio > max(1.5, 1 + margin) {
        .tooConfident(ratio: ratio)
      } else if ratio < min(1 / 1.5, 1 - margin) {
        .tooCautious(ratio: ratio)
      } else {
        .consistent(ratio: ratio)
      }
  }
}

extension FilteredStates {
  /// The verdict on the filter, by the chi-square of all innovations.
  ///
  /// - Precondition: The states are numbers, from a run of the model outside of a recording.
  public var verdict: FilterVerdict {
    FilterVerdict(
      chiSquare: innovationChiSquares.sum().scalar, count: observationCounts.reduce(0, +))
  }
}
