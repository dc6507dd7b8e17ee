import Autodiff
import LinearAlgebra

/// The ensemble smoother with multiple data assimilation (ES-MDA): the same observations are assimilated several times into the
/// start of a window, each time with error variances multiplied by a coefficient α_i, and the members advance in between.
///
///     sum_i 1 / α_i = 1
///
/// For a linear model and exact moments this is a single analysis; for others, smaller steps follow the nonlinearity. The
/// analyses are those of a given filter: the method of the paper is that with `EnKF`, of perturbed observations.
///
/// - Complexity: N states through the window for each coefficient, and the analyses of the filter for states of two times.
/// - Reference: Emerick and Reynolds (2013), *Ensemble smoother with multiple data assimilation*, eqs. (12)-(14).
public struct ESMDA<Base: EnsembleFilter>: WindowSmoother {
  /// The filter of the analyses, without a localization; its own inflation has no effect.
  public let base: Base
  public let lag: Int
  public let inflation: Double
  /// The coefficients α of the error variances, one for each assimilation.
  public let coefficients: [Double]

  /// A smoother with equal coefficients.
  ///
  /// - Parameters:
  ///   - base: The filter of the analyses, `EnKF` in the paper.
  ///   - assimilations: The number of assimilations, at least 1.
  ///   - lag: The number of intervals between analyses in the window.
  ///   - inflation: The factor of the deviations at the start of the window after the last of the assimilations.
  public init(_ base: Base, assimilations: Int, lag: Int = 1, inflation: Double = 1) {
    self.init(
      base, coefficients: Array(repeating: Double(assimilations), count: max(0, assimilations)),
      lag: lag, inflation: inflation)
  }

  /// A smoother with these coefficients, whose inverses sum to 1.
  public init(_ base: Base, coefficients: [Double], lag: Int = 1, inflation: Double = 1) {
    (self.base, self.coefficients, self.lag) = (base, coefficients, lag)
    self.inflation = inflation
  }

  public var name: String { "ES-MDA, \(base.name)" }
  public var members: Int { base.members }
  public var rotation: EnsembleRotation { .none }

  public func analysis(of window: SmootherWindow, key: RandomKey) throws -> SmootherAnalysis {
    guard base.localization == nil else {
      throw FilterError.localizedBase(filter: name, base: base.name)
    }
    let sum = coefficients.reduce(0) { $0 + 1 / $1 }
    try FilterError.check(
      "sum of inverse coefficients", sum,
      abs(sum - 1) < 1e-9 && coefficients.allSatisfy { $0 > 0 }, "1, of positive coefficients",
      of: name)
    let (y, n) = (window.observations, window.start.mean.count)
    var start = window.start
    var states = window.forecast
    for (k, (alpha, key)) in zip(coefficients, key.split(coefficients.count)).enumerated() {
      if k > 0 { states = try window.advance(start.members()) }
      try AnalysisError.check(states, "members")
      var both = Ensemble(members: Matrix(sideBySide: [states, start.members()]))
      let inflated = try Observations(
        points: y.points, values: y.values, variances: y.variances.map { alpha * $0 })
      try base.update(&both, inflated, key: key)
      start = both.part(columns: n..<(2 * n))
    }
    return SmootherAnalysis(
      start: start, present: Ensemble(members: try window.advance(start.members())))
  }
}
