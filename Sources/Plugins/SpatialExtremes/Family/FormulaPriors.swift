import Foundation
import PPL

// Priors from the data: w and b are the spreads within and between stations, t the deviation of a covariate of time.

extension FormulaTerms {
  /// The standard deviation of a factor of time over the years; 1 for polynomials and the constant.
  private func deviation(_ time: TimeFactor) -> Double {
    time.degree == nil ? time.covariate.map(scale.deviation) ?? 1 : 1
  }

  /// A coefficient without variation in space, or independent ones of the stations.
  func constant(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: TimeFactor, ofStations: Bool = false
  ) -> Coefficient {
    let names = ofStations ? names.ofStations : names
    let (w, t) = (scale.within, deviation(time))
    let unit = unit(parameter, time)
    guard time.covariate == nil else {
      let spread =
        switch parameter {
        // A polynomial has mean square 1.
        case .location: time.degree == nil ? 2.5 * w : w
        case .logScale: time.degree == nil ? 0.5 : 0.2
        case .shape: time.degree == nil ? 0.1 : 0.04
        }
      return coefficient(names.constant, 0, spread / t, unit)
    }
    // The logarithm of the location, where the scale is relative to it.
    let relative = flags.dispersion ? log(max(start.location, 1e-300)) : 0
    let starts = ofStations ? scale.startsOfStations(start) : []
    var constant =
      switch parameter {
      // The mean of a Gumbel distribution is 0.577 scales above its location, its deviation 1.28 scales.
      case .location:
        coefficient(
          names.constant, scale.mean, 2.5 * (w + scale.between), start: start.location, unit)
      case .logScale:
        coefficient(
          names.constant, log(w * 6.squareRoot() / .pi) - relative, 0.5,
          start: start.logScale - relative, unit)
      case .shape: coefficient(names.constant, 0, 0.2, start: start.shape, unit)
      }
    if ofStations {
      constant.starts = starts.map {
        switch parameter {
        case .location: $0.location
        case .logScale: $0.logScale - (flags.dispersion ? log(max($0.location, 1e-300)) : 0)
        case .shape: $0.shape
        }
      }
    }
    return constant
  }

  /// The slope of a covariate of place.
  func slope(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: TimeFactor, _ place: String
  ) -> Coefficient {
    let range = scale.deviation(of: place) * deviation(time)
    let spread =
      switch parameter {
      case .location: time.covariate == nil ? 2.5 * scale.between : scale.within
      case .logScale: 0.5
      case .shape: 0.1
      }
    return coefficient(names.slope(place), 0, spread / range, unit(parameter, time, place))
  }

  private func coefficient(
    _ site: String, _ mean: Double, _ deviation: Double, start: Double? = nil, _ unit: String
  ) -> Coefficient {
    let prior = priors.normal(site, mean, deviation)
    var coefficient = Coefficient(
      site, prior.centre, prior.deviation, start: start ?? prior.centre, unit: unit)
    coefficient.isStandardized = true
    return coefficient
  }

  /// The field of a coefficient, with the covariance of the flags.
  func field(
    _ names: SiteNames, _ parameter: GEVParameter, _ time: TimeFactor
  ) -> SpatialField {
    let t = deviation(time)
    let deviation =
      switch parameter {
      case .location: time.covariate == nil ? scale.between : 0.3 * scale.within / t
      case .logScale: 0.2 / t
      case .shape: 0.05 / t
      }
    return field(
      named: names.field, names.kernel, deviation: deviation, of: quantity(parameter, time))
  }

