/// An error of a filter; those of ensembles and observations are in `AnalysisError`.
public enum FilterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A state without the ensemble or covariance that the filter needs, such as one of another filter.
  case missing(String)
  /// A state with a number that is not finite.
  case notFinite(filter: String, step: Int, what: String, value: String)
  /// An inflation that is not positive and finite.
  case inflation(filter: String, value: Double)
  /// A Kalman filter with a model that is not linear.
  case notLinear(model: String)
  /// An extended Kalman filter with a model that has no tangent and is not linear.
  case noTangent(model: String)
  /// An exact observation that differs from a state without variance at its point.
  case certain(point: Int)
  /// More exact observations than an ensemble without localization can fit.
  case tooManyExact(count: Int, directions: Int)
  /// A setting of a filter that is out of its range.
  case setting(filter: String, name: String, value: String, range: String)
  /// A filter or smoother around another one whose rotation would separate its members from those of earlier times.
  case rotation(filter: String, base: String)
  /// A smoother over an ensemble filter that is localized on a grid of one time.
  case localizedBase(filter: String, base: String)
  /// An analysis that runs the model, called without one.
  case needsModel(filter: String)
  /// A smoother of a perfect model with a model that has errors.
  case modelErrors(filter: String, model: String)
  /// A filter that needs the covariance of the model's errors, with a model that does not say.
  case noErrorCovariance(filter: String, model: String)
  /// Particles whose likelihoods are all 0 or not numbers.
  case noLikelihood(filter: String, step: Int)
  /// A localized covariance of an ensemble that is not positive definite.
  case localization(order: Int, count: Int)

  public var description: String {
    switch self {
    case .missing(let what):
      "the state has no \(what); give the filter a state that it started itself."
    case .notFinite(let filter, let step, let what, let value):
      "\(filter): \(what) in step \(step) is \(value), but must be finite; \(Self.remedy)"
    case .inflation(let filter, let value):
      "\(filter): the inflation is \(value), but must be positive and finite; 1 is none."
    case .notLinear(let model):
      "the Kalman filter needs a LinearDynamicalModel, which propagates covariances, but \(model) is not one; use a filter "
        + "with an ensemble, or the extended Kalman filter."
    case .noTangent(let model):
      "\(model) has no tangent, which the extended Kalman filter needs; let it conform to TangentLinearModel, or to "
        + "LinearDynamicalModel if it is linear."
    case .certain(let point):
      "the observation of point \(point) has variance 0 and differs from a forecast without spread there; "
        + "give one of them a variance."
    case .tooManyExact(let count, let directions):
      "\(count) observations have variance 0, but the members span \(directions) directions only; "
        + "give observations a variance, or more members, or a localization."
    case .setting(let filter, let name, let value, let range):
      "\(filter): the \(name) is \(value), but must be \(range)."
    case .rotation(let filter, let base):
      "\(filter) needs members that stay themselves in the analysis, but \(base) rotates them; give \(base) the rotation "
        + ".none, and \(filter) that rotation if it has one."
    case .localizedBase(let filter, let base):
      "\(filter) updates the states of several times at once, but \(base) is localized on the grid of one time; "
        + "use a filter without localization."
    case .needsModel(let filter):
      "\(filter) runs the model in its analysis; call analyse(_:_:with:key:), which has a model."
    case .modelErrors(let filter, let model):
      "\(filter) is for models without errors, but \(model) has them; use EnKS, or a model whose noise is nil."
    case .noErrorCovariance(let filter, let model):
      "\(filter) needs the covariance of the model's errors, but \(model) does not say it; let it conform to "
        + "AdditiveNoiseModel, or to LinearDynamicalModel if it is linear."
    case .noLikelihood(let filter, let step):
      "\(filter): no particle has a likelihood in step \(step), since the observations are too far away; try more particles, "
        + "a larger jitter or larger error variances."
    case .localization(let order, let count):
      "the localized covariance of \(count) observations is not positive definite at number \(order): the taper is not "
        + "a covariance of the grid's distances; use a shorter length, or straight-line distances."
    }
  }

  /// The remedy for a filter that has diverged.
  static let remedy = "try more inflation and, for an ensemble, a localization or more members."

  /// Refuses an inflation that is 0, negative or not finite.
  static func check(inflation: Double, of filter: String) throws(FilterError) {
    guard inflation > 0, inflation.isFinite else {
      throw .inflation(filter: filter, value: inflation)
    }
  }
  /// Refuses a setting that is out of its range, which `range` names.
  static func check(
    _ name: String, _ value: Double, _ isInRange: Bool, _ range: String, of filter: String
  ) throws(FilterError) {
    guard isInRange else {
      throw .setting(filter: filter, name: name, value: AnalysisError.text(value), range: range)
    }
  }
}
