import PPL

/// The filtered states: mean and covariance of the state before and after the analysis at each observation time.
public struct FilteredStates: Sendable {
  /// A quantity that may be recorded as a site.
  public enum Quantity: String, Sendable, CaseIterable {
    /// Means before and after the observations of the time, `[T, n]`.
    case forecastMeans, means
    /// The error covariances before and after the observations of the time, `[T, n, n]`.
    case forecastCovariances, covariances
    /// The terms of the log likelihood, `[T]`.
    case logLikelihoods
    /// The chi-squares dᵀ S⁻¹ d of the innovations, `[T]`.
    case innovationChiSquares
  }

  private var times: [FilteredTime] = []

  init() {}

  mutating func append(_ time: FilteredTime) { times.append(time) }

  /// The model step of each time.
  public var steps: [Int] { times.map(\.step) }

  /// The log density of all observations.
  public var logLikelihood: Tensor { logLikelihoods.sum() }

  /// The log density of each time's observations given those before, `[T]`; 0 where all are missing.
  public var logLikelihoods: Tensor { stacked(times.map(\.likelihood.logDensity), []) }

  /// The chi-square dᵀ S⁻¹ d of each time's innovations, `[T]`, whose mean is the number of observations if S is their
  /// covariance; 0 where all are missing.
  public var innovationChiSquares: Tensor { stacked(times.map(\.likelihood.chiSquare), []) }

  /// The number of observations at each time, without missing ones.
  public var observationCounts: [Int] { times.map(\.likelihood.count) }

  /// The state's mean given the observations before the time, `[T, n]`.
  public var forecastMeans: Tensor { stacked(times.map(\.forecast.mean), [0]) }

  /// The state's mean given the observations up to the time, `[T, n]`.
  public var means: Tensor { stacked(times.map(\.analysis.mean), [0]) }

  /// The covariance of the state given the observations before the time, `[T, n, n]`; of an ensemble the sample covariance
  /// before inflation and localization.
  public var forecastCovariances: Tensor { stacked(times.map(\.forecast.covariance), [0, 0]) }

  /// The covariance of the state given the observations up to the time, `[T, n, n]`.
  public var covariances: Tensor { stacked(times.map(\.analysis.covariance), [0, 0]) }

  /// The value of a quantity.
  public subscript(_ quantity: Quantity) -> Tensor {
    switch quantity {
    case .forecastMeans: forecastMeans
    case .means: means
    case .forecastCovariances: forecastCovariances
    case .covariances: covariances
    case .logLikelihoods: logLikelihoods
    case .innovationChiSquares: innovationChiSquares
    }
  }

  private func stacked(_ tensors: [Tensor], _ empty: [Int]) -> Tensor {
    tensors.isEmpty ? .zeros([0] + empty) : stack(tensors)
  }
}

/// The forecast and analysis at one observation time.
struct FilteredTime: Sendable {
  let step: Int
  let forecast, analysis: FilteredDistribution
  let likelihood: ObservationLikelihood

  /// A placeholder for a time that a failed filter never reached.
  static func placeholder(step: Int, size: Int) -> FilteredTime {
    let unit = FilteredDistribution.normal(mean: .zeros([size]), covariance: .identity(size))
    return FilteredTime(step: step, forecast: unit, analysis: unit, likelihood: .none)
  }
}

/// The distribution of a state at one time.
enum FilteredDistribution: Sendable {
  case normal(mean: Tensor, covariance: Tensor)
  /// Members in rows, `[N, n]`.
  case ensemble(Tensor)

  var mean: Tensor {
    switch self {
    case .normal(let mean, _): mean
    case .ensemble(let members): members.mean(along: [0])
    }
  }

  var covariance: Tensor {
    switch self {
    case .normal(_, let covariance): covariance
    case .ensemble(let members):
      sampleCovariance(members - mean, members - mean)
    }
  }
}

/// The sample covariance of deviations from their mean, in rows: of `[N, a]` and `[N, b]` it is `[a, b]`.
func sampleCovariance(_ x: Tensor, _ y: Tensor) -> Tensor {
  matmul(x.transposed(), y) / Tensor(Double(x.shape[0] - 1))
}
