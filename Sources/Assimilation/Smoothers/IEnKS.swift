import Autodiff
import LinearAlgebra

/// The iterative ensemble Kalman smoother (IEnKS): the mode of the posterior of the state at the start of a window, by
/// Gauss-Newton iterations in the space of the members, which advance through the window in each of them.
///
///     J(w) = |R^(-1/2) (y - H m(x̄ + Xᵀ w))|² / 2 + ζ |w|² / 2,    S = deviations of H m, undone of T, over R^(1/2)
///     w += (S Sᵀ + ζ)⁻¹ (S R^(-1/2) (y - H m) - ζ w),    T = sqrt(N - 1) (S Sᵀ + ζ)^(-1/2)
///
/// ζ is N - 1 or, with a certainty, that of the finite-size prior at w (IEnKS-N). With a lag of 1 it is the iterative ensemble
/// Kalman filter (IEnKF); one iteration is an ETKF in the window. An analysis that does not converge within the iterations is
/// used, as chaotic windows have several modes; `FilterRun.unconvergedCount` counts them.
///
/// - Complexity: N states through the window in each iteration, and O(N³ + N² (n + p)).
/// - Reference: Bocquet and Sakov (2014), *An iterative ensemble Kalman smoother*, algorithm 1, with a shift of 1 and single
///   assimilation; Bocquet and Sakov (2013), *Joint state and parameter estimation with an iterative ensemble Kalman smoother*;
///   Sakov, Oliver and Bertino (2012), *An iterative EnKF for strongly nonlinear systems*.
public struct IEnKS: WindowSmoother {
  public let members: Int
  public let lag: Int
  public let inflation: Double
  public let rotation: EnsembleRotation
  /// The certainty of the finite-size prior, as in `EnKFN`; nil for a normal prior.
  public let certainty: Double?
  /// The linearization of the model in each iteration.
  public let linearization: Linearization
  /// The largest number of iterations.
  public let maximumIterations: Int
  /// The length of a step of w, in prior deviations, at which the iterations end.
  public let tolerance: Double

  /// The linearization of the model about the mean.
  public enum Linearization: Sendable, Equatable {
    /// Regression on members with the deviations of the latest posterior, T X.
    case transform
    /// Finite differences: members whose deviations X are multiplied by a small number ε.
    case bundle(_ epsilon: Double)
  }

  /// A smoother with this ensemble size, at least 2, and lag, at least 1.
  ///
  /// - Parameters:
  ///   - members: The ensemble size N.
  ///   - lag: The number of intervals between analyses in the window.
  ///   - inflation: The factor of the deviations at the start of the window after each analysis.
  ///   - rotation: The rotation of the deviations after each analysis.
  ///   - certainty: The certainty of the finite-size prior; nil for a normal prior.
  ///   - linearization: The linearization of the model.
  ///   - maximumIterations: The largest number of iterations.
  ///   - tolerance: The length of a step, in prior deviations, at which the iterations end.
  public init(
    members: Int, lag: Int = 1, inflation: Double = 1, rotation: EnsembleRotation = .none,
    certainty: Double? = nil, linearization: Linearization = .transform,
    maximumIterations: Int = 10, tolerance: Double = 1e-3
  ) {
    (self.members, self.lag) = (members, lag)
    (self.inflation, self.rotation, self.certainty) = (inflation, rotation, certainty)
    (self.linearization, self.maximumIterations) = (linearization, maximumIterations)
    self.tolerance = tolerance
  }

  public var name: String { certainty == nil ? "IEnKS" : "IEnKS-N" }