  /// A field with the covariance of the flags.
  ///
  /// - Parameters:
  ///   - site: The site of its values.
  ///   - name: The name of the kernel.
  ///   - deviation: The standard deviation whose square is the median of the variance.
  ///   - length: The median of the lengthscale by the median distance of two stations; for a sum of covariances the middle one.
  ///   - quantity: The parameter that the field is a part of.
  func field(
    named site: String, _ name: String, deviation: Double, length median: Double = 0.5,
    of quantity: GEVQuantity?
  ) -> SpatialField {
    let kernels = flags.kernel.kernels
    func variance(_ kernel: String) -> (centre: Double, deviation: Double) {
      priors.logNormal("\(kernel).variance", deviation * deviation / Double(kernels.count), 1)
    }
    // The first summands of a sum have the shorter ranges.
    func length(_ kernel: String, _ index: Int) -> (centre: Double, deviation: Double) {
      let share =
        kernels.count == 1
        ? median : 0.5 * median * pow(4, Double(index) / Double(kernels.count - 1))
      return priors.logNormal("\(kernel).lengthscale", share * scale.distance, 0.7)
    }
    let (v, l) = (variance(name), length(name, 0))
    var field = SpatialField(
      site, name, Prior(v.centre, .variance(of: quantity ?? .location)),
      Prior(l.centre, .lengthscale), of: quantity, as: flags.fieldCoordinates)
    field.deviations = (v.deviation, l.deviation)
    field.metric = metric
    field.smoothness = kernels[0]
    field.others = kernels.enumerated().dropFirst().map { index, smoothness in
      let name = "\(name)_\(smoothness.rawValue)"
      let (v, l) = (variance(name), length(name, index))
      return SpatialField.Summand(
        smoothness, SitePrior("\(name).variance", v.centre, v.deviation, isLogNormal: true),
        SitePrior("\(name).lengthscale", l.centre, l.deviation, isLogNormal: true))
    }
    if flags.nugget {
      let site = "\(name).nugget"
      let prior = priors.logNormal(site, 0.1 * deviation * deviation, 1)
      field.nugget = SitePrior(site, prior.centre, prior.deviation, isLogNormal: true)
    }
    if flags.anisotropy {
      let site = "\(name).anisotropy"
      let prior = priors.normal(site, 0, 0.5)
      field.anisotropy = SitePrior(site, prior.centre, prior.deviation)
    }
    // Relative to the variance, so that a fit does not depend on units.
    field.jitter = priors.base == .reference ? field.jitter : 1e-6 * v.centre
    (field.startsAtZero, field.startsAtMedians) = (true, true)
    return field
  }

  /// The standard deviation of a smooth function of time.
  private func spread(_ parameter: GEVParameter) -> Double {
    switch parameter {
    case .location: 0.3 * scale.within
    case .logScale: 0.1
    case .shape: 0.02
    }
  }

  /// A smooth function of a covariate of time.
  func smooth(of covariate: String, _ parameter: GEVParameter) -> SmoothTrend {
    let spread = spread(parameter)
    let names = names(parameter, covariate)
    let variance = priors.logNormal("\(names.smooth).variance", spread * spread, 1)
    let length = priors.logNormal(
      "\(names.smooth).lengthscale", scale.deviation(of: covariate), 0.7)
    var trend = SmoothTrend(
      "\(names.smooth)_t", names.smooth, of: covariate,
      Prior(variance.centre, .variance(of: .location)), Prior(length.centre, .lengthscale))
    trend.deviations = (variance.deviation, length.deviation)
    trend.jitter = 1e-6 * variance.centre
    return trend
  }

  /// A local linear trend, whose departure from a line over the years has the spread of a smooth function.
  func trend(_ parameter: GEVParameter) -> LocalLinearTrend {
    let name = "trend_\(names(parameter, nil).base)"
    let (spread, slope) = (spread(parameter), "trend_\(names(parameter, nil).base)_slope")
    let years = data.covariates.ofTime(Covariates.year).scalars
    let span = max((years.last ?? 0) - (years.first ?? 0), 1)
    // The variance of an integrated random walk after h years is variance h³ / 3.
    let variance = priors.logNormal(
      "\(name).variance", 3 * spread * spread / (span * span * span), 1.5)
    let time = TimeFactor(covariate: Covariates.year)
    let usual = constant(names(parameter, Covariates.year), parameter, time)
    return LocalLinearTrend(
      name, variance: variance, slope: coefficient(slope, 0, usual.deviation, usual.unit))
  }

  /// The response of an energy-balance model to a forcing.
  func response(to forcing: String, _ parameter: GEVParameter) -> EnergyBalance {
    let name = "ebm_\(names(parameter, nil).base)_\(forcing)"
    let time = priors.logNormal("\(name).time", 8, 0.8)
    let factor = TimeFactor(covariate: forcing)
    let usual = constant(names(parameter, forcing), parameter, factor)
    return EnergyBalance(
      name, forcing: forcing, time: time,
      amplitude: coefficient(name, 0, usual.deviation, unit(parameter, factor)))
  }
}
