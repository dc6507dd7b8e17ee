import PPL

/// The linear Gaussian state-space model: linear transitions with normal errors from a normal initial state.
///
///     x[0] ~ Normal(mean, covariance)
///     x[k] = A[k] x[k - 1] + e[k],    e[k] ~ Normal(0, Q[k])
///
/// All of these are tensors, which may depend on parameters with priors.
///
/// - Reference: Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, eq. (3.1).
public struct LinearGaussianStateSpace: Sendable {
  /// The mean and the covariance of the start, `[n]` and `[n, n]`.
  public let mean, covariance: Tensor
  /// The transition to step k, from 1, and the covariance of its error; `[n, n]` each.
  let transition, modelError: @Sendable (_ step: Int) -> Tensor

  /// A model with the same transition at all steps.
  ///
  /// - Parameters:
  ///   - mean: The mean of the start, `[n]`.
  ///   - covariance: The covariance of the start, `[n, n]`; positive semidefinite.
  ///   - transition: The transition matrix A, `[n, n]`.
  ///   - modelError: The covariance Q of the model error, `[n, n]`; positive semidefinite.
  public init(mean: Tensor, covariance: Tensor, transition: Tensor, modelError: Tensor) {
    self.init(
      mean: mean, covariance: covariance, transition: { _ in transition },
      modelError: { _ in modelError })
  }

  /// A model with a transition for each step, such as for steps of uneven length.
  ///
  /// - Parameters:
  ///   - mean: The mean of the start, `[n]`.
  ///   - covariance: The covariance of the start, `[n, n]`.
  ///   - transition: The transition matrix A of a step, from 1, `[n, n]`.
  ///   - modelError: The covariance Q of the model error of a step, from 1, `[n, n]`.
  public init(
    mean: Tensor, covariance: Tensor, transition: @escaping @Sendable (_ step: Int) -> Tensor,
    modelError: @escaping @Sendable (_ step: Int) -> Tensor
  ) {
    (self.mean, self.covariance) = (mean, covariance)
    (self.transition, self.modelError) = (transition, modelError)
  }
}

extension LinearGaussianStateSpace {
  /// The Kalman filter.
  func filtered(_ observations: [TimedObservations]) throws(FilteredError) -> FilteredStates {
    try TimedObservations.check(observations)
    let n = mean.shape.last ?? 1
    try FilteredError.check(mean, "the mean of the start", shape: [n])
    try FilteredError.check(covariance, "the covariance of the start", shape: [n, n])

    var states = FilteredStates()
    var (m, P) = (mean, covariance)
    var step = 0
    for time in observations {
      while step < time.step {
        step += 1
        try advance(&m, &P, to: step, size: n)
      }
      let forecast = FilteredDistribution.normal(mean: m, covariance: P)
      var likelihood = ObservationLikelihood.none
      if let present = try time.present(stateSize: n) {
        likelihood = Self.update(&m, &P, present)
      }
      states.append(
        FilteredTime(
          step: step, forecast: forecast, analysis: .normal(mean: m, covariance: P),
          likelihood: likelihood))
    }
    return states
  }

  /// The forecast: m becomes A m, and P becomes A P Aᵀ + Q.
  private func advance(
    _ m: inout Tensor, _ P: inout Tensor, to step: Int, size n: Int
  ) throws(FilteredError) {
    let (A, Q) = (transition(step), modelError(step))
    try FilteredError.check(A, "the transition", step: step, shape: [n, n])
    try FilteredError.check(Q, "the covariance of the model error", step: step, shape: [n, n])
    m = matmul(A, m)
    let B = matmul(matmul(A, P), A.transposed()) + Q
    // The update below uses rows and columns alike: rounding must not make them differ.
    P = 0.5 * (B + B.transposed())
  }

  /// The Kalman update: m becomes m + K d and B becomes (I - K H) B (I - K H)ᵀ + K R Kᵀ, with K = B Hᵀ S⁻¹ and S = H B Hᵀ + R = L Lᵀ.
  ///
  /// Joseph's form, expanded as in `Matrix.reduce(by:observed:_:)`: the digits of R are kept for a nearly unknown initial
  /// state, whose variance is far larger than R.
  ///
  /// - Returns: The likelihood of the observations.
  /// - Complexity: O(*m n²*) for m observed points of n, O(*m² n*) besides.
  /// - Reference: Bucy and Joseph (1968), *Filtering for stochastic processes with applications to guidance*.
  private static func update(
    _ m: inout Tensor, _ B: inout Tensor, _ observations: PresentObservations
  ) -> ObservationLikelihood {
    let H = observations.observing
    let BHt = H(B)  // [n, m]
    let HB = BHt.transposed()
    let kalman = KalmanUpdate(m, observations, rows: HB)
    let gain = triangularSolve(kalman.factor, kalman.rows, transposed: true).transposed()  // [n, m]
    m = m + kalman.increment
    let M = B - matmul(gain, HB)  // (I - K H) B
    var A = M + matmul(gain * observations.variances - H(M), gain.transposed())
    // A Hᵀ and H A are transposes of each other up to rounding; that of M cancels in A Hᵀ only.
    A = A + matmul(gain, H(A).transposed() - H(A.transposed()).transposed())
    B = 0.5 * (A + A.transposed())
    return kalman.likelihood
  }
}