  public func analysis(of window: SmootherWindow, key: RandomKey) throws -> SmootherAnalysis {
    try checkSettings()
    let y = window.observations
    try y.requireErrors()
    let (count, degrees) = (members, Double(members - 1))
    let X = window.start.anomalies
    let forecast = Ensemble(members: window.forecast).anomalies
    let factors = y.variances.map { 1 / $0.squareRoot() }
    var weights = Array(repeating: 0.0, count: count)
    var (transform, inverse) = (Matrix(identity: count), Matrix(identity: count))
    var states = window.forecast
    var iteration = 0
    while true {
      iteration += 1
      let spread: Matrix
      switch linearization {
      case .transform:
        if iteration > 1 { states = try advanced(window, weights, transform) }
        spread = inverse
      case .bundle(let epsilon):
        var small = Matrix(identity: count)
        small.scale(by: epsilon)
        states = try advanced(window, weights, small)
        spread = Matrix(diagonal: Array(repeating: 1 / epsilon, count: count))
      }
      try AnalysisError.check(states, "members")
      let present = Ensemble(members: states)
      var observed = present.anomalies.taking(columns: y.points)
      observed.scaleColumns(by: factors)
      let S = Matrix.product(spread, observed)
      let innovations = zip(y.innovations(from: present.mean), factors).map(*)
      let eigen = try SymmetricEigen(Matrix.product(S, S, transposingSecond: true))
      let precision =
        certainty.map {
          FiniteSizePrior(eigenvalues: eigen.values, certainty: $0).precision(at: weights)
        } ?? degrees
      let gradient = zip(S.multiplied(by: innovations), weights).map { $0 - precision * $1 }
      let step = eigen.applying { 1 / (precision + max(0, $0)) }.multiplied(by: gradient)
      for k in weights.indices { weights[k] += step[k] }
      let before = transform
      transform = eigen.applying { (degrees / (precision + max(0, $0))).squareRoot() }
      inverse = eigen.applying { ((precision + max(0, $0)) / degrees).squareRoot() }
      // w has deviations of about 1 / sqrt(N - 1) before the analysis.
      let length = (degrees * step.reduce(0) { $0 + $1 * $1 }).squareRoot()
      try AnalysisError.check([length], "steps of the weights")
      guard length <= tolerance || iteration == maximumIterations else { continue }
      return SmootherAnalysis(
        start: Ensemble(
          mean: zip(window.start.mean, X.transposeMultiplied(by: weights)).map(+),
          anomalies: Matrix.product(transform, X)),
        present: linearized(present, forecast, step, transform, before: before),
        iterations: FilterState.Iterations(count: iteration, isConverged: length <= tolerance))
    }
  }

  /// The members at the observations for weights w of the mean, and deviations T X.
  private func advanced(
    _ window: SmootherWindow, _ weights: [Double], _ transform: Matrix
  ) throws -> Matrix {
    let X = window.start.anomalies
    var start = Matrix.product(transform, X)
    start.shiftRows(
      from: window.start.mean.map { _ in 0 },
      to: zip(window.start.mean, X.transposeMultiplied(by: weights)).map(+))
    return try window.advance(start)
  }

  /// The ensemble at the observations after the last step, by linearization instead of another run.
  private func linearized(
    _ present: Ensemble, _ forecast: Matrix, _ step: [Double], _ transform: Matrix,
    before: Matrix
  ) -> Ensemble {
    var result = present
    var slopes = forecast
    switch linearization {
    case .transform:
      var change = transform
      change.add(before, scaledBy: -1)
      result.anomalies.accumulate(change, forecast)
    case .bundle(let epsilon):
      slopes = present.anomalies
      slopes.scale(by: 1 / epsilon)
      result.anomalies = Matrix.product(transform, slopes)
    }
    for (i, increment) in slopes.transposeMultiplied(by: step).enumerated() {
      result.mean[i] += increment
    }
    return result
  }

  private func checkSettings() throws(FilterError) {
    try FilterError.check(
      "largest number of iterations", Double(maximumIterations), maximumIterations >= 1,
      "at least 1", of: name)
    if let certainty {
      try FilterError.check(
        "certainty", certainty, certainty > 0 && certainty.isFinite, "positive and finite", of: name
      )
    }
    if case .bundle(let epsilon) = linearization {
      try FilterError.check(
        "epsilon of the bundle", epsilon, epsilon > 0 && epsilon.isFinite, "positive and finite",
        of: name)
    }
  }
}

extension Matrix {
  /// The diagonal matrix with these numbers.
  init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    addToDiagonal(diagonal)
  }

  /// The identity matrix of this size.
  init(identity size: Int) { self.init(diagonal: Array(repeating: 1, count: size)) }
}
