import Distributions
import Inference
import PPL
import StateSpace
import TestSupport
import Testing

/// Filters inside models: the sites they leave, and fits by SVI.
struct FilteredTests {
  private let key = RandomKey(2026)

  /// Errors of the model that are correlated along a line as an autoregression of the first order is.
  private static func correlations(_ n: Int) -> Tensor {
    let exponents = (0..<n * n).map { Double(abs($0 / n - $0 % n)) }
    return pow(0.6, Tensor(exponents, shape: [n, n]))
  }

  /// A field that persists and is forced, seen through noise at each point; every seventh value is missing.
  private func series(
    persistence: Double, variance: Double, steps: Int, points n: Int
  ) -> [TimedObservations] {
    let factor = cholesky(Self.correlations(n))
    var state = Tensor.zeros([n])
    return (1...steps).map { step in
      let (forcing, error) = key.foldIn(UInt32(step)).split()
      state = Tensor(persistence) * state + matmul(factor, forcing.normal([n]))
      let values = (state + Tensor(variance.squareRoot()) * error.normal([n])).scalars
      return TimedObservations(
        step: step, values.enumerated().map { ($0 + step) % 7 == 0 ? nil : $1 },
        points: Array(0..<n), variance: 1)
    }
  }

  private func observing(
    _ series: [TimedObservations], _ points: [Int], variance: Tensor
  ) -> [TimedObservations] {
    series.map { .init(step: $0.step, $0.values, points: points, variance: variance) }
  }

  @Test func persistenceAndNoiseAreRecovered() throws {
    let n = 5
    let series = series(persistence: 0.7, variance: 0.5, steps: 60, points: n)
    let correlations = Self.correlations(n)
    let model = Model<Void> { p in
      let persistence = p.sample("persistence", Uniform(0, 1))
      let variance = p.sample("variance", HalfNormal(2))
      let field = LinearGaussianStateSpace(
        mean: .zeros([n]), covariance: .zeros([n, n]), transition: persistence * .identity(n),
        modelError: correlations)
      p.filtered(
        "field", field,
        observing: series.map {
          .init(step: $0.step, $0.values, points: Array(0..<n), variance: variance)
        })
    }
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.03))
      .run(steps: 500, key: key, progress: .silent)
    let draws = try fit.draws(2000, key: key)
    for (name, truth) in [("persistence", 0.7), ("variance", 0.5)] {
      let mean = draws[name].mean().scalar
      let deviation = draws[name].standardDeviation(along: [0]).scalar
      // The truth is one draw of the posterior: beyond three deviations in 3 of 1000 series.
      #expect(abs(mean - truth) < 3 * deviation, "\(name): \(mean) ± \(deviation)")
      // 260 values say more than the prior does.
      #expect(deviation < 0.15, "\(name): \(deviation)")
    }
  }

  @Test(arguments: [true, false])
  func inflationAndLocalizationGetPosteriors(aKeyIsGiven: Bool) throws {
    let n = 5
    let series = series(persistence: 0.7, variance: 0.5, steps: 12, points: n)
    let factor = cholesky(Self.correlations(n))
    let distances = Tensor(
      (0..<n * n).map { Double(abs($0 / n - $0 % n)) }, shape: [n, n])
    let times = observing(series, Array(0..<n), variance: 0.5)
    let own = aKeyIsGiven ? key : nil
    let model = Model<Void> { p in
      let inflation = p.sample("inflation", LogNormal(0, 0.3))
      let length = p.sample("length", LogNormal(1, 0.5))
      let field = EnsembleStateSpace(
        members: 8, mean: .zeros([n]), choleskyFactor: .zeros([n, n])
      ) { states, _, key in
        0.7 * states + matmul(key.normal(states.shape), factor.transposed())
      }
      let taper = EnsembleTaper(distances: distances, length: length)
      p.filtered(
        "field", field, observing: times,
        updatedBy: EnsembleUpdate(inflation: inflation, localization: taper), key: own)
    }.seeded(by: RandomKey(3))
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.03))
      .run(steps: 200, key: key, progress: .silent)
    let draws = try fit.draws(500, key: key)
    // Deviations of the priors: 0.3 and 0.5 of the logarithms. Data narrow them.
    let inflation = log(draws["inflation"]).standardDeviation(along: [0]).scalar
    #expect(inflation > 0 && inflation < 0.3)
    let length = log(draws["length"])
    #expect(length.mean().scalar.isFinite && length.standardDeviation(along: [0]).scalar < 0.5)
  }

  /// The example of the documentation.
  @Test func theWorkedExampleRuns() throws {
    let series = (1...8).map { year in
      TimedObservations(
        step: year, [year == 3 ? nil : 0.8 * Double(year % 3)], points: [0], variance: 0.25)
    }
    let model = Model<Void> { p in
      let persistence = p.sample("persistence", Uniform(0, 1))
      let noise = p.sample("noise", HalfNormal(1))
      let level = LinearGaussianStateSpace(
        mean: [0], covariance: .identity(1), transition: persistence * .identity(1),
        modelError: square(noise) * .identity(1))
      p.filtered("level", level, observing: series)
    }
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 100, key: key, progress: .silent)
    let draws = try fit.draws(100, key: key)
    #expect(draws["noise"].scalars.allSatisfy { $0 > 0 })
  }

  @Test func quantitiesAreRecordedOnRequest() throws {
    let space = LinearGaussianStateSpace(
      mean: [0, 0], covariance: .identity(2), transition: .identity(2), modelError: .identity(2))
    let times = [
      TimedObservations(step: 1, [0.5], points: [0], variance: 1),
      TimedObservations(step: 3, [0.1], points: [1], variance: 1),
    ]
    let plain = try Model { p in p.filtered("level", space, observing: times) }.trace()
    #expect(plain.names == ["level"])
    let (states, trace) = try Model { p in
      p.filtered(
        "level", space, observing: times, recording: FilteredStates.Quantity.allCases)
    }.outputAndTrace()
    #expect(
      trace.names == [
        "level", "level/forecastMeans", "level/means", "level/forecastCovariances",
        "level/covariances", "level/logLikelihoods",
        "level/innovationChiSquares",
      ])
    for quantity in FilteredStates.Quantity.allCases {
      let value = trace["level/\(quantity.rawValue)"]?.value
      #expect(value?.scalars == states[quantity].scalars)
    }
    // The term is counted once, whatever is recorded beside it.
    #expect(trace.logDensity().scalar == plain.logDensity().scalar)
    #expect(trace.logDensity().scalar == states.logLikelihood.scalar)
  }
}
