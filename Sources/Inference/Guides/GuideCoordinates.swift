import PPL

/// The coordinates in which a normal guide of all latent sites is fitted.
///
/// In preconditioned coordinates z the guide starts as the standard normal distribution, and learning rates mean the same for
/// every model: 0.01 is a hundredth of a posterior standard deviation. All guides with a distribution of the whole vector have
/// them; `AutoNormal`, by sites, has none, `AutoDelta` and `AutoLaplaceApproximation` have no scale that would gain by them.
public enum GuideCoordinates: Sendable {
  /// The unconstrained values themselves, as NumPyro's guides.
  case unconstrained
  /// The coordinates `x = mean + T z` of the Laplace approximation at the mode, which is found before the first step;
  /// `GaussianApproximation.nearMode` without one.
  case preconditioned
  /// The coordinates `x = mean + T z` of a given approximation.
  case standardized(GaussianApproximation)
}

extension GuideCoordinates {
  /// The scale at which a guide starts if none is given.
  func scale(_ given: Double?) -> Double {
    if let given { return given }
    if case .unconstrained = self { return 0.1 }
    return 1
  }

  /// The guide of a family in these coordinates.
  func guide(
    _ family: some JointFamily, _ model: Model<Void>, _ initialization: Initialization,
    prefix: String, key: RandomKey
  ) throws -> any PreparedGuide {
    func standardized(_ approximation: GaussianApproximation) throws -> any PreparedGuide {
      let family = StandardizedFamily(base: family, approximation: approximation)
      return try JointGuide(family, model, initialization, prefix: prefix, key: key)
    }
    switch self {
    case .unconstrained:
      return try JointGuide(family, model, initialization, prefix: prefix, key: key)
    case .standardized(let approximation): return try standardized(approximation)
    case .preconditioned:
      let prototype = key.split().1
      let density = try LogDensity(LogJoint(model, key: prototype))
      return try standardized(
        GaussianApproximation.nearMode(of: density, start: initialization, key: prototype)
          .approximation)
    }
  }
}
