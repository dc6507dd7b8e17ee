import Assimilation
import PPL

/// A published error of a filter in a twin experiment, with the settings that reproduce it; or the settings alone of a filter
/// whose error nobody has published there.
///
/// The error is `rmse.a` of DAPPER: the root mean squared error over the points, averaged over the analysis times after
/// the burn-in.
///
/// - Reference: nansencenter/DAPPER at ae89b30, `dapper/mods/<model>/<file>.py`, which lists the errors with the papers
///   that published them; the runs of DAPPER 1.7.1 had seed 3000.
struct PublishedError: Sendable {
  let twin: Twin
  let method: Method
  /// The ensemble size N; nil for a filter without an ensemble.
  let members: Int?
  /// The inflation factor: of the anomalies at each analysis, or of the extended Kalman filter's covariance per unit of
  /// time.
  let inflation: Double?
  /// The published root mean squared error, in the units of the state; nil if there is none.
  let published: Double?
  /// The error of one run of DAPPER 1.7.1; nil where none was made.
  let dapper: Double?

  /// A filter, by its name in reports.
  enum Method: String, Sendable {
    case enKF = "EnKF"
    case dEnKF = "DEnKF"
    case etkf = "ETKF"
    case letkf = "LETKF"
    case extended = "Extended KF"
    case climatology = "Climatology"
    case interpolation = "Optimal interpolation"
    case enKFN = "EnKF-N"
    case enKFN2 = "EnKF-N, certainty 2"
    case serial = "Serial EnKF"
    case enSRF = "EnSRF"
    case localEnSRF = "EnSRF, localized"
    case rankHistogram = "RHF"
    case iEnKS = "IEnKS"
    case iEnKSN = "IEnKS-N"
    case particles = "Particle filter"
    case optimalParticles = "Optimal PF"
    case unscented = "Unscented KF"
    case adaptive = "ETKF, adaptive"
    case perturbations = "ETKF, RTPP 0.4"
    case spread = "ETKF, RTPS 0.2"
    case enKS = "EnKS, lag 12"
    case enRTS = "EnRTS, damping 0.98"
    case esMDA = "ES-MDA, 4 times"
    case fourDEnVar = "4DEnVar, 4 times"
  }

  init(
    _ twin: Twin, _ method: Method, _ members: Int?, _ inflation: Double?, _ published: Double?,
    _ dapper: Double? = nil
  ) {
    (self.twin, self.method, self.members) = (twin, method, members)
    (self.inflation, self.published, self.dapper) = (inflation, published, dapper)
  }

  /// The name of the row in reports and in `--only`.
  var name: String { "\(twin.rawValue) \(method.rawValue)" }

  /// The tolerated difference between the error of a run of the published length and the published one: 0.02 for Lorenz-96
  /// with all points observed, or a tenth of errors above 0.3; 0.03 for the advection; a tenth of the error elsewhere. Nil
  /// without a published error.
  var tolerance: Double? {
    published.map { published in
      switch twin {
      case .lorenz96: published > 0.3 ? 0.1 * published : 0.02
      case .advection: 0.03
      default: 0.1 * published
      }
    }
  }

  /// Whether the row is measured in full by the tests; all others are by `ppl run twin-benchmarks`.
  var isQuick: Bool { dapper != nil }

  /// The least number of twins over which the error is averaged.
  ///
  /// The EnKF of ten members sometimes diverges on Lorenz-63 for tens of analyses, so that the error of one run of 2000
  /// analyses has a standard deviation of 0.09, and the mean of ten runs one of 0.03.
  var twins: Int { twin == .lorenz63 && method == .enKF ? 10 : 1 }

  /// The outcome of a run of the published length, or of a share of it after the burn-in.
  func outcome(key: RandomKey, share: Double = 1) throws -> TwinCommand.Outcome {
    guard method == .enRTS else { return TwinCommand.Outcome(try run(key: key, share: share)) }
    let (truth, filters) = key.split()
    let smoother = EnRTS(ETKF(members: members ?? 0, inflation: inflation ?? 1), damping: 0.98)
    let errors = try twin.experiment(key: truth, share: share).run(
      smoother, burnIn: twin.length.burnIn, key: filters)
    return TwinCommand.Outcome(
      error: errors.analysisRMSE?.value, standardError: errors.analysisRMSE?.standardError,
      spread: nil, smoothed: errors.smoothedRMSE?.value, failure: nil)
  }

  /// A run of the published length, or up to the analysis at which the filter diverges.
  ///
  /// - Parameters:
  ///   - key: The random key of the twin and the filter.
  ///   - share: The share of the published length after the burn-in, in (0, 1].
  func run(key: RandomKey, share: Double = 1) throws -> FilterRun {
    let (truth, filters) = key.split()
    let twin = try twin.experiment(key: truth, share: share)
    return try twin.run(
      filter(twin), burnIn: self.twin.length.burnIn, measuring: [], bound: self.twin.bound,
      key: filters)
  }
}
