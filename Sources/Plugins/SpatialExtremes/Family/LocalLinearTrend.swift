import Distributions
import Inference
import PPL

/// A smooth trend in the calendar years: a local linear trend whose slope is a random walk in continuous time.
///
///     d level = slope dt,    d slope = sqrt(variance) dW
///
/// It is a state space of level and slope, exact for years at any distance, so that a gap counts by its length; it is whitened
/// and takes O(*T*). The prior is on the slope of the least-squares line of the levels over the years, which the data determine
/// whatever the variance; the random walk counts by its departure from its own line.
///
/// The sites, in order: `<name>.variance`, the slope, `<name>_z` `[2, T - 1]`, and computed from them `<name>_t` and
/// `<name>_rate`, `[T]`, level and slope in each year. The level is centred over the years. Between them and beyond it is drawn
/// given both states, as one path for each draw, so that sums and differences over years are right too; a line with the last
/// slope is its mean in the future.
///
/// - Reference: Wecker and Ansley (1983), *The signal extraction approach to nonlinear regression and spline smoothing*, JASA
///   78(381), §2; Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, §3.2 and §3.9.
public struct LocalLinearTrend: GEVTerm {
  /// The beginning of the names of the sites.
  public let name: String
  /// The prior of the variance of the slope in a year, in squared units of the term per year³: the median, and the standard
  /// deviation of the logarithm.
  public let variance: SitePrior
  /// The slope of the least-squares line over the years, in the unit of the term per year.
  public let slope: Coefficient

  /// A trend with its priors; the site of the variance is `<name>.variance`.
  ///
  /// - Parameters:
  ///   - name: The beginning of the names of the sites.
  ///   - variance: The median of the variance, and the standard deviation of its logarithm.
  ///   - slope: The slope of the least-squares line over the years.
  public init(
    _ name: String, variance: (centre: Double, deviation: Double), slope: Coefficient
  ) {
    (self.name, self.slope) = (name, slope)
    self.variance = SitePrior(
      "\(name).variance", variance.centre, variance.deviation, isLogNormal: true)
  }

  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? {
    let root = sqrt(
      p.variance(
        variance.site, variance.centre, deviation: variance.deviation ?? 0.5, in: data.units))
    let slope = slope.sample(&p, in: data.units)
    let years = data.covariates.ofTime(Covariates.year).scalars
    let steps = zip(years.dropFirst(), years).map(-)
    let z = p.sample(
      "\(name)_z", Normal(0, 1).expanded(to: [2, steps.count]).toEvent(2))
    let path = Self.states(z, root, 0, steps: steps)
    let time = Tensor(years) - Tensor(years.reduce(0, +) / Double(years.count))
    let change = slope - (time * path.level).sum() / square(time).sum()
    _ = p.report("\(name)_rate", path.rate + change, in: data.units)
    return p.report(
      levelSite, path.level + change * (time - time[.at(0)]), in: data.units)
  }

  /// Level and slope in each year, `[T]` each, of independent standard normal numbers, `[2, T - 1]`.
  ///
  /// Over a step h the noise of level and slope has the covariance `[[h³ / 3, h² / 2], [h² / 2, h]]`.
  static func states(
    _ z: Tensor, _ root: Tensor, _ first: Tensor, steps: [Double]
  ) -> (level: Tensor, rate: Tensor) {
    let (h, zero) = (Tensor(steps), Tensor([0.0]))
    let ofSlope = sqrt(h) * z[.at(0)]
    let ofLevel = 0.5 * h * ofSlope + sqrt(h * h * h / 12) * z[.at(1)]
    let rate = first + root * concatenate([zero, ofSlope.cumulativeSum()])
    let rises = h * rate[.range(0..<steps.count)] + root * ofLevel
    return (concatenate([zero, rises.cumulativeSum()]), rate)
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    process.map { $0 - $0.mean() } ?? 0
  }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor { values(draws, data, at: places, in: [climate])[0] }

  /// The values for each draw, in years without data drawn from the process given its states in the others: one path for each
  /// draw, which all climates and all places share. Without a key they are the conditional means.
  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climates: [Climate]
  ) -> [Tensor] {
    guard let key = places.key else {
      return climates.map { moments(draws, data, in: $0).mean.expandingDimension(at: 1) }
    }
    let range = places.firstDraw..<(places.firstDraw + draws.count)
    var path = LinearTrendPath(through: states(draws, data), sqrt(draws[variance.site])) { time in
      let bits = time.bitPattern
      return key.foldIn(UInt32(truncatingIfNeeded: bits >> 32))
        .foldIn(UInt32(truncatingIfNeeded: bits)).normal([range.upperBound, 2])[.range(range)]
    }
    let centre = draws[levelSite].mean(along: [1])
    let times = climates.map { data.covariates.value(ofTime: Covariates.year, in: $0) }
    return path.levels(at: times).map { ($0 - centre).expandingDimension(at: 1) }
  }

  /// The means over the draws of the conditional means.
  public func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor] {
    climates.map {
      moments(draws, data, in: $0).mean.mean(along: [0], keepingDimensions: true)
        .expandingDimension(at: 1)
    }
  }

  /// The mean and the standard deviation of the level in a climate given the states in the years, `[D]` each.
  func moments(
    _ draws: Draws, _ data: StationTensors, in climate: Climate
  ) -> (mean: Tensor, deviation: Tensor) {
    let time = data.covariates.value(ofTime: Covariates.year, in: climate)
    let states = states(draws, data)
    let centre = draws[levelSite].mean(along: [1])
    let root = sqrt(draws[variance.site])
    if let known = states.first(where: { $0.time == time }) {
      return (known.level - centre, 0 * root)
    }
    let next = states.firstIndex { $0.time > time } ?? states.count
    let step = LinearTrendStep(
      from: states[max(next - 1, 0)], to: time,
      towards: 0 < next && next < states.count ? states[next] : nil)
    return (step.mean.level - centre, Tensor(step.levelDeviation) * root)
  }

  /// The states in the years of the data.
  private func states(_ draws: Draws, _ data: StationTensors) -> [LinearTrendState] {
    let (levels, rates) = (draws[levelSite], draws["\(name)_rate"])
    return data.covariates.ofTime(Covariates.year).scalars.enumerated().map { j, year in
      LinearTrendState(time: year, level: levels[.all, .at(j)], rate: rates[.all, .at(j)])
    }
  }

  public func start(_ data: StationTensors) -> [String: Tensor] {
    let count = data.covariates.ofTime(Covariates.year).count - 1
    return slope.startingValue(in: data.units)
      .merging(data.units.start(ofVariance: variance.site, variance.centre)) { $1 }
      .merging(["\(name)_z": .zeros([2, count])]) { $1 }
  }

  public var otherSites: Set<String> { [variance.site, slope.site, levelSite, "\(name)_rate"] }
  public var priors: [SitePrior] { [variance, slope.prior] }
  private var levelSite: String { "\(name)_t" }
}
