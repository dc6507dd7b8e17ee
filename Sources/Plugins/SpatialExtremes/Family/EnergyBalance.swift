import Distributions
import Inference
import PPL

/// The response of an energy-balance model to a forcing: one heat reservoir that follows the forcing with a response time.
///
///     dr/dt = (F(t) - r(t)) / time,    term = amplitude (r(t) - mean r over the years of the data)
///
/// The forcing is linear between the years of its file and held in balance before them: r is F in the first one. Beyond the
/// file it is the line to the forcing of the climate that is predicted. The sites are `<name>.time`, years, and the amplitude, the
/// change in balance per unit of the forcing; `<name>_mean` is computed from them.
///
/// - Reference: Geoffroy et al. (2013), *Transient climate response in a two-layer energy-balance model*, J. Climate 26(6),
///   eq. (1) with one layer.
public struct EnergyBalance: GEVTerm {
  /// The beginning of the names of the sites.
  public let name: String
  /// The column of the forcing in `gmst.csv`.
  public let forcing: String
  /// The prior of the response time, years: the median, and the standard deviation of the logarithm.
  public let time: SitePrior
  /// The change in balance per unit of the forcing.
  public let amplitude: Coefficient

  /// A response with its priors; the site of the response time is `<name>.time`.
  ///
  /// - Parameters:
  ///   - name: The beginning of the names of the sites.
  ///   - forcing: The column of the forcing.
  ///   - time: The median of the response time, years, and the standard deviation of its logarithm.
  ///   - amplitude: The change in balance per unit of the forcing.
  public init(
    _ name: String, forcing: String, time: (centre: Double, deviation: Double),
    amplitude: Coefficient
  ) {
    (self.name, self.forcing, self.amplitude) = (name, forcing, amplitude)
    self.time = SitePrior("\(name).time", time.centre, time.deviation, isLogNormal: true)
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    let tau = time.sampleScale(&p)
    let a = amplitude.sample(&p, in: data.units)
    let r = Self.response(
      years: data.covariates.ofTime(Covariates.year).scalars,
      forcing: data.covariates.ofTime(forcing).scalars, after: history(data), tau)
    return a * (r - p.deterministic(meanSite, r.mean()))
  }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor {
    let year = data.covariates.value(ofTime: Covariates.year, in: climate)
    let history = history(data)
    let force = forcing(in: climate, data, history)
    let responses = draws[time.site].scalars.map {
      Self.response(years: [year], forcing: [force], after: history, Tensor($0)).scalars[0]
    }
    let r = Tensor(responses) - draws[meanSite]
    return (draws[amplitude.site] * r).expandingDimension(at: 1)
  }

  /// Inside the years of the file the forcing is taken from it; beyond them the value of the climate counts.
  private func forcing(
    in climate: Climate, _ data: StationTensors, _ history: [(year: Double, value: Double)]
  ) -> Double {
    let year = data.covariates.value(ofTime: Covariates.year, in: climate)
    guard let next = history.firstIndex(where: { $0.year >= year }), next > 0 else {
      return data.covariates.value(ofTime: forcing, in: climate)
    }
    let (a, b) = (history[next - 1], history[next])
    return a.value + (b.value - a.value) * (year - a.year) / (b.year - a.year)
  }

  private func history(_ data: StationTensors) -> [(year: Double, value: Double)] {
    data.covariates.history(ofTime: forcing)
  }

  /// The response in some years, `[T]`, to a forcing that is linear between the years of its history.
  ///
  ///     r(t) - F(t) = -time sum_j s_j (exp(-(t - t[j+1]) / time) - exp(-(t - t[j]) / time))
  ///
  /// with the slope `s_j` of the forcing between two years before t, the last of which is t itself.
  ///
  /// - Complexity: O(*T* *N*) for a history of *N* years.
  static func response(
    years: [Double], forcing: [Double], after history: [(year: Double, value: Double)],
    _ tau: Tensor
  ) -> Tensor {
    let width = history.count + 1
    var (begins, ends, slopes): ([Double], [Double], [Double]) = ([], [], [])
    for (year, force) in zip(years, forcing) {
      let now = (year: year, value: force)
      let nodes = history.filter { $0.year < year } + [now]
      for j in 0..<width {
        let isPart = j + 1 < nodes.count
        let (a, b) = (isPart ? nodes[j] : now, isPart ? nodes[j + 1] : now)
        begins.append(year - a.year)
        ends.append(year - b.year)
        slopes.append(isPart ? (b.value - a.value) / (b.year - a.year) : 0)
      }
    }
    func matrix(_ values: [Double]) -> Tensor { Tensor(values, shape: [years.count, width]) }
    let rate = -1 / tau
    let weights = exp(matrix(ends) * rate) - exp(matrix(begins) * rate)
    return Tensor(forcing) - tau * (matrix(slopes) * weights).sum(along: [1])
  }

  public func start(_ data: StationTensors) -> [String: Tensor] {
    amplitude.startingValue(in: data.units).merging([time.site: Tensor(time.centre)]) { $1 }
  }

  public var parameters: [ReportedSite] {
    [ReportedSite(amplitude.site, unit: amplitude.unit), ReportedSite(time.site, unit: "years")]
  }
  public var otherSites: Set<String> { [time.site, amplitude.site, meanSite] }
  public var priors: [SitePrior] { [time, amplitude.prior] }
  private var meanSite: String { "\(name)_mean" }
}
