import PPL

/// The statement `filtered`: the likelihood of observations of a state-space model in a probabilistic model.
extension Context {
  /// Adds the likelihood of observations of a linear Gaussian state-space model, with the states integrated out exactly.
  ///
  ///     log p(y) = sum over k of log N(y[k]; H m[k], H B[k] Hᵀ + R[k])
  ///
  /// with m and B the forecast of the Kalman filter. Parameters of the state space get priors in the same model, and any
  /// inference fits them:
  ///
  ///     let series = levels.enumerated().map { year, level in
  ///       TimedObservations(step: year + 1, [level], points: [0], variance: 0.25)  // nil where missing
  ///     }
  ///     let model = Model<Void> { p in
  ///       let persistence = p.sample("persistence", Uniform(0, 1))
  ///       let noise = p.sample("noise", HalfNormal(1))
  ///       let level = LinearGaussianStateSpace(
  ///         mean: [0], covariance: .identity(1), transition: persistence * .identity(1),
  ///         modelError: square(noise) * .identity(1))
  ///       p.filtered("level", level, observing: series)
  ///     }
  ///     let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
  ///       .run(steps: 2_000, key: key)
  ///
  /// The run fails with `ModelError.other`, which names the site and the step, for shapes that do not fit, numbers that are
  /// not finite, variances that are not positive, steps out of order, and observations without any value. An innovation
  /// covariance that is not positive definite makes the term NaN.
  ///
  /// - Parameters:
  ///   - name: The name of the factor.
  ///   - space: The state-space model.
  ///   - observations: The observations in the order of their steps, which may lie at any distance. A missing value is nil.
  ///   - quantities: The quantities to record as deterministic sites `name/quantity`.
  /// - Returns: The mean and covariance of the state before and after each time of observations.
  /// - Complexity: O(*n*³) for each step of the model and O(*m* *n*²) for each time of *m* observations; the loop is
  ///   unrolled when it is recorded.
  /// - Reference: Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, section 7.2.1.
  @discardableResult
  public mutating func filtered(
    _ name: String, _ space: LinearGaussianStateSpace, observing observations: [TimedObservations],
    recording quantities: [FilteredStates.Quantity] = []
  ) -> FilteredStates {
    state(name, observations, quantities, size: space.mean.shape.last ?? 1) {
      () throws(FilteredError) in
      try space.filtered(observations)
    }
  }

  /// Adds the likelihood of observations of an ensemble state-space model, by a normal approximation of the forecast at each
  /// observation time.
  ///
  ///     log p(y) ≈ sum over k of log N(y[k]; H m[k], H B[k] Hᵀ + R[k])
  ///
  /// with m the mean of the forecast ensemble and B its covariance, inflated and localized by `update`. Inflation and
  /// localization length may be parameters with priors.
  ///
  ///     let level = EnsembleStateSpace(members: 40, mean: start, choleskyFactor: factor) { states, step, key in
  ///       persistence * states + noise * key.normal(states.shape)
  ///     }
  ///     p.filtered(
  ///       "level", level, observing: series, updatedBy: EnsembleUpdate(inflation: inflation))
  ///
  /// The run fails as with the exact form, and for an ensemble of fewer than two members. A forecast that diverges makes the
  /// term NaN.
  ///
  /// The likelihood has other maxima where the ensemble has lost the state, such as at an inflation well below 1, which
  /// uniform starts can reach. Start a fit of inflation and localization at the median of their priors,
  /// `AutoNormal(model, initialization: .median())`, and look at `FilteredStates.verdict` at its end.
  ///
  /// The likelihood is a Monte Carlo estimate. With a fixed key, or `Model.seeded(by:)` around the model, it is a smooth
  /// function of the parameters; otherwise each step of a fit has new draws.
  ///
  /// - Parameters:
  ///   - name: The name of the factor.
  ///   - space: The ensemble and its forecast.
  ///   - observations: The observations in the order of their steps. A missing value is nil.
  ///   - update: The update by which the ensemble assimilates observations.
  ///   - key: The random key of the start, the forecasts and the perturbations; from the model's seed if nil.
  ///   - quantities: The quantities to record as deterministic sites `name/quantity`.
  /// - Complexity: O(*N n m* + *m*³) for each time of *m* observations, besides the forecasts.
  /// - Reference: Stroud, Katzfuss and Wikle (2018), *A Bayesian adaptive ensemble Kalman filter for sequential state and
  ///   parameter estimation*.
  @discardableResult
  public mutating func filtered(
    _ name: String, _ space: EnsembleStateSpace, observing observations: [TimedObservations],
    updatedBy update: EnsembleUpdate = EnsembleUpdate(), key: RandomKey? = nil,
    recording quantities: [FilteredStates.Quantity] = []
  ) -> FilteredStates {
    let key = key ?? randomKey(name)
    return state(name, observations, quantities, size: space.stateSize) {
      () throws(FilteredError) in
      try space.filtered(observations, by: update, key: key)
    }
  }

  /// Records the sites of a filter, and returns its states; on a failure, placeholders of the right shapes.
  private mutating func state(
    _ name: String, _ observations: [TimedObservations], _ quantities: [FilteredStates.Quantity],
    size: Int, _ filter: () throws(FilteredError) -> FilteredStates
  ) -> FilteredStates {
    var states: FilteredStates
    do throws(FilteredError) {
      states = try filter()
    } catch {
      fail(.other(site: name, message: error.description))
      states = FilteredStates()
      for time in observations { states.append(.placeholder(step: time.step, size: size)) }
    }
    factor(name, states.logLikelihood)
    for quantity in quantities {
      deterministic("\(name)/\(quantity.rawValue)", states[quantity])
    }
    return states
  }
}
